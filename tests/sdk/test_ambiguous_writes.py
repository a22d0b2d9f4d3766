"""Writes whose client cannot know whether they were applied: what SDKs make of them, and what it does to a counter."""

import json
import unittest
import unittest.mock

import boto3
from botocore.config import Config

from support.dynatape import TestCase
from support.summary import summary_of
from support.wire import create_table


class Counter(TestCase):
    """ADD, its conditional twin, and its twin with a token, when the first attempt's answer is lost."""

    KEY = {"TableName": "notes", "Key": {"id": {"S": "counter"}}}

    def counted(self, call):
        """Has `call` increment a counter at 0 whose first answer is lost; returns its value and the summary."""
        rules = {"rules": [{"name": "lost", "when": {"attempt": 1, "operation": ["UpdateItem", "TransactWriteItems"]},
                            "then": {"lost_answer": {}}, "times": 1}]}
        server = self.serve("--rules", self.write("rules.json", json.dumps(rules)))
        create_table(server.url)
        client = boto3.session.Session().client(
            "dynamodb", region_name="us-east-1", aws_access_key_id="AKIDEXAMPLE", aws_secret_access_key="y",
            endpoint_url=server.url, config=Config(retries={"mode": "standard"}))
        client.put_item(TableName="notes", Item={"id": {"S": "counter"}, "n": {"N": "0"}})
        with unittest.mock.patch("botocore.endpoint.time.sleep"):
            try:
                call(client)
            except client.exceptions.ConditionalCheckFailedException:
                pass  # as a client sees the refusal of what it has done itself
        value = client.get_item(**self.KEY)["Item"]["n"]["N"]
        client.close()
        errors = self.stop(server)
        self.assertEqual((summary_of(errors)["planned"], summary_of(errors)["delivered"]), (1, 1))
        return value, [line.split("lost: ", 2)[-1] for line in errors.splitlines() if "answers lost" in line]

    def test_a_plain_add_counts_twice(self):
        value, told = self.counted(lambda client: client.update_item(
            **self.KEY, UpdateExpression="ADD n :one", ExpressionAttributeValues={":one": {"N": "1"}}))
        self.assertEqual(value, "2")
        self.assertEqual(told, ["UpdateItem on notes: 1 was applied although its answer was lost; "
                                "1 retry was applied again"])

    def test_a_condition_refuses_the_retry(self):
        value, told = self.counted(lambda client: client.update_item(
            **self.KEY, UpdateExpression="SET n = n + :one", ConditionExpression="n = :expected",
            ExpressionAttributeValues={":one": {"N": "1"}, ":expected": {"N": "0"}}))
        self.assertEqual(value, "1")
        self.assertEqual(told, ["UpdateItem on notes: 1 was applied although its answer was lost; "
                                "1 retry was refused (ConditionalCheckFailedException)"])

    def test_a_token_absorbs_the_retry(self):
        value, told = self.counted(lambda client: client.transact_write_items(TransactItems=[
            {"Update": {**self.KEY, "UpdateExpression": "ADD n :one",
                        "ExpressionAttributeValues": {":one": {"N": "1"}}}}]))
        self.assertEqual(value, "1")
        self.assertEqual(told, ["TransactWriteItems on notes: 1 was applied although its answer was lost; "
                                "1 retry was absorbed by its token"])


if __name__ == "__main__":
    unittest.main()
