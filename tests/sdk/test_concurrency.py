"""Many clients at once: other orders replay, races have one winner, transactions are all or nothing."""

import concurrent.futures
import random
import threading
import unittest

from botocore.exceptions import ClientError

from support.clients import dynamodb
from support.dynatape import TestCase
from support.summary import summary_of

WORKERS = 20
USERS = 8


def create(client, name="accounts"):
    client.create_table(
        TableName=name, BillingMode="PAY_PER_REQUEST",
        AttributeDefinitions=[{"AttributeName": "user", "AttributeType": "S"},
                              {"AttributeName": "id", "AttributeType": "N"}],
        KeySchema=[{"AttributeName": "user", "KeyType": "HASH"}, {"AttributeName": "id", "KeyType": "RANGE"}])
    client.get_waiter("table_exists").wait(TableName=name, WaiterConfig={"Delay": 0.1})


def key(user, id):
    return {"user": {"S": user}, "id": {"N": str(id)}}


def in_threads(count, work):
    """Call work(0) … work(count - 1) at once; return their results in that order."""
    start = threading.Barrier(count)

    def begin(number):
        start.wait()
        return work(number)

    with concurrent.futures.ThreadPoolExecutor(count) as pool:
        return list(pool.map(begin, range(count)))


def user_session(client, number):
    """What one user's thread does: each step depends on those before it, none on another user."""
    user = f"user-{number}"
    seen = []
    for id in range(4):
        client.put_item(TableName="accounts", Item={**key(user, id), "amount": {"N": str(10 * id)}})
        answer = client.update_item(
            TableName="accounts", Key=key(user, id), UpdateExpression="SET amount = amount + :one",
            ExpressionAttributeValues={":one": {"N": "1"}}, ReturnValues="ALL_NEW")
        seen.append(answer["Attributes"])
        seen.append(client.get_item(TableName="accounts", Key=key("everyone", 0))["Item"])
    seen += client.query(TableName="accounts", KeyConditionExpression="#u = :u",
                         ExpressionAttributeNames={"#u": "user"},
                         ExpressionAttributeValues={":u": {"S": user}})["Items"]
    return seen


class OtherOrders(TestCase):
    def run_users(self, url, order):
        """Run the users' sessions in 8 threads, begun in `order`; returns what each user saw."""
        client = dynamodb(url)
        create(client)
        client.put_item(TableName="accounts", Item={**key("everyone", 0), "note": {"S": "shared"}})
        seen = in_threads(USERS, lambda position: (order[position], user_session(client, order[position])))
        return dict(seen)

    def test_calls_in_another_order_from_8_threads_replay(self):
        cassette = self.folder / "users.tape"
        recording = self.serve(cassette, command="record")
        recorded = self.run_users(recording.url, list(range(USERS)))
        self.assertEqual(summary_of(self.stop(recording))["recorded"], 3 + 13 * USERS)
        shuffle = random.Random(1)
        for _ in range(50):
            order = shuffle.sample(range(USERS), USERS)
            replay = self.serve(cassette, command="replay")
            self.assertEqual(self.run_users(replay.url, order), recorded, order)
            summary = summary_of(self.stop(replay))
            self.assertEqual((summary["missed"], summary["unused"]), (0, 0), order)


class Races(TestCase):
    def race(self, url, item):
        """20 workers put item(number) where nothing is yet; returns the winners' numbers and the item left."""
        client = dynamodb(url)
        create(client)

        def put(number):
            try:
                client.put_item(TableName="accounts", Item=item(number),
                                ConditionExpression="attribute_not_exists(id)")
                return True
            except client.exceptions.ConditionalCheckFailedException:
                return False

        won = in_threads(WORKERS, put)
        left = client.get_item(TableName="accounts", Key=key("prize", 1), ConsistentRead=True)["Item"]
        return [number for number in range(WORKERS) if won[number]], left

    def assert_one_winner(self, item):
        cassette = self.folder / "race.tape"
        recording = self.serve(cassette, command="record")
        winners, left = self.race(recording.url, item)
        self.stop(recording)
        self.assertEqual(len(winners), 1)
        self.assertEqual(left, item(winners[0]))
        replay = self.serve(cassette, command="replay")
        replayed_winners, replayed_left = self.race(replay.url, item)
        self.assertEqual(len(replayed_winners), 1)
        self.assertEqual(replayed_left, left)
        self.assertEqual(summary_of(self.stop(replay))["missed"], 0)
        return winners, replayed_winners

    def test_one_conditional_write_by_20_workers_has_one_winner(self):
        self.assert_one_winner(lambda _: key("prize", 1))

    def test_the_recorded_winner_wins_again_where_the_writes_differ(self):
        live, replayed = self.assert_one_winner(
            lambda number: {**key("prize", 1), "winner": {"N": str(number)}})
        self.assertEqual(live, replayed)


class FailedTransactions(TestCase):
    def fail(self, url):
        """A transaction whose last condition fails; returns its reasons and what the table then holds."""
        client = dynamodb(url)
        create(client)
        client.put_item(TableName="accounts", Item={**key("alice", 1), "amount": {"N": "10"}})
        client.put_item(TableName="accounts", Item={**key("alice", 2), "amount": {"N": "20"}})
        with self.assertRaises(ClientError) as caught:
            client.transact_write_items(TransactItems=[
                {"Put": {"TableName": "accounts", "Item": {**key("bob", 1), "amount": {"N": "5"}}}},
                {"Update": {"TableName": "accounts", "Key": key("alice", 1),
                            "UpdateExpression": "SET amount = amount - :five",
                            "ExpressionAttributeValues": {":five": {"N": "5"}}}},
                {"Delete": {"TableName": "accounts", "Key": key("alice", 2)}},
                {"ConditionCheck": {"TableName": "accounts", "Key": key("nobody", 1),
                                    "ConditionExpression": "attribute_exists(id)"}}])
        self.assertEqual(caught.exception.response["Error"]["Code"], "TransactionCanceledException")
        reasons = [reason["Code"] for reason in caught.exception.response["CancellationReasons"]]
        left = client.scan(TableName="accounts", ConsistentRead=True)["Items"]
        return reasons, sorted(left, key=str)

    def test_a_failed_transaction_leaves_no_trace(self):
        wanted = (["None", "None", "None", "ConditionalCheckFailed"],
                  sorted([{**key("alice", 1), "amount": {"N": "10"}},
                          {**key("alice", 2), "amount": {"N": "20"}}], key=str))
        cassette = self.folder / "transaction.tape"
        recording = self.serve(cassette, command="record")
        self.assertEqual(self.fail(recording.url), wanted)
        self.stop(recording)
        replay = self.serve(cassette, command="replay")
        self.assertEqual(self.fail(replay.url), wanted)
        self.assertEqual(summary_of(self.stop(replay))["missed"], 0)


if __name__ == "__main__":
    unittest.main()
