#!/usr/bin/env python3
"""filter_partiql.py FOLDER: makes data/partiql.jsonl here from the folder that filter.py reads.

Every recording and capture of ExecuteStatement, BatchExecuteStatement and ExecuteTransaction, with
the calls that bring about what it assumes.
"""
import json
import pathlib
import sys

from filter import compact, elements, key_schema, lines, source

OPERATIONS = {"ExecuteStatement", "BatchExecuteStatement", "ExecuteTransaction"}
READERS = {"GetItem", "Scan"}  # that check what a statement has written
PLACEHOLDERS = {"<table>": "tbl", "<absent-table>": "absent", "<test-table>": "test_people"}

# What the captures of functions and of parameters were run on.
ITEMS = [
    {"pk": {"S": "it"}, "ss": {"SS": ["a", "b", "c"]}, "ns": {"NS": ["1", "2", "3"]},
     "s": {"S": "str"}, "m": {"M": {"inner": {"SS": ["x"]}}}},
    {"pk": {"S": "k"}, "val": {"S": "v"}}]


def create(schema, text):
    table = {"TableName": "<table>"} | key_schema(schema)
    if "gsi2" in text:  # a global index of KEYS_ONLY that the schema does not name
        table.setdefault("GlobalSecondaryIndexes", []).append(
            {"IndexName": "gsi2", "KeySchema": elements([("lsi1sk", "HASH")]),
             "Projection": {"ProjectionType": "KEYS_ONLY"}})
        names = {one["AttributeName"] for one in table["AttributeDefinitions"]}
        if "lsi1sk" not in names:
            table["AttributeDefinitions"].append(
                {"AttributeName": "lsi1sk", "AttributeType": "S"})
    return {"operation": "CreateTable", "request": table}


def captures(folder):
    for case in lines(folder / "errors-2026.jsonl"):
        if case["operation"] not in OPERATIONS or case["request"] is None:
            continue
        schema = case.get("table_schema")
        setup = [create(schema, json.dumps(case["request"]))]
        if schema == "pk:S (hash)":
            setup += [{"operation": "PutItem", "request": {"TableName": "<table>", "Item": item}}
                      for item in ITEMS]
        yield compact({
            "source": "paritysuite", "behaviour": case["behaviour"].removeprefix("aws-"),
            "condition": case["condition"], "operation": case["operation"],
            "request": case["request"], "setup": setup, "status": case["status"],
            "type": case["__type"], "message": case["message"], "match": case["message_match"],
            "slot": case.get("slot_error_code")})


def errors(folder):
    for case in lines(folder / "errors.jsonl"):
        if case["operation"] in OPERATIONS:
            yield compact({
                "source": source(case), "operation": case["operation"], "request": case["request"],
                "setup": case["precondition"]["setup"], "status": case["status"],
                "type": case["__type"], "message": case["message"], "match": case["message_match"]})


def assertion(one):
    """A length is asked of the list itself."""
    if not one["path"].endswith("/length"):
        return one
    return {"path": one["path"].removesuffix("/length"), "check": "toHaveLength",
            "value": one["value"]}


def interactions(folder):
    for case in lines(folder / "interactions.jsonl"):
        setup = case.get("setup") or []
        about = case["operation"] in OPERATIONS or (
            case["operation"] in READERS and any(one["operation"] in OPERATIONS for one in setup))
        if about and case["request"] is not None:
            yield compact({
                "source": source(case), "operation": case["operation"], "request": case["request"],
                "setup": setup, "status": case["status"], "response": case["response"],
                "match": case["response_match"], "path": case.get("response_path"),
                "assertions": [assertion(one) for one in case.get("assertions") or []]})


def main():
    folder = pathlib.Path(sys.argv[1])
    path = pathlib.Path(__file__).parent / "data" / "partiql.jsonl"
    with open(path, "w", encoding="utf-8") as out:
        for make in (captures, errors, interactions):
            for case in make(folder):
                text = json.dumps(case, separators=(",", ":"), ensure_ascii=False)
                for placeholder, name in PLACEHOLDERS.items():
                    text = text.replace(placeholder, name)
                out.write(text + "\n")


if __name__ == "__main__":
    main()
