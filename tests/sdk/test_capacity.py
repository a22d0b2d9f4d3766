"""Limits of throughput as SDKs meet them: the exact call that is throttled, as what, and what goes on when."""

import json
import unittest
from dataclasses import dataclass, field

from support.dynatape import TestCase
from support.faults import check_same
from support.sdks import ANSWERED, JAVASCRIPT, SDKS, STANDARD
from support.wire import call

ATTEMPTS = {STANDARD: 3, JAVASCRIPT: 4}  # of all that throttles
IDS = [f"{number:02}" for number in range(25)]
ON_DEMAND = {"BillingMode": "PAY_PER_REQUEST"}
LARGE = "v" * 399 * 1024  # 400 write units
ADVANCE = {unit: {"admin": ["POST", "/clock", {"advance": unit}]} for unit in ("200ms", "1s", "30m")}


def provisioned(read, write):
    return {"ProvisionedThroughput": {"ReadCapacityUnits": read, "WriteCapacityUnits": write}}


def make_table(server, name, index=None, **settings):
    """A table keyed by `id`, with a global index by `value` if `index` says how it is billed."""
    keys = ["id"] + (["value"] if index is not None else [])
    if index is not None:
        settings["GlobalSecondaryIndexes"] = [{
            "IndexName": "by-value", "KeySchema": [{"AttributeName": "value", "KeyType": "HASH"}],
            "Projection": {"ProjectionType": "ALL"}, **index}]
    made = call(server.url, "CreateTable", {
        "TableName": name, "AttributeDefinitions": [{"AttributeName": key, "AttributeType": "S"} for key in keys],
        "KeySchema": [{"AttributeName": "id", "KeyType": "HASH"}], **settings})
    assert made.status == 200, made


def item(id="a", value="v"):
    return {"id": {"S": id}, "value": {"S": value}}


def put(table, **attributes):
    return {"call": "PutItem", "input": {"TableName": table, "Item": item(**attributes)}}


def get(table):
    return {"call": "GetItem", "input": {"TableName": table, "Key": {"id": {"S": "a"}}, "ConsistentRead": True}}


def query(table, key="id", **more):
    return {"call": "Query", "input": {
        "TableName": table, "KeyConditionExpression": "#k = :k", "ExpressionAttributeNames": {"#k": key},
        "ExpressionAttributeValues": {":k": {"S": "a"}}, **more}}


def query_index(table):
    return query(table, "value", IndexName="by-value")


def statement(table):
    return {"call": "ExecuteStatement", "input": {"Statement": f"SELECT * FROM \"{table}\" WHERE id = 'a'"}}


def large(table):
    return put(table, value=LARGE)


@dataclass
class Limit:
    """How many of a call pass, and as what the next is throttled."""
    then: dict
    call: callable
    passes: int
    ended: str
    reason: str
    settings: dict = field(default_factory=lambda: ON_DEMAND)


PROVISIONED = "ProvisionedThroughputExceededException"
LIMITS = {
    "table": Limit({"write": 3}, put, 3, PROVISIONED, "TableWriteProvisionedThroughputExceeded"),
    "table-read": Limit({"read": 2}, get, 2, PROVISIONED, "TableReadProvisionedThroughputExceeded"),
    "table-statement": Limit({"read": 1}, statement, 2, PROVISIONED, "TableReadProvisionedThroughputExceeded"),
    # A second put of the same item would change nothing in the index.
    "index": Limit({"of": "index", "index": "by-value", "write": 1}, put, 1, PROVISIONED,
                   "IndexWriteProvisionedThroughputExceeded", {**ON_DEMAND, "index": {}}),
    "index-read": Limit({"of": "index", "index": "by-value", "read": 1}, query_index, 2, PROVISIONED,
                        "IndexReadProvisionedThroughputExceeded", {**ON_DEMAND, "index": {}}),
    "partition": Limit({"of": "partition", "partition_key": "id", "write": 2}, put, 2, PROVISIONED,
                       "TableWriteKeyRangeThroughputExceeded"),
    "partition-read": Limit({"of": "partition", "partition_key": "id", "read": 1}, query, 2, PROVISIONED,
                            "TableReadKeyRangeThroughputExceeded"),
    "partition-on-demand": Limit({"of": "partition", "partition_key": "id", "write": 2, "billing": "on_demand"}, put, 2,
                                 "ThrottlingException", "TableWriteKeyRangeThroughputExceeded"),
    "account": Limit({"of": "account", "write": 4}, put, 4, "RequestLimitExceeded", "TableWriteAccountLimitExceeded"),
    "account-read": Limit({"of": "account", "read": 3}, get, 3, "RequestLimitExceeded", "TableReadAccountLimitExceeded"),
    "as-provisioned": Limit({}, put, 4, PROVISIONED, "TableWriteProvisionedThroughputExceeded", provisioned(100, 4)),
    "index-as-provisioned": Limit({}, query_index, 4, PROVISIONED, "IndexReadProvisionedThroughputExceeded",
                                  {**provisioned(100, 100), "index": provisioned(2, 100)}),
    "on-demand": Limit({"billing": "on_demand"}, large, 10, "ThrottlingException",
                       "TableWriteKeyRangeThroughputExceeded"),
    "on-demand-maximum": Limit({"billing": "on_demand", "write": 5}, put, 5, "ThrottlingException",
                               "TableWriteMaxOnDemandThroughputExceeded"),
    "own-maximum": Limit({}, put, 6, "ThrottlingException", "TableWriteMaxOnDemandThroughputExceeded",
                         {**ON_DEMAND, "OnDemandThroughput": {"MaxWriteRequestUnits": 6}}),
    "own-maximum-read": Limit({}, get, 3, "ThrottlingException", "TableReadMaxOnDemandThroughputExceeded",
                              {**ON_DEMAND, "OnDemandThroughput": {"MaxReadRequestUnits": 3}}),
    "index-own-maximum": Limit({}, query_index, 4, "ThrottlingException", "IndexReadMaxOnDemandThroughputExceeded", {
        **ON_DEMAND, "index": {"OnDemandThroughput": {"MaxReadRequestUnits": 2}}}),
}


def passed(outcomes):
    """How many were answered, and as what the last one ended."""
    return sum(outcome.ended == ANSWERED for outcome in outcomes), outcomes[-1].ended


class Capacity(TestCase):
    def served(self, *rules):
        """With rules (table or "" for all, then); a second's capacity is saved up, and no second passes by itself."""
        text = json.dumps({"rules": [
            {"name": table or "all", "when": {"table": table} if table else {},
             "then": {"capacity": {"burst": "1s", **then}}}
            for table, then in rules]})
        return self.serve("--rules", self.write("rules.json", text), "--clock", "frozen")

    def test_every_limit_throttles_the_exact_call_as_its_typed_exception(self):
        steps = [{**limit.call(name), "repeat": limit.passes + 1, "client": name} for name, limit in LIMITS.items()]
        for sdk in SDKS:
            with self.subTest(sdk.name):
                server = self.served(*((name, limit.then) for name, limit in LIMITS.items()))
                for name, limit in LIMITS.items():
                    make_table(server, name, **limit.settings)
                outcomes = iter(sdk.run(self, server.url, steps))
                measured = {}
                for name, limit in LIMITS.items():
                    of_limit = [next(outcomes) for _ in range(limit.passes + 1)]
                    last = of_limit[-1]
                    reasons = last.error.get("ThrottlingReasons") or last.error.get("throttlingReasons") or [{}]
                    measured[name] = (*passed(of_limit), last.type, reasons[0].get("reason"), last.attempts)
                # Debian's boto3 knows neither these members nor ThrottlingException as a class.
                own = sdk is JAVASCRIPT
                check_same(self, measured, {name: (
                    limit.passes, limit.ended, limit.ended if own or limit.ended != "ThrottlingException" else None,
                    limit.reason if own else None, ATTEMPTS[sdk]) for name, limit in LIMITS.items()})

    def test_a_call_goes_on_as_capacity_flows_in(self):
        many = {**put("notes"), "repeat": 20, "client": "one", "attempts": 1}
        for sdk in SDKS:
            with self.subTest(sdk.name):
                server = self.served(("notes", {"write": 5, "burst": "2s"}))
                make_table(server, "notes", **ON_DEMAND)
                outcomes = sdk.run(self, server.url, [many, ADVANCE["200ms"], many, ADVANCE["1s"], many])
                turns = [outcomes[:20], outcomes[20:40], outcomes[40:]]
                self.assertEqual([passed(turn) for turn in turns],
                                 [(10, PROVISIONED), (1, PROVISIONED), (5, PROVISIONED)])

    def test_a_table_grows_with_its_traffic(self):
        many = {**large("notes"), "repeat": 21, "client": "one", "attempts": 1}
        update = {"call": "UpdateTable", "input": {
            "TableName": "notes", "OnDemandThroughput": {"MaxWriteRequestUnits": 800}}}
        for sdk in SDKS:
            with self.subTest(sdk.name):
                server = self.served(("notes", {}))
                make_table(server, "notes", **ON_DEMAND)
                outcomes = sdk.run(self, server.url, [many, ADVANCE["30m"], many])
                self.assertEqual([passed(outcomes[:21]), passed(outcomes[21:])],
                                 [(10, "ThrottlingException"), (20, "ThrottlingException")])
                call(server.url, "UpdateTable", update["input"])
                few = {**many, "repeat": 3}
                outcomes = sdk.run(self, server.url, [ADVANCE["1s"], few])
                self.assertEqual(passed(outcomes), (2, "ThrottlingException"))

    def test_a_batch_is_done_in_part_and_the_rest_as_capacity_flows_in(self):
        requests = [{"PutRequest": {"Item": item(id)}} for id in IDS]
        write = {"call": "BatchWriteItem", "input": {"RequestItems": {"notes": requests}}}
        read = {"call": "BatchGetItem", "input": {"RequestItems": {"notes": {
            "Keys": [{"id": {"S": id}} for id in IDS], "ConsistentRead": True}}}}
        for sdk in SDKS:
            with self.subTest(sdk.name):
                server = self.served(("notes", {"write": 10, "read": 10}))
                make_table(server, "notes", **ON_DEMAND)
                first, none, second, found, unread = sdk.run(self, server.url, [
                    write, write, ADVANCE["1s"], write, read, read])
                self.assertEqual([len(one.answer["UnprocessedItems"]["notes"]) for one in (first, second)], [15, 15])
                self.assertEqual((none.ended, none.type, none.attempts), (PROVISIONED, PROVISIONED, ATTEMPTS[sdk]))
                self.assertEqual((len(found.answer["Responses"]["notes"]),
                                  len(found.answer["UnprocessedKeys"]["notes"]["Keys"])), (10, 15))
                self.assertEqual((unread.ended, unread.attempts), (PROVISIONED, ATTEMPTS[sdk]))
                self.assertEqual(first.attempts, 1)

    def test_statements_of_a_batch_are_throttled_one_by_one(self):
        def inserts(table, ids):
            return {"call": "BatchExecuteStatement", "input": {"Statements": [
                {"Statement": f"INSERT INTO {table} VALUE {{'id': '{id}'}}"} for id in ids]}}

        for sdk in SDKS:
            with self.subTest(sdk.name):
                server = self.served(("notes", {"write": 2}), ("grown", {"write": 1, "billing": "on_demand"}),
                                     ("shared", {"of": "account", "write": 1}))
                for table in ("notes", "grown", "shared"):
                    make_table(server, table, **ON_DEMAND)
                outcomes = sdk.run(self, server.url, [inserts(table, IDS[:4]) for table in ("notes", "grown", "shared")])
                codes = [[one.get("Error", {}).get("Code") for one in outcome.answer["Responses"]]
                         for outcome in outcomes]
                self.assertEqual(codes, [[None] * 2 + ["ProvisionedThroughputExceeded"] * 2,
                                         [None] + ["ThrottlingError"] * 3, [None] + ["RequestLimitExceeded"] * 3])
                self.assertEqual([outcome.attempts for outcome in outcomes], [1, 1, 1])

    def test_a_transaction_is_cancelled_for_the_actions_that_lack_capacity(self):
        def deletes(*tables):
            return {"call": "TransactWriteItems", "input": {"TransactItems": [
                {"Delete": {"TableName": table, "Key": {"id": {"S": str(n)}}}} for n, table in enumerate(tables)]}}

        for sdk in SDKS:
            with self.subTest(sdk.name):
                server = self.served(("", {}))  # of several rules, the first that is exceeded answers
                make_table(server, "notes", **provisioned(2, 2))
                make_table(server, "grown", **ON_DEMAND, OnDemandThroughput={"MaxWriteRequestUnits": 2})
                make_table(server, "other", **ON_DEMAND)
                last = sdk.run(self, server.url, [
                    deletes("notes"), deletes("grown"), deletes("notes", "other", "grown")])[-1]
                self.assertEqual((last.ended, last.type, last.attempts), (*["TransactionCanceledException"] * 2, 1))
                self.assertEqual([reason["Code"] for reason in last.error["CancellationReasons"]],
                                 ["ProvisionedThroughputExceeded", "None", "ThrottlingError"])


if __name__ == "__main__":
    unittest.main()
