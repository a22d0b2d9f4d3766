#!/usr/bin/env python3
"""filter_streams.py FOLDER: makes data/streams.jsonl here from a folder of collected recordings.

Stream ARNs, shard ids and iterators are the service's own: a request names them by placeholders, which
the test fills in for the table that the case names.
"""
import json
import pathlib
import sys

OPERATIONS = {"DescribeStream", "GetRecords", "GetShardIterator", "ListStreams"}
SOURCES = {"localstack/localstack": "localstack", "nubo-db/dynamodb-conformance": "conformance"}
WRITES = {"PutItem", "UpdateItem", "DeleteItem", "BatchWriteItem", "TransactWriteItems", "CreateTable"}
PLACEHOLDERS = {"StreamArn": "<stream-arn>", "ShardId": "<shard-id>", "ShardIterator": "<shard-iterator>",
                "SequenceNumber": "<sequence-number>"}


def lines(path):
    with open(path, encoding="utf-8") as file:
        yield from map(json.loads, file)


def create_table(name, view, key="pk"):
    return {"operation": "CreateTable", "request": {
        "TableName": name, "KeySchema": [{"AttributeName": key, "KeyType": "HASH"}],
        "AttributeDefinitions": [{"AttributeName": key, "AttributeType": "S"}], "BillingMode": "PAY_PER_REQUEST",
        "StreamSpecification": {"StreamEnabled": True, "StreamViewType": view}}}


def table_of(case):
    """The table whose stream the case is about."""
    arn = case["request"].get("StreamArn", case["request"].get("ShardIterator", ""))
    if ":table/_conformance" in arn:
        return arn.split("/")[1]
    for step in case.get("setup", []):
        if "StreamSpecification" in step["request"]:
            return step["request"]["TableName"]
    name = case["request"].get("TableName", "table")
    return "table" if name.startswith("<") else name


def told_apart(steps):
    """LocalStack's normalisation gives two tables one name: the one without a stream gets another."""
    names = [step["request"].get("TableName") for step in steps if step["operation"] == "CreateTable"]
    if len(names) == len(set(names)):
        return steps
    steps = json.loads(json.dumps(steps))
    steps[1]["request"]["TableName"] += "-2"
    steps[2]["request"]["TransactItems"][1]["Put"]["TableName"] += "-2"
    return steps


def expectation(case):
    if case["response_match"] == "assertions":
        return {"match": "assertions", "assertions": case["assertions"]}
    if case["response_match"] == "path":
        return {"match": "path", "path": case["response_path"], "response": case["response"]}
    if case["operation"] == "GetRecords":  # collected over several calls
        return {"match": "path", "path": "/Records", "response": case["response"]["Records"]}
    response = case["response"]
    for stream in response.get("Streams", []):
        stream.update(StreamArn="<stream-arn>")
    return {"match": "full", "response": response}


def main(folder):
    kept, written = [], {}
    for case in lines(folder / "interactions.jsonl"):
        source = SOURCES.get(case["source"].get("repo"))
        if case["operation"] not in OPERATIONS or not source:
            continue
        table = table_of(case)
        setup = [{"operation": step["operation"], "request": step["request"]}
                 for step in told_apart(case.get("setup", [])) if step["operation"] in WRITES]
        if source == "conformance":  # one table of each kind for all tests of the file, one after the other
            view = "KEYS_ONLY" if table.endswith("-keys") else "NEW_AND_OLD_IMAGES"
            setup = written.setdefault(table, [create_table(table, view)]) + setup
            written[table] = setup
        elif not setup:
            setup = [create_table(table, "NEW_AND_OLD_IMAGES")]
        request = {name: PLACEHOLDERS.get(name, value) for name, value in case["request"].items()}
        if "TableName" in request:
            request["TableName"] = table
        kept.append({"source": source, "operation": case["operation"], "table": table, "setup": setup,
                     "request": request, "status": case["status"], **expectation(case)})
    for case in lines(folder / "errors.jsonl"):
        if case["operation"] != "DescribeStream":
            continue
        text = json.dumps({"request": case["request"], "message": case["message"]})
        for name, value in {"partition": "aws", "region": "us-east-1", "table-name": "gone"}.items():
            text = text.replace(f"<{name}>", value)
        kept.append({"source": "localstack", "operation": "DescribeStream", "table": "table",
                     "setup": [create_table("table", "KEYS_ONLY")], **json.loads(text), "status": case["status"],
                     "type": case["__type"], "match": "exact"})
    target = pathlib.Path(__file__).parent / "data" / "streams.jsonl"
    target.write_text("".join(json.dumps(one, ensure_ascii=False) + "\n" for one in kept))
    print(len(kept), "cases")


main(pathlib.Path(sys.argv[1]))
