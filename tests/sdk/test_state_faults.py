"""Faults that need the table's content, as SDKs meet them: partial batches and pages."""

import concurrent.futures
import json
import unittest

from support.admin import admin
from support.clients import count_attempts, dynamodb
from support.dynatape import TestCase
from support.javascript import run_javascript
from support.summary import summary_of
from support.wire import call, create_table, get, put

IDS = [f"{number:02}" for number in range(25)]


class StateFaults(TestCase):
    def served(self, *rules, options=()):
        text = json.dumps({"rules": [{"name": f"rule-{n}", **rule} for n, rule in enumerate(rules)]})
        return self.serve("--rules", self.write("rules.json", text), *options)

    def delivered(self, server):
        summary = summary_of(self.stop(server))
        return summary["planned"], summary["delivered"]


def writes(ids):
    return [{"PutRequest": {"Item": {"id": {"S": id}, "value": {"S": "v"}}}} for id in ids]


class PartialBatches(StateFaults):
    def test_boto3_gets_what_was_left_in_one_attempt_and_sends_it_again(self):
        server = self.served({"when": {"operation": "BatchWriteItem", "nth": 1},
                              "then": {"unprocessed": {"count": 10}}})
        create_table(server.url)
        client = dynamodb(server.url, attempts=3)
        attempts = count_attempts(client)
        first = client.batch_write_item(RequestItems={"notes": writes(IDS)})
        self.assertEqual(len(attempts), 1)
        left = [one["PutRequest"]["Item"]["id"]["S"] for one in first["UnprocessedItems"]["notes"]]
        there = [item["id"]["S"] for item in client.scan(TableName="notes")["Items"]]
        self.assertEqual((len(left), sorted(left + there)), (10, IDS))
        again = client.batch_write_item(RequestItems=first["UnprocessedItems"])
        self.assertEqual(again["UnprocessedItems"], {})
        self.assertEqual(client.scan(TableName="notes", Select="COUNT")["Count"], 25)
        self.assertEqual(self.delivered(server), (1, 1))

    def test_boto3_reads_the_other_keys(self):
        server = self.served({"when": {"operation": "BatchGetItem"},
                              "then": {"unprocessed": {"key": {"id": {"S": "01"}}}}})
        create_table(server.url)
        for id in IDS[:3]:
            put(server.url, id)
        answer = dynamodb(server.url).batch_get_item(RequestItems={
            "notes": {"Keys": [{"id": {"S": id}} for id in IDS[:3]], "ProjectionExpression": "id",
                      "ConsistentRead": True}})
        self.assertEqual(sorted(item["id"]["S"] for item in answer["Responses"]["notes"]), ["00", "02"])
        self.assertEqual(answer["UnprocessedKeys"], {
            "notes": {"Keys": [{"id": {"S": "01"}}], "ProjectionExpression": "id", "ConsistentRead": True}})

    def test_the_edited_answer_is_true_on_the_wire(self):
        server = self.served({"then": {"unprocessed": {"count": 1}}})
        create_table(server.url)
        answer = call(server.url, "BatchWriteItem", {"RequestItems": {"notes": writes(IDS[:2])}})
        self.assertEqual((answer.status, int(answer.headers["content-length"])), (200, len(answer.raw)))
        self.assertTrue(answer.crc_is_right())

    def test_javascript_writes_everything_by_sending_again_what_was_left(self):
        server = self.served({"when": {"operation": "BatchWriteItem"}, "then": {"unprocessed": {"fraction": 0.5}}},
                             options=("--seed", 3))
        said = run_javascript(self, "batch_and_pages.mjs", server.url)
        self.assertGreater(said["batches"], 1)
        self.assertEqual(said["scanned"], IDS)


class ShortPages(StateFaults):
    def collected(self, items, **query):
        server = self.served({"when": {"operation": ["Query", "Scan"]}, "then": {"short_page": {"items": items}}})
        client = dynamodb(server.url)
        client.create_table(
            TableName="notes", BillingMode="PAY_PER_REQUEST",
            AttributeDefinitions=[{"AttributeName": name, "AttributeType": "S"} for name in ("pk", "id")],
            KeySchema=[{"AttributeName": "pk", "KeyType": "HASH"}, {"AttributeName": "id", "KeyType": "RANGE"}])
        for id in IDS:
            client.put_item(TableName="notes", Item={"pk": {"S": "p"}, "id": {"S": id}})
        pages = list(client.get_paginator("query").paginate(
            TableName="notes", KeyConditionExpression="pk = :p", ExpressionAttributeValues={":p": {"S": "p"}}, **query))
        self.assertEqual([item["id"]["S"] for page in pages for item in page["Items"]],
                         IDS if query.get("ScanIndexForward", True) else IDS[::-1])
        return [len(page["Items"]) for page in pages]

    def test_boto3_paginates_over_short_pages(self):
        self.assertEqual(self.collected(4), [4, 4, 4, 4, 4, 4, 1])

    def test_boto3_paginates_over_empty_pages(self):
        pages = self.collected(0, PaginationConfig={"PageSize": 10})
        self.assertEqual(pages, [0, 10, 0, 10, 0, 5])
        self.assertEqual(self.collected(0, ScanIndexForward=False), [0, 25])

    def test_javascript_paginates_over_short_pages(self):
        server = self.served({"when": {"operation": "Scan"}, "then": {"short_page": {"items": 4}}})
        said = run_javascript(self, "batch_and_pages.mjs", server.url)
        self.assertEqual((said["pages"], said["scanned"]), (7, IDS))


class StaleReads(StateFaults):
    def test_boto3_misses_its_own_write_unless_it_reads_consistently(self):
        server = self.served({"when": {"operation": "GetItem"}, "then": {"stale": {"lag": {"writes": 1}}}})
        create_table(server.url)
        for value in ("old", "new"):
            put(server.url, "a", value=value)
        client = dynamodb(server.url)

        def read(**how):
            return client.get_item(TableName="notes", Key={"id": {"S": "a"}}, **how)["Item"]["value"]["S"]

        self.assertEqual((read(), read(ConsistentRead=True)), ("old", "new"))
        self.assertEqual(self.delivered(server), (2, 1))

    def test_boto3_misses_its_own_write_with_partiql_too(self):
        server = self.served({"when": {"operation": "ExecuteStatement", "key": {"id": "a"}},
                              "then": {"stale": {"lag": {"writes": 1}}}})
        create_table(server.url)
        for id, value in (("b", "old"), ("b", "new"), ("a", "old"), ("a", "new")):
            put(server.url, id, value=value)
        client = dynamodb(server.url)

        def read(id, **how):
            return client.execute_statement(Statement="SELECT * FROM notes WHERE id = ?",
                                            Parameters=[{"S": id}], **how)["Items"][0]["value"]["S"]

        self.assertEqual((read("a"), read("a", ConsistentRead=True), read("b")), ("old", "new", "new"))
        self.assertEqual(self.delivered(server), (2, 1))

    def test_javascript_misses_its_own_write_unless_it_reads_consistently(self):
        server = self.served({"when": {"operation": "GetItem"}, "then": {"stale": {"lag": {"writes": 1}}}})
        create_table(server.url)
        said = run_javascript(self, "state_faults.mjs", server.url, access_key="AKIDEXAMPLE")
        self.assertEqual((said["eventual"], said["consistent"]), ("old", "new"))

    def test_over_another_upstream_the_fault_is_told_as_undelivered(self):
        behind = self.serve()
        server = self.served({"then": {"stale": {"lag": "1h"}}}, options=("--upstream", behind.url))
        create_table(server.url)
        put(server.url, "a")
        dynamodb(server.url).get_item(TableName="notes", Key={"id": {"S": "a"}})
        said = self.stop(server)
        self.assertEqual(summary_of(said)["delivered"], 0)
        self.assertIn("because the upstream cannot do it", said)


class HeldTransactions(StateFaults):
    def hold(self, server):
        """Write item `a` in a transaction that is held; returns the future of its answer."""
        client = dynamodb(server.url)
        pool = concurrent.futures.ThreadPoolExecutor(1)
        self.addCleanup(pool.shutdown, wait=False)
        held = pool.submit(client.transact_write_items, TransactItems=[
            {"Put": {"TableName": "notes", "Item": {"id": {"S": "a"}, "value": {"S": "held"}}}}])
        while not admin(server.url, "GET", "/holds")["holds"]:
            self.assertFalse(held.done(), held)
        return held

    def test_who_meets_a_held_transaction_gets_its_typed_conflict_in_one_attempt(self):
        server = self.served({"when": {"operation": "TransactWriteItems", "nth": 1}, "then": {"hold": {}}})
        create_table(server.url)
        held = self.hold(server)
        client = dynamodb(server.url, attempts=3)
        attempts = count_attempts(client)
        with self.assertRaises(client.exceptions.TransactionConflictException):
            client.put_item(TableName="notes", Item={"id": {"S": "a"}})
        with self.assertRaises(client.exceptions.TransactionCanceledException) as canceled:
            client.transact_write_items(TransactItems=[
                {"Delete": {"TableName": "notes", "Key": {"id": {"S": id}}}} for id in ("b", "a")])
        self.assertEqual([reason["Code"] for reason in canceled.exception.response["CancellationReasons"]],
                         ["None", "TransactionConflict"])
        self.assertEqual(len(attempts), 2)
        said = run_javascript(self, "state_faults.mjs", server.url, access_key="AKIDEXAMPLE")
        self.assertEqual((said["refused"], said["attempts"]), ("TransactionConflictException", 1))
        self.assertEqual(admin(server.url, "DELETE", "/holds/rule-0"), {"released": 1})
        self.assertEqual(held.result()["ResponseMetadata"]["HTTPStatusCode"], 200)
        self.assertEqual(client.get_item(TableName="notes", Key={"id": {"S": "a"}})["Item"]["value"]["S"], "held")


class AmbiguousWrites(StateFaults):
    """What the first attempt meets, what guards the write, how the call ends, and what the counter comes to."""

    CASES = {
        "answer lost": ("lost_answer", "plain", ["answered", 2], "2"),
        "answer lost, condition": ("lost_answer", "condition", ["ConditionalCheckFailedException", 2], "1"),
        "answer lost, token": ("lost_answer", "token", ["answered", 2], "1"),
        "request lost": ("lost_request", "plain", ["answered", 2], "1"),
        "request lost, condition": ("lost_request", "condition", ["answered", 2], "1"),
        "twice": ("applied_twice", "plain", ["answered", 1], "2"),
        "twice, condition": ("applied_twice", "condition", ["answered", 1], "1"),
        "twice, token": ("applied_twice", "token", ["answered", 1], "1"),
    }

    def test_javascript_counts_twice_unless_something_guards_it(self):
        server = self.served(*(
            {"when": {"key": {"id": id}, "attempt": 1, "operation": ["UpdateItem", "TransactWriteItems"]},
             "then": {fault: {}}} for id, (fault, *_) in self.CASES.items()))
        create_table(server.url)
        for id in self.CASES:
            call(server.url, "PutItem", {"TableName": "notes", "Item": {"id": {"S": id}, "n": {"N": "0"}}})
        ways = {id: way for id, (_, way, *_) in self.CASES.items()}
        ended = run_javascript(self, "counters.mjs", server.url, json.dumps(ways), access_key="AKIDEXAMPLE")
        measured = {id: (*case[:2], ended[id], get(server.url, id).json["Item"]["n"]["N"])
                    for id, case in self.CASES.items()}
        self.assertEqual(measured, self.CASES)
        self.assertEqual(self.delivered(server), (len(self.CASES), len(self.CASES)))


if __name__ == "__main__":
    unittest.main()
