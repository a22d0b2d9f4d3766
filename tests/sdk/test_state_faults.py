"""Faults that need the table's content, as SDKs meet them: partial batches and pages, stale reads, held writes."""

import concurrent.futures
import json
import unittest

from support.admin import admin
from support.dynatape import TestCase
from support.faults import check_same
from support.sdks import ANSWERED, SDKS
from support.summary import summary_of
from support.wire import call, create_table, get, put

IDS = [f"{number:02}" for number in range(25)]
CONFLICT = "TransactionConflictException"


class StateFaults(TestCase):
    def served(self, *rules, options=()):
        text = json.dumps({"rules": [{"name": f"rule-{n}", **rule} for n, rule in enumerate(rules)]})
        return self.serve("--rules", self.write("rules.json", text), *options)

    def delivered(self, server):
        summary = summary_of(self.stop(server))
        return summary["planned"], summary["delivered"]


def writes(ids):
    return [{"PutRequest": {"Item": {"id": {"S": id}, "value": {"S": "v"}}}} for id in ids]


def ids_of(items):
    return sorted(item["id"]["S"] for item in items)


class PartialBatches(StateFaults):
    WRITE = {"call": "BatchWriteItem", "input": {"RequestItems": {"notes": writes(IDS)}},
             "again": ["UnprocessedItems", "RequestItems"]}
    READ = {"call": "BatchGetItem", "again": ["UnprocessedKeys", "RequestItems"], "input": {"RequestItems": {"notes": {
        "Keys": [{"id": {"S": id}} for id in IDS], "ProjectionExpression": "id", "ConsistentRead": True}}}}
    SCAN = {"call": "Scan", "input": {"TableName": "notes"}}

    def test_what_is_left_comes_back_in_one_attempt_and_goes_through_when_it_is_sent_again(self):
        for unprocessed, left in (({"count": 10}, 10), ({"fraction": 0.5}, None), ({"key": {"id": {"S": "01"}}}, 1)):
            for sdk in SDKS:
                with self.subTest(sdk.name, unprocessed=unprocessed):
                    server = self.served(*(
                        {"when": {"operation": operation, "nth": 1}, "then": {"unprocessed": unprocessed}}
                        for operation in ("BatchWriteItem", "BatchGetItem")), options=("--seed", 3))
                    create_table(server.url)
                    once = {part: value for part, value in self.WRITE.items() if part != "again"}
                    # The rules meet one call each: what is sent again goes through.
                    first, found, wrote, rest, *reads = sdk.run(
                        self, server.url, [once, self.SCAN, self.WRITE, self.SCAN, self.READ])
                    lacking = [one["PutRequest"]["Item"]["id"]["S"] for one in first.answer["UnprocessedItems"]["notes"]]
                    self.assertEqual(first.attempts, 1)
                    self.assertEqual(len(lacking), left or len(lacking))
                    self.assertTrue(0 < len(lacking) < 25)
                    self.assertEqual(sorted(lacking + ids_of(found.answer["Items"])), IDS)
                    self.assertEqual((wrote.ended, ids_of(rest.answer["Items"])), (ANSWERED, IDS))
                    self.assertEqual([one.attempts for one in reads], [1, 1])
                    one, other = [ids_of(read.answer["Responses"]["notes"]) for read in reads]
                    self.assertEqual(sorted(one + other), IDS)
                    self.assertEqual(len(other), left or len(other))
                    told = reads[0].answer["UnprocessedKeys"]["notes"]
                    self.assertEqual({**told, "Keys": ids_of(told["Keys"])}, {
                        "Keys": other, "ProjectionExpression": "id", "ConsistentRead": True})
                    self.assertEqual(self.delivered(server), (2, 2))

    def test_sending_again_what_is_left_comes_to_an_end(self):
        for sdk in SDKS:
            with self.subTest(sdk.name):
                server = self.served({"then": {"unprocessed": {"fraction": 0.5}},
                                      "when": {"operation": ["BatchWriteItem", "BatchGetItem"]}}, options=("--seed", 3))
                create_table(server.url)
                outcomes = sdk.run(self, server.url, [self.WRITE, self.READ])
                self.assertGreater(len(outcomes), 2)
                found = [item for outcome in outcomes for item in outcome.answer.get("Responses", {}).get("notes", [])]
                self.assertEqual(ids_of(found), IDS)

    def test_the_edited_answer_is_true_on_the_wire(self):
        server = self.served({"then": {"unprocessed": {"count": 1}}})
        create_table(server.url)
        answer = call(server.url, "BatchWriteItem", {"RequestItems": {"notes": writes(IDS[:2])}})
        self.assertEqual((answer.status, int(answer.headers["content-length"])), (200, len(answer.raw)))
        self.assertTrue(answer.crc_is_right())


class ShortPages(StateFaults):
    QUERY = {"TableName": "notes", "KeyConditionExpression": "pk = :p", "ExpressionAttributeValues": {":p": {"S": "p"}}}
    # The call, how many items a page looks at, and how many come in each.
    CASES = {
        "query": (QUERY, 4, [4, 4, 4, 4, 4, 4, 1]),
        "query, empty pages": ({**QUERY, "Limit": 10}, 0, [0, 10, 0, 10, 0, 5]),
        "query, backwards": ({**QUERY, "ScanIndexForward": False}, 0, [0, 25]),
        "scan": ({"TableName": "notes"}, 4, [4, 4, 4, 4, 4, 4, 1]),
        "scan, empty pages": ({"TableName": "notes", "Limit": 10}, 0, [0, 10, 0, 10, 0, 5]),
    }

    def test_paginators_get_over_short_and_empty_pages(self):
        rules = [{"when": {"header": {"x-case": name}}, "then": {"short_page": {"items": items}}}
                 for name, (_, items, _) in self.CASES.items()]
        steps = [{"call": "Query" if "query" in name else "Scan", "input": parameters, "pages": True, "case": name}
                 for name, (parameters, *_) in self.CASES.items()]
        for sdk in SDKS:
            with self.subTest(sdk.name):
                server = self.served(*rules)
                call(server.url, "CreateTable", {
                    "TableName": "notes", "BillingMode": "PAY_PER_REQUEST",
                    "AttributeDefinitions": [{"AttributeName": key, "AttributeType": "S"} for key in ("pk", "id")],
                    "KeySchema": [{"AttributeName": "pk", "KeyType": "HASH"}, {"AttributeName": "id", "KeyType": "RANGE"}]})
                for id in IDS:
                    call(server.url, "PutItem", {"TableName": "notes", "Item": {"pk": {"S": "p"}, "id": {"S": id}}})
                for (name, (*_, sizes)), outcome in zip(self.CASES.items(), sdk.run(self, server.url, steps)):
                    pages = [[item["id"]["S"] for item in page["Items"]] for page in outcome.answer["pages"]]
                    self.assertEqual([len(page) for page in pages], sizes, name)
                    self.assertEqual(sum(pages, []), IDS[::-1] if "backwards" in name else IDS, name)


KEY = {"id": {"S": "a"}}
BY_VALUE = {"TableName": "notes", "IndexName": "by-group"}
# Reads of item `a`, by call; and what each says to be consistent.
READS = {
    "GetItem": {"TableName": "notes", "Key": KEY},
    "BatchGetItem": {"RequestItems": {"notes": {"Keys": [KEY]}}},
    "Query": {"TableName": "notes", "KeyConditionExpression": "id = :i", "ExpressionAttributeValues": {":i": {"S": "a"}}},
    "Scan": {"TableName": "notes"},
    "ExecuteStatement": {"Statement": "SELECT * FROM notes WHERE id = 'a'"},
    "BatchExecuteStatement": {"Statements": [{"Statement": "SELECT * FROM notes WHERE id = 'a'"}]},
}
INDEX_READS = {
    "Query": {**BY_VALUE, "KeyConditionExpression": "#g = :g", "ExpressionAttributeNames": {"#g": "group"},
              "ExpressionAttributeValues": {":g": {"S": "g"}}},
    "Scan": BY_VALUE,
    "ExecuteStatement": {"Statement": "SELECT * FROM \"notes\".\"by-group\" WHERE \"group\" = 'g'"},
}


def consistently(operation, parameters):
    if operation == "BatchGetItem":
        return {"RequestItems": {"notes": {"Keys": [KEY], "ConsistentRead": True}}}
    if operation == "BatchExecuteStatement":
        return {"Statements": [{**parameters["Statements"][0], "ConsistentRead": True}]}
    return {**parameters, "ConsistentRead": True}


def value_in(answer):
    """The value of the one item of any of these answers."""
    if "Responses" in answer:
        found = answer["Responses"]
        item = found["notes"][0] if "notes" in found else found[0]["Item"]
    else:
        item = answer["Item"] if "Item" in answer else answer["Items"][0]
    return item["value"]["S"]


class StaleReads(StateFaults):
    def test_a_client_misses_its_own_write_unless_it_reads_consistently(self):
        for lag in ({"writes": 1}, "10s"):
            for sdk in SDKS:
                with self.subTest(sdk.name, lag=lag):
                    server = self.served({"then": {"stale": {"lag": lag}}}, options=("--clock", "frozen"))
                    create_table(server.url)
                    seen = self.values_seen(sdk, server.url, [
                        (operation, input) for operation, parameters in READS.items()
                        for input in (parameters, consistently(operation, parameters))])
                    self.assertEqual(seen, ["old", "new"] * len(READS))
                    self.assertEqual(self.delivered(server)[1], len(READS))

    def test_an_index_lags_behind_its_table(self):
        for sdk in SDKS:
            with self.subTest(sdk.name):
                server = self.served({"then": {"index_lag": {"lag": {"writes": 1}}}}, options=("--clock", "frozen"))
                call(server.url, "CreateTable", {
                    "TableName": "notes", "BillingMode": "PAY_PER_REQUEST",
                    "AttributeDefinitions": [{"AttributeName": key, "AttributeType": "S"} for key in ("id", "group")],
                    "KeySchema": [{"AttributeName": "id", "KeyType": "HASH"}],
                    "GlobalSecondaryIndexes": [{
                        "IndexName": "by-group", "KeySchema": [{"AttributeName": "group", "KeyType": "HASH"}],
                        "Projection": {"ProjectionType": "ALL"}}]})
                seen = self.values_seen(sdk, server.url, [*INDEX_READS.items(), *READS.items()])
                self.assertEqual(seen, ["old"] * len(INDEX_READS) + ["new"] * len(READS))
                self.assertEqual(self.delivered(server)[1], len(INDEX_READS))

    def values_seen(self, sdk, url, reads):
        """What a client that writes "old" and a second later "new" finds then in each of these reads."""
        def write(value):
            return {"call": "PutItem", "input": {
                "TableName": "notes", "Item": {**KEY, "group": {"S": "g"}, "value": {"S": value}}}}

        second = {"admin": ["POST", "/clock", {"advance": "1s"}]}
        minute = {"admin": ["POST", "/clock", {"advance": "1m"}]}
        steps = [write("old"), minute, write("new"), second]
        outcomes = sdk.run(self, url, steps + [{"call": operation, "input": input} for operation, input in reads])
        return [value_in(outcome.answer) for outcome in outcomes[2:]]

    def test_over_another_upstream_the_fault_is_told_as_undelivered(self):
        behind = self.serve()
        server = self.served({"then": {"stale": {"lag": "1h"}}}, options=("--upstream", behind.url))
        create_table(server.url)
        put(server.url, "a")
        get(server.url, "a")
        said = self.stop(server)
        self.assertEqual(summary_of(said)["delivered"], 0)
        self.assertIn("because the upstream cannot do it", said)


def transaction(*actions, **more):
    return {"call": "TransactWriteItems", "input": {"TransactItems": [*actions], **more}}


PUT = {"TableName": "notes", "Item": {**KEY, "value": {"S": "held"}}}
OTHER = {"Delete": {"TableName": "notes", "Key": {"id": {"S": "b"}}}}
CHECK = {"ConditionCheck": {"TableName": "notes", "Key": KEY, "ConditionExpression": "attribute_not_exists(id)"}}
HELD = transaction({"Put": PUT}, ClientRequestToken="token")
# What meets a held transaction on item `a`: the step, how it ends, and the reasons or codes that it brings.
MEETINGS = {
    "put": ({"call": "PutItem", "input": PUT}, CONFLICT, None),
    "update": ({"call": "UpdateItem", "input": {"TableName": "notes", "Key": KEY}}, CONFLICT, None),
    "delete": ({"call": "DeleteItem", "input": {"TableName": "notes", "Key": KEY}}, CONFLICT, None),
    "statement": ({"call": "ExecuteStatement", "input": {"Statement": "DELETE FROM notes WHERE id = 'a'"}}, CONFLICT, None),
    "transaction": (transaction(OTHER, {"Put": PUT}), "TransactionCanceledException", ["None", "TransactionConflict"]),
    "checks": (transaction(CHECK), "TransactionCanceledException", ["TransactionConflict"]),
    "reads": ({"call": "TransactGetItems", "input": {"TransactItems": [{"Get": {"TableName": "notes", "Key": KEY}}]}},
              "TransactionCanceledException", ["TransactionConflict"]),
    "batch": ({"call": "BatchWriteItem", "input": {"RequestItems": {"notes": [{"PutRequest": {"Item": PUT["Item"]}}]}}},
              ANSWERED, ["unprocessed"]),
    "batch of statements": ({"call": "BatchExecuteStatement", "input": {"Statements": [
        {"Statement": "INSERT INTO notes VALUE {'id': 'a'}"}]}}, ANSWERED, ["TransactionConflict"]),
    "read": ({"call": "GetItem", "input": {"TableName": "notes", "Key": KEY}}, ANSWERED, None),
}


def codes_in(outcome):
    """What an answer or a TransactionCanceledException says of its items; None where it says nothing."""
    if "CancellationReasons" in outcome.error:
        return [reason["Code"] for reason in outcome.error["CancellationReasons"]]
    answer = outcome.answer or {}
    if answer.get("UnprocessedItems"):
        return ["unprocessed"]
    return [one["Error"]["Code"] for one in answer["Responses"]] if "Responses" in answer else None


class HeldWrites(StateFaults):
    def meet(self, sdk, held, steps):
        """The outcome of the step `held`, which is held, and those of `steps`, which come meanwhile."""
        server = self.served({"when": {"header": {"x-case": "held"}}, "then": {"hold": {}}})
        create_table(server.url)
        with concurrent.futures.ThreadPoolExecutor(1) as pool:
            holding = pool.submit(sdk.run, self, server.url, [{**held, "case": "held"}])
            while not admin(server.url, "GET", "/holds")["holds"] and not holding.done():
                concurrent.futures.wait([holding], timeout=0.02)
            met = sdk.run(self, server.url, steps)
            self.assertEqual(admin(server.url, "DELETE", "/holds/rule-0"), {"released": 1})
            outcome, = holding.result()
        self.assertEqual(self.delivered(server), (1, 1))
        return outcome, met

    def test_who_meets_a_held_transaction_gets_its_typed_conflict_in_one_attempt(self):
        for held in (HELD, transaction(CHECK)):
            for sdk in SDKS:
                with self.subTest(sdk.name, held=held):
                    outcome, met = self.meet(sdk, held, [step for step, *_ in MEETINGS.values()])
                    self.assertEqual((outcome.ended, outcome.attempts), (ANSWERED, 1))
                    measured = {name: (one.ended, one.type, codes_in(one), one.attempts)
                                for name, one in zip(MEETINGS, met)}
                    check_same(self, measured, {name: (ended, ended if ended != ANSWERED else None, codes, 1)
                                                for name, (_, ended, codes) in MEETINGS.items()})

    def test_the_token_of_a_held_transaction_is_in_progress_in_all_attempts(self):
        for sdk in SDKS:
            with self.subTest(sdk.name):
                _, (met,) = self.meet(sdk, HELD, [HELD])
                self.assertEqual((met.ended, met.type, met.attempts), (
                    *["TransactionInProgressException"] * 2, 4 if sdk.name == "javascript" else 3))

    def test_a_held_single_write_stands_in_the_way_of_transactions_alone(self):
        for sdk in SDKS:
            with self.subTest(sdk.name):
                conditional = {"call": "PutItem", "input": {**PUT, "ConditionExpression": "attribute_not_exists(id)"}}
                outcome, met = self.meet(sdk, conditional, [MEETINGS["transaction"][0], MEETINGS["put"][0]])
                self.assertEqual([one.ended for one in met], ["TransactionCanceledException", ANSWERED])
                self.assertEqual((outcome.ended, outcome.attempts), ("ConditionalCheckFailedException", 1))


if __name__ == "__main__":
    unittest.main()
