#!/usr/bin/env python3
"""filter.py FOLDER: makes data/*.jsonl here from a folder of collected recordings.

Keeps the operations that the emulator implements and of each case only what the test needs. Every
line names its source; the files' origins and licences are in data/README.md.
"""
import json
import pathlib
import re
import sys

OPERATIONS = {
    "BatchGetItem", "BatchWriteItem", "CreateTable", "DeleteItem", "DeleteTable", "DescribeTable",
    "GetItem", "ListTables", "PutItem", "Query", "Scan", "TransactGetItems", "TransactWriteItems",
    "UpdateItem", "UpdateTable"}
SOURCES = {
    "architect/dynalite": "dynalite", "nubo-db/dynamodb-conformance": "conformance",
    "google/go-cloud": "go-cloud", "localstack/localstack": "localstack", "getmoto/moto": "moto",
    "paritysuite/dynamodb-conformance": "paritysuite"}


def lines(path):
    with open(path, encoding="utf-8") as file:
        for line in file:
            yield json.loads(line)


def source(case):
    return SOURCES.get((case.get("source") or {}).get("repo"))


def compact(case):
    return {key: value for key, value in case.items() if value not in (None, [], {}) or key == "request"}


def only_known(requests):
    return requests is None or (isinstance(requests, list) and
                                all(one["operation"] in OPERATIONS for one in requests))


def message(case):
    """The message; in patterns, braces that are no quantifier are escaped."""
    def escaped(text):
        pattern = text.startswith(("/", "RE:")) or case["message_match"].startswith("regex")
        return re.sub(r"(?<![\\])\{(?!\d)|(?<![\\\d])\}", r"\\\g<0>", text) if pattern else text
    text = case["message"]
    return [escaped(one) for one in text] if isinstance(text, list) else text and escaped(text)


def errors(folder):
    seen = set()
    for case in lines(folder / "errors.jsonl"):
        precondition = case.get("precondition") or {}
        usable = (case["operation"] in OPERATIONS and source(case) and case["request"] is not None
                  and only_known(precondition.get("setup")))
        if not usable:
            continue
        kept = compact({
            "source": source(case), "behaviour": "2026-10" if source(case) == "moto" else None,
            "operation": case["operation"], "request": case["request"],
            "setup": precondition.get("setup"), "session": precondition.get("session"),
            "seq": precondition.get("seq"), "status": case["status"], "type": case["__type"],
            "message": message(case), "match": case["message_match"], "extra": case.get("extra")})
        text = json.dumps(kept, separators=(",", ":"), ensure_ascii=False).replace("<table>", "tbl")
        if text not in seen:
            seen.add(text)
            yield text


def key_schema(text):
    """The CreateTable members of a schema like "pk:S (hash), sk:S (range); gsi1 hash x:S"."""
    table, *indexes = [part.strip() for part in (text or "pk:S (hash)").split(";")]
    types = dict(re.findall(r"(\w+):([SNB])", text or "pk:S"))
    keys = [(name, kind.upper()) for name, _, kind in
            re.findall(r"(\w+):([SNB]) \((hash|range)\)", table)]
    create = {"KeySchema": elements(keys), "BillingMode": "PAY_PER_REQUEST"}
    for index in indexes:
        words = index.replace("GSI ", "").split()
        name, rest = words[0], " ".join(words[1:])
        found = re.findall(r"(?i)(hash|range|on) ([\w,:]+)", rest)
        attributes = [(one.split(":")[0], "HASH" if kind.lower() == "on" else kind.upper())
                      for kind, names in found for one in names.strip(",").split(",")]
        local = name.startswith("lsi")
        if local:
            attributes.insert(0, keys[0])
        for attribute, _ in attributes:
            types.setdefault(attribute, "S")
        projection = "KEYS_ONLY" if "KEYS_ONLY" in rest else "ALL"
        create.setdefault("LocalSecondaryIndexes" if local else "GlobalSecondaryIndexes", []).append(
            {"IndexName": name, "KeySchema": elements(attributes),
             "Projection": {"ProjectionType": projection}})
    create["AttributeDefinitions"] = [{"AttributeName": name, "AttributeType": kind}
                                      for name, kind in types.items()]
    return create


def elements(keys):
    return [{"AttributeName": name, "KeyType": kind} for name, kind in keys]


def in_us_east_1(case):
    """Whether an answer of the older kind is what us-east-1 gave in October 2026."""
    note = case["regions_note"]
    return "us-east-1" in note or "other" in note


def errors_2026(folder):
    cases = [case for case in lines(folder / "errors-2026.jsonl")
             if case["operation"] in OPERATIONS and case["request"] is not None
             and "precondition" not in case and "<hex>" not in case["regions_note"]]
    group = lambda case: (case["operation"], case["condition"], json.dumps(case["request"]))
    older = {group(case) for case in cases
             if case["behaviour"] == "aws-2026-05" and in_us_east_1(case)}
    for case in cases:
        if case["behaviour"] == "aws-2026-05":
            behaviour = "2026-10" if in_us_east_1(case) else "2026-05"
        elif group(case) in older:
            continue
        else:
            behaviour = "2026-10"
        create = [] if case["operation"] == "CreateTable" else [
            {"operation": "CreateTable",
             "request": {"TableName": "<table>"} | key_schema(case.get("table_schema"))}]
        text = json.dumps(compact({
            "source": "paritysuite", "behaviour": behaviour, "condition": case["condition"],
            "operation": case["operation"], "request": case["request"], "setup": create,
            "status": case["status"], "type": case["__type"], "message": message(case),
            "match": case["message_match"], "reasons": case.get("cancellation_reasons")}),
            separators=(",", ":"), ensure_ascii=False)
        yield text.replace("<table>", "tbl").replace("<absent-table>", "absent")


def reads_what_is_not_told(case):
    """A read of items that neither a setup nor a session says how they came to be there."""
    reads = case["operation"] in ("GetItem", "BatchGetItem", "TransactGetItems", "Query", "Scan")
    if not reads or case.get("session"):
        return False
    writes = [step for step in case.get("setup") or [] if step["operation"] not in
              ("CreateTable", "GetItem", "Query", "Scan")]
    response = json.dumps(case["response"]) if case["response"] else ""
    finds = any(word in response for word in ('{"S"', '{"N"', '{"B"')) or any(
        one["check"] != "toBeUndefined" and one.get("value") != 0
        for one in case.get("assertions") or [])
    return finds and not writes


def interactions(folder):
    for case in lines(folder / "interactions.jsonl"):
        usable = (case["operation"] in OPERATIONS and source(case) and case["request"] is not None
                  and only_known(case.get("setup")) and case["verified"] != "docs"
                  and "<" not in json.dumps(case["request"]))
        if not usable or (source(case) == "go-cloud" and "session" not in case):
            continue
        if reads_what_is_not_told(case):
            continue
        kept = {
            "source": source(case), "operation": case["operation"], "request": case["request"],
            "setup": case.get("setup"), "session": case.get("session"), "seq": case.get("seq"),
            "status": case["status"], "response": case["response"], "match": case["response_match"],
            "path": case.get("response_path"), "assertions": case.get("assertions")}
        if kept["session"]:
            del kept["request"]  # the session has it
        yield json.dumps(compact(kept) if not kept["session"] else
                         {k: v for k, v in kept.items() if v is not None},
                         separators=(",", ":"), ensure_ascii=False)


def tables(folder):
    for case in lines(folder / "tables.jsonl"):
        yield json.dumps({"source": SOURCES[case["source"]], "create": case["create"]},
                         separators=(",", ":"), ensure_ascii=False)


def keys(value):
    """Every Key of a request."""
    if isinstance(value, dict):
        for name, member in value.items():
            if name == "Key":
                yield member
            yield from keys(member)
    elif isinstance(value, list):
        for element in value:
            yield from keys(element)


def sessions(folder):
    answers = {(case["session"], case["seq"]): case for case in lines(folder / "interactions.jsonl")
               if "session" in case}
    for case in lines(folder / "sessions.jsonl"):
        setup = []
        # docstore-test once had a key of one attribute.
        if any(list(key) == ["_id"] for step in case["requests"] for key in keys(step["request"])):
            setup.append({"operation": "CreateTable", "request": {
                "TableName": "docstore-test", **key_schema("_id:S (hash)")}})
        setup += [{"operation": "PutItem", "request": {"TableName": table, "Item": item}}
                  for table, item in found_before_writing(case, answers)]
        yield json.dumps(compact({"session": case["session"], "source": SOURCES[case["source"]],
                                  "setup": setup, "requests": case["requests"]}),
                         separators=(",", ":"), ensure_ascii=False)


def found_before_writing(case, answers):
    """What a session's first scans found: it was there before."""
    for step in case["requests"]:
        if step["operation"] not in ("DescribeTable", "Scan", "Query", "GetItem", "BatchGetItem"):
            return
        answer = answers.get((case["session"], step["seq"]))
        if answer and step["operation"] == "Scan":
            for item in answer["response"].get("Items", []):
                yield step["request"]["TableName"], item


def main():
    folder = pathlib.Path(sys.argv[1])
    out = pathlib.Path(__file__).parent / "data"
    out.mkdir(exist_ok=True)
    for make in (errors, errors_2026, interactions, tables, sessions):
        path = out / (make.__name__.replace("_", "-") + ".jsonl")
        path.write_text("".join(line + "\n" for line in make(folder)), encoding="utf-8")
        print(path.name, path.stat().st_size)


if __name__ == "__main__":
    main()
