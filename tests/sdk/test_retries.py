"""Retries and waiters of boto3, as a recording has them and as a replay gives them back."""

import unittest

from botocore.exceptions import ClientError

from support.clients import count_attempts, dynamodb
from support.dynatape import TestCase
from support.summary import summary_of
from support.upstreams import Scripted, answer
from support.wire import create_table, put

THROTTLED = answer({"__type": "com.amazonaws.dynamodb.v20120810#ProvisionedThroughputExceededException",
                    "message": "The level of configured provisioned throughput for the table was exceeded."}, 400)
FAILED = answer({"__type": "com.amazonaws.dynamodb.v20120810#InternalServerError", "message": "Internal server error"}, 500)
ITEM = {"id": {"S": "a"}, "n": {"N": "1"}}


class Retries(TestCase):
    def record(self, program, *answers):
        """Record program(client) against scripted answers; returns the cassette."""
        cassette = self.folder / "recorded.tape"
        with Scripted(*answers) as upstream:
            server = self.serve(cassette, "--upstream", upstream.url, command="record")
            program(dynamodb(server.url, attempts=3))
            self.stop(server)
        return cassette

    def replayed(self, cassette, program, *options):
        """Replay program(client); returns what it returned, the attempts it made, and the summary."""
        server = self.serve(cassette, *options, command="replay")
        client = dynamodb(server.url, attempts=3)
        sent = count_attempts(client)
        seen = program(client)
        return seen, len(sent), summary_of(self.stop(server))

    def test_a_throttled_attempt_then_success(self):
        def program(client):
            return client.get_item(TableName="notes", Key={"id": {"S": "a"}})["Item"]

        cassette = self.record(program, THROTTLED, FAILED, answer({"Item": ITEM}))
        for retries, attempts in (("collapsed", 1), ("faithful", 3), ("fresh", 1)):
            seen, made, summary = self.replayed(cassette, program, "--retries", retries)
            self.assertEqual((seen, made), (ITEM, attempts), retries)
            self.assertEqual((summary["missed"], summary["unused"]), (0, 0))

    def test_retries_that_were_used_up(self):
        def program(client):
            try:
                return client.get_item(TableName="notes", Key={"id": {"S": "a"}})["Item"]
            except ClientError as error:
                return error.response["Error"]["Code"]

        cassette = self.record(program, *[THROTTLED] * 3)
        for retries in ("collapsed", "faithful", "fresh"):
            seen, _, summary = self.replayed(cassette, program, "--retries", retries)
            self.assertEqual(seen, "ProvisionedThroughputExceededException", retries)
            self.assertEqual((summary["missed"], summary["unused"]), (0, 0))

    def test_a_waiter_over_a_table_that_comes_to_be_replays(self):
        cassette = self.folder / "waiter.tape"

        def program(client, delay):
            client.create_table(
                TableName="notes", BillingMode="PAY_PER_REQUEST",
                AttributeDefinitions=[{"AttributeName": "id", "AttributeType": "S"}],
                KeySchema=[{"AttributeName": "id", "KeyType": "HASH"}])
            seen = []
            client.meta.events.register("after-call.dynamodb.DescribeTable",
                                        lambda parsed, **_: seen.append(parsed["Table"]["TableStatus"]))
            client.get_waiter("table_exists").wait(TableName="notes", WaiterConfig={"Delay": delay})
            client.put_item(TableName="notes", Item={"id": {"S": "a"}})
            return seen

        server = self.serve(cassette, "--table-delay", "400ms", command="record")
        recorded = program(dynamodb(server.url), 0.05)
        self.stop(server)
        self.assertGreaterEqual(recorded.count("CREATING"), 3)
        # As fast as it was recorded, faster, and so slowly that the table is there at the second look.
        for delay, polls in ((0.05, (2, len(recorded))), (0.01, (2, len(recorded))), (0.5, (2, 2))):
            seen, _, summary = self.replayed(cassette, lambda client: program(client, delay))
            self.assertEqual((seen[0], seen[-1]), ("CREATING", "ACTIVE"))
            self.assertTrue(polls[0] <= len(seen) <= polls[1], (delay, seen))
            self.assertEqual((summary["missed"], summary["unused"]), (0, 0))


class Contradictions(TestCase):
    def test_a_value_that_stands_for_another_is_told(self):
        first, second = "6fa459ea-ee8a-4ca4-894e-db77e160355e", "0fe9ac5b-25f2-4c5e-9a3c-3f1f5e0f4d7a"
        cassette = self.folder / "a.tape"
        server = self.serve(cassette, command="record")
        create_table(server.url)
        put(server.url, first)
        dynamodb(server.url).update_item(
            TableName="notes", Key={"id": {"S": "a"}}, UpdateExpression="SET parent = :id",
            ExpressionAttributeValues={":id": {"S": first}})
        self.stop(server)
        replay = self.serve(cassette, command="replay")
        create_table(replay.url)
        live = "3b241101-e2bb-4255-8caf-4136c566a962"
        self.assertEqual(put(replay.url, live).status, 200)
        client = dynamodb(replay.url)
        with self.assertRaises(ClientError) as missed:
            client.update_item(TableName="notes", Key={"id": {"S": "a"}}, UpdateExpression="SET parent = :p",
                               ExpressionAttributeValues={":p": {"S": second}})
        self.assertIn(f"UpdateExpression.parent {first} bound to {live} at #2, got {second} at #3",
                      missed.exception.response["Error"]["Message"])
        client.update_item(TableName="notes", Key={"id": {"S": "a"}}, UpdateExpression="SET parent = :p",
                           ExpressionAttributeValues={":p": {"S": live}})
        self.assertEqual(summary_of(self.stop(replay, status=3))["missed"], 1)


if __name__ == "__main__":
    unittest.main()
