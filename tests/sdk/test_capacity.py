"""Limits of throughput as SDKs meet them: the exact call that is throttled, how, and what goes on when."""

import contextlib
import json
import unittest

from support.admin import admin
from support.clients import dynamodb
from support.dynatape import TestCase
from support.javascript import run_javascript
from support.wire import call, create_table, put

IDS = [f"{number:02}" for number in range(25)]


def writes(ids):
    return [{"PutRequest": {"Item": {"id": {"S": id}, "value": {"S": "v"}}}} for id in ids]


class Capacity(TestCase):
    def served(self, *rules, options=()):
        text = json.dumps({"rules": [{"name": f"rule-{n}", **rule} for n, rule in enumerate(rules)]})
        return self.serve("--rules", self.write("rules.json", text), *options)

    RULE = {"when": {"operation": "PutItem"}, "then": {"capacity": {"write": 5, "burst": "2s"}}}

    def test_boto3_is_throttled_at_the_exact_call_and_goes_on_as_the_clock_does(self):
        server = self.served(self.RULE, options=("--clock", "frozen"))
        create_table(server.url)
        client = dynamodb(server.url)

        def passed():
            for count in range(100):
                try:
                    client.put_item(TableName="notes", Item={"id": {"S": "a"}})
                except client.exceptions.ProvisionedThroughputExceededException:
                    return count

        self.assertEqual(passed(), 10)
        self.assertEqual(put(server.url, "a").json["ThrottlingReasons"],
                         [{"reason": "TableWriteProvisionedThroughputExceeded",
                           "resource": "arn:aws:dynamodb:us-east-1:000000000000:table/notes"}])
        admin(server.url, "POST", "/clock", {"advance": "200ms"})
        self.assertEqual(passed(), 1)

    def test_javascript_is_throttled_after_its_attempts(self):
        server = self.served({"when": {"operation": "PutItem"}, "then": {"capacity": {"write": 2, "burst": "1s"}}},
                             options=("--clock", "frozen"))
        create_table(server.url)
        said = run_javascript(self, "state_faults.mjs", server.url, access_key="AKIDEXAMPLE")
        self.assertEqual((said["refused"], said["attempts"]), ("ProvisionedThroughputExceededException", 2))

    def test_boto3_writes_a_batch_in_part_and_the_rest_as_capacity_flows_in(self):
        server = self.served({"when": {"table": "notes"}, "then": {"capacity": {"write": 10, "burst": "1s"}}},
                             options=("--clock", "frozen"))
        create_table(server.url)
        client = dynamodb(server.url)
        left, written = {"notes": writes(IDS)}, []
        for _ in range(3):
            left = client.batch_write_item(RequestItems=left)["UnprocessedItems"]
            written.append(client.scan(TableName="notes", Select="COUNT")["Count"])
            with self.assertRaises(client.exceptions.ProvisionedThroughputExceededException) if left else \
                    contextlib.nullcontext():
                client.batch_write_item(RequestItems=left or {"notes": writes(IDS[:1])})
            admin(server.url, "POST", "/clock", {"advance": "1s"})
        self.assertEqual((written, left), ([10, 20, 25], {}))

    def test_boto3_is_throttled_as_the_table_is_provisioned_and_its_query_by_the_partition(self):
        server = self.served({"then": {"capacity": {"burst": "1s"}}},
                             {"then": {"capacity": {"of": "partition", "partition_key": "id", "read": 3, "burst": "1s"}}},
                             options=("--clock", "frozen"))
        client = dynamodb(server.url)
        client.create_table(
            TableName="notes", ProvisionedThroughput={"ReadCapacityUnits": 100, "WriteCapacityUnits": 4},
            AttributeDefinitions=[{"AttributeName": "id", "AttributeType": "S"}],
            KeySchema=[{"AttributeName": "id", "KeyType": "HASH"}])
        refused = client.exceptions.ProvisionedThroughputExceededException

        def passed(send):
            for count in range(100):
                try:
                    send()
                except refused:
                    return count

        def write():
            client.put_item(TableName="notes", Item={"id": {"S": "a"}})

        def reason(answer):
            return answer.json["ThrottlingReasons"][0]["reason"]

        self.assertEqual(passed(write), 4)
        self.assertEqual(reason(put(server.url, "a")), "TableWriteProvisionedThroughputExceeded")
        query = {"TableName": "notes", "KeyConditionExpression": "id = :i", "ConsistentRead": True,
                 "ExpressionAttributeValues": {":i": {"S": "a"}}}
        self.assertEqual(passed(lambda: client.query(**query)), 3)
        self.assertEqual(reason(call(server.url, "Query", query)), "TableReadKeyRangeThroughputExceeded")
        client.update_table(TableName="notes",
                            ProvisionedThroughput={"ReadCapacityUnits": 100, "WriteCapacityUnits": 7})
        self.assertEqual(passed(write), 0)
        admin(server.url, "POST", "/clock", {"advance": "1s"})
        client.transact_write_items(TransactItems=[
            {"Put": {"TableName": "notes", "Item": {"id": {"S": id}}}} for id in IDS[:3]])
        with self.assertRaises(client.exceptions.TransactionCanceledException) as canceled:
            client.transact_write_items(TransactItems=[
                {"Delete": {"TableName": "notes", "Key": {"id": {"S": id}}}} for id in IDS[:2]])
        self.assertEqual([reason["Code"] for reason in canceled.exception.response["CancellationReasons"]],
                         ["ProvisionedThroughputExceeded"] * 2)

    def test_boto3_drives_a_new_on_demand_table_to_4000_units_and_half_an_hour_later_to_8000(self):
        server = self.served({"then": {"capacity": {}}}, options=("--clock", "frozen"))
        create_table(server.url)
        client = dynamodb(server.url)
        item = {"id": {"S": "a"}, "value": {"S": "v" * 399 * 1024}}  # 400 units, put twice as a transaction

        def passed():
            for count in range(100):
                try:
                    client.transact_write_items(TransactItems=[{"Put": {"TableName": "notes", "Item": item}}])
                except client.exceptions.TransactionCanceledException as error:
                    return count, error.response["CancellationReasons"][0]["Code"]

        self.assertEqual(passed(), (5, "ThrottlingError"))
        admin(server.url, "POST", "/clock", {"advance": "30m"})
        self.assertEqual(passed(), (10, "ThrottlingError"))
        reasons = put(server.url, "a").json["throttlingReasons"]
        self.assertEqual(reasons[0]["reason"], "TableWriteKeyRangeThroughputExceeded")


if __name__ == "__main__":
    unittest.main()
