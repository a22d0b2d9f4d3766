"""Writes whose client cannot know whether they were applied: what SDKs make of them, and what it does to a counter."""

import json
import unittest

from support.dynatape import TestCase
from support.faults import check_same
from support.sdks import ANSWERED, SDKS
from support.summary import summary_of
from support.wire import call, create_table, get

REFUSED = "ConditionalCheckFailedException"
RESENT = "1 was applied although its answer was lost; 1 retry was "

# What the first attempt meets, what guards the write, how the call ends and in how many attempts, what the counter
# comes to, and what is told of it at the end.
CASES = {
    "answer lost": ({"lost_answer": {}}, "plain", (ANSWERED, 2), "2", "UpdateItem", RESENT + "applied again"),
    "answer lost, condition": ({"lost_answer": {}}, "condition", (REFUSED, 2), "1",
                               "UpdateItem", RESENT + f"refused ({REFUSED})"),
    "answer lost, token": ({"lost_answer": {}}, "token", (ANSWERED, 2), "1",
                           "TransactWriteItems", RESENT + "absorbed by its token"),
    "answer lost, statement": ({"lost_answer": {}}, "statement", (ANSWERED, 2), "2",
                               "ExecuteStatement", RESENT + "applied again"),
    "answer lost, as 500": ({"lost_answer": {"ending": "InternalServerError"}}, "plain", (ANSWERED, 2), "2",
                            "UpdateItem", RESENT + "applied again"),
    "answer reset": ({"reset": {}}, "plain", (ANSWERED, 2), "2", "UpdateItem", RESENT + "applied again"),
    "answer hung": ({"hang": {"for": "5ms"}}, "plain", (ANSWERED, 2), "2", "UpdateItem", RESENT + "applied again"),
    "request lost": ({"lost_request": {}}, "plain", (ANSWERED, 2), "1", None, None),
    "request lost, condition": ({"lost_request": {}}, "condition", (ANSWERED, 2), "1", None, None),
    "request lost, as 503": ({"lost_request": {"ending": "ServiceUnavailable"}}, "plain", (ANSWERED, 2), "1", None, None),
    "request hung": ({"hang": {"for": "5ms", "applied": False}}, "plain", (ANSWERED, 2), "1", None, None),
    "upload cut": ({"cut_upload": {}}, "plain", (ANSWERED, 2), "1", None, None),
    "twice": ({"applied_twice": {}}, "plain", (ANSWERED, 1), "2", None, None),
    "twice, condition": ({"applied_twice": {}}, "condition", (ANSWERED, 1), "1", None, None),
    "twice, condition, second": ({"applied_twice": {"answer": "second"}}, "condition", (REFUSED, 1), "1", None, None),
    "twice, token": ({"applied_twice": {}}, "token", (ANSWERED, 1), "1", None, None),
    "twice, token, second": ({"applied_twice": {"answer": "second"}}, "token", (ANSWERED, 1), "1", None, None),
}


def write(id, way):
    """The step that adds 1 to the counter `id`, which is at 0, in that way."""
    key = {"TableName": "notes", "Key": {"id": {"S": id}}}
    add = {**key, "UpdateExpression": "ADD n :one", "ExpressionAttributeValues": {":one": {"N": "1"}}}
    ways = {
        "plain": ("UpdateItem", add),
        "condition": ("UpdateItem", {
            **key, "UpdateExpression": "SET n = n + :one", "ConditionExpression": "n = :zero",
            "ExpressionAttributeValues": {":one": {"N": "1"}, ":zero": {"N": "0"}}}),
        "token": ("TransactWriteItems", {"TransactItems": [{"Update": add}]}),
        "statement": ("ExecuteStatement", {"Statement": f"UPDATE notes SET n = n + 1 WHERE id = '{id}'"}),
    }
    operation, parameters = ways[way]
    return {"call": operation, "input": parameters, "case": id}


class AmbiguousWrites(TestCase):
    def test_a_write_counts_twice_unless_something_guards_it(self):
        rules = {"rules": [{"name": id, "when": {"header": {"x-case": id}, "attempt": 1}, "then": case[0]}
                           for id, case in CASES.items()]}
        for sdk in SDKS:
            with self.subTest(sdk.name):
                server = self.serve("--rules", self.write("rules.json", json.dumps(rules)))
                create_table(server.url)
                for id in CASES:
                    call(server.url, "PutItem", {"TableName": "notes", "Item": {"id": {"S": id}, "n": {"N": "0"}}})
                outcomes = sdk.run(self, server.url, [write(id, case[1]) for id, case in CASES.items()])
                measured = {id: ((outcome.ended, outcome.attempts), get(server.url, id).json["Item"]["n"]["N"])
                            for id, outcome in zip(CASES, outcomes)}
                check_same(self, measured, {id: case[2:4] for id, case in CASES.items()})
                errors = self.stop(server)
                self.assertEqual((summary_of(errors)["planned"], summary_of(errors)["delivered"]),
                                 (len(CASES), len(CASES)))
                told = {line for line in errors.splitlines() if line.startswith("dynatape: answers lost: ")}
                self.assertEqual(told, {f"dynatape: answers lost: {id}: {operation} on notes: {what}"
                                        for id, (*_, operation, what) in CASES.items() if what})


if __name__ == "__main__":
    unittest.main()
