"""The sessions of AWS in tests/golden/data (google/go-cloud, Apache-2.0; see its README) as lines of a cassette."""

import json

from support.dynatape import ROOT

DATA = ROOT / "tests" / "golden" / "data"
SOURCE = "go-cloud"


def rows(name):
    with open(DATA / name) as file:
        return [row for row in map(json.loads, file) if row["source"] == SOURCE]


def answers():
    """(session, seq) -> the recorded response, as a line has it."""
    found = {}
    for row in rows("interactions.jsonl"):
        if "session" in row:
            found[row["session"], row["seq"]] = {"status": row["status"], "body": row["response"]}
    for row in rows("errors.jsonl"):
        if "session" in row:
            body = {"__type": "com.amazonaws.dynamodb.v20120810#" + row["type"], "message": row["message"]}
            found[row["session"], row["seq"]] = {"status": row["status"], "body": body}
    return found


def line(operation, request, response=None):
    told = {"operation": operation, "request": {"body": request}}
    if response:
        told["response"] = response
    return told


def sessions():
    """Yield (session, what to carry out first, its lines in order); lines whose answer was not kept have no response."""
    known = answers()
    tables = [row["create"] for row in rows("tables.jsonl")]
    for session in rows("sessions.jsonl"):
        name = session["session"]
        setup = session.get("setup", [])
        made = [step["request"] for step in setup if step["operation"] == "CreateTable"]
        # A table that a session makes itself stands in the place of the source's.
        names = {create["TableName"] for create in made}
        made += [create for create in tables if create["TableName"] not in names]
        prepare = [line("CreateTable", create) for create in made]
        prepare += [line(step["operation"], step["request"]) for step in setup if step["operation"] != "CreateTable"]
        yield name, prepare, [line(step["operation"], step["request"], known.get((name, step["seq"])))
                              for step in session["requests"]]


def text(lines):
    return "".join(json.dumps(one) + "\n" for one in lines)
