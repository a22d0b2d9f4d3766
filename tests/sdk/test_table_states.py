"""Tables that take their time: real waiters poll until a table or index is there, or gone."""

import unittest

from botocore.exceptions import ClientError

from support.clients import dynamodb
from support.dynatape import TestCase
from support.javascript import run_javascript

POLL = {"Delay": 0.1, "MaxAttempts": 300}


def definition(name):
    return {"TableName": name, "BillingMode": "PAY_PER_REQUEST",
            "AttributeDefinitions": [{"AttributeName": "id", "AttributeType": "S"}],
            "KeySchema": [{"AttributeName": "id", "KeyType": "HASH"}]}


class TableStates(TestCase):
    def setUp(self):
        super().setUp()
        self.server = self.serve("--table-delay", "1s")
        self.client = dynamodb(self.server.url)
        self.seen = []
        self.client.meta.events.register(
            "after-call.dynamodb.DescribeTable",
            lambda parsed, **_: self.seen.append(parsed.get("Table", {}).get("TableStatus")))

    def error_of(self, call, **arguments):
        with self.assertRaises(ClientError) as raised:
            call(**arguments)
        return raised.exception.response["Error"]

    def wait(self, waiter):
        self.seen.clear()
        self.client.get_waiter(waiter).wait(TableName="notes", WaiterConfig=POLL)
        return self.seen[0], self.seen[-1]

    def test_boto3_waiters_see_a_table_come_and_go(self):
        item = {"TableName": "notes", "Item": {"id": {"S": "a"}}}
        self.client.create_table(**definition("notes"))
        self.assertEqual(self.error_of(self.client.put_item, **item),
                         {"Code": "ResourceNotFoundException", "Message": "Requested resource not found"})
        self.assertEqual(self.wait("table_exists"), ("CREATING", "ACTIVE"))
        self.client.put_item(**item)

        self.client.delete_table(TableName="notes")
        self.assertEqual(self.error_of(self.client.create_table, **definition("notes")),
                         {"Code": "ResourceInUseException", "Message": "Table already exists: notes"})
        self.assertEqual(self.wait("table_not_exists"), ("DELETING", None))
        self.client.create_table(**definition("notes"))

    def test_boto3_reads_an_index_once_it_is_filled_in(self):
        self.client.create_table(**definition("notes"))
        self.wait("table_exists")
        self.client.put_item(TableName="notes", Item={"id": {"S": "a"}, "tag": {"S": "x"}})
        self.client.update_table(
            TableName="notes", AttributeDefinitions=[{"AttributeName": "tag", "AttributeType": "S"}],
            GlobalSecondaryIndexUpdates=[{"Create": {
                "IndexName": "by-tag", "KeySchema": [{"AttributeName": "tag", "KeyType": "HASH"}],
                "Projection": {"ProjectionType": "ALL"}}}])
        query = {"TableName": "notes", "IndexName": "by-tag", "KeyConditionExpression": "tag = :x",
                 "ExpressionAttributeValues": {":x": {"S": "x"}}}
        self.assertEqual(self.error_of(self.client.query, **query)["Message"],
                         "Cannot read from backfilling global secondary index: by-tag")
        states = [self.index_state()]
        while states[-1][0] != "ACTIVE":
            states.append(self.index_state())
        self.assertEqual(sorted(set(states), key=states.index),
                         [("CREATING", False), ("CREATING", True), ("ACTIVE", None)])
        self.assertEqual(self.client.query(**query)["Count"], 1)

    def index_state(self):
        index = self.client.describe_table(TableName="notes")["Table"]["GlobalSecondaryIndexes"][0]
        return index["IndexStatus"], index.get("Backfilling")

    def test_javascript_waiters_see_a_table_come_and_go(self):
        self.assertEqual(run_javascript(self, "waiters.mjs", self.server.url),
                         {"created": "CREATING", "exists": "SUCCESS", "active": "ACTIVE",
                          "deleted": "DELETING", "notExists": "SUCCESS"})


if __name__ == "__main__":
    unittest.main()
