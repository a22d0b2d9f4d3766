"""Rules from two recordings of one test, accepted into the cassette."""

import contextlib
import json
import secrets
import time
import unittest

from support.clients import dynamodb
from support.dynatape import TestCase, run
from support.summary import summary_of


def test_of_orders(url):
    """A test whose ids no form shows to be random; returns what it saw."""
    with contextlib.closing(dynamodb(url)) as client:
        return orders(client)


def orders(client):
    client.create_table(TableName="orders", BillingMode="PAY_PER_REQUEST",
                        AttributeDefinitions=[{"AttributeName": "id", "AttributeType": "S"}],
                        KeySchema=[{"AttributeName": "id", "KeyType": "HASH"}])
    ids = ["order-" + secrets.token_hex(2) for _ in range(3)]
    customer = "c" + secrets.token_hex(4)
    for n, order in enumerate(ids):
        began = time.perf_counter_ns()
        client.put_item(TableName="orders", Item={"id": {"S": order}, "customer": {"S": customer}, "line": {"N": str(n)},
                                                  "took": {"N": str(time.perf_counter_ns() - began)}})
    seen = [client.get_item(TableName="orders", Key={"id": {"S": order}})["Item"] for order in reversed(ids)]
    client.update_item(TableName="orders", Key={"id": {"S": ids[0]}}, UpdateExpression="SET follows = :f",
                       ConditionExpression="customer = :c",
                       ExpressionAttributeValues={":f": {"S": ids[1]}, ":c": {"S": customer}})
    seen.append(client.get_item(TableName="orders", Key={"id": {"S": ids[0]}})["Item"])
    expected = [(ids[2], customer, "2"), (ids[1], customer, "1"), (ids[0], customer, "0"), (ids[0], customer, "0")]
    return expected, [(i["id"]["S"], i["customer"]["S"], i["line"]["N"]) for i in seen], seen[-1]["follows"]["S"] == ids[1]


class Learn(TestCase):
    def test_two_takes_teach_rules_under_which_a_third_run_replays(self):
        takes = []
        for name in ("one.tape", "two.tape"):
            takes.append(self.folder / name)
            server = self.serve(takes[-1], command="record")
            test_of_orders(server.url)
            self.stop(server)
        refused = self.serve(takes[0], command="replay")
        with self.assertRaises(Exception):
            test_of_orders(refused.url)
        self.stop(refused, status=3)

        learned = run("cassette", "learn", takes[0], takes[1])
        self.assertEqual(learned.returncode, 0, learned.stderr)
        [rule] = json.loads(learned.stdout)["match"]
        self.assertEqual(rule, {
            "table": "orders", "loosen": {"path": "Item.took", "as": "any-number"},
            "bind": ["ConditionExpression.customer", "Item.customer", "Item.id", "Key.id", "UpdateExpression.follows"]})
        self.assertIn("calls: 9, alike: 1, with these rules: 9", learned.stderr)
        self.assertIn("rules", run("rules", "check", self.write("learned.json", learned.stdout)).stdout)

        for how in (("--rules", self.folder / "learned.json"), ()):
            if not how:
                self.assertEqual(run("cassette", "learn", takes[0], takes[1], "--accept").returncode, 0)
            replay = self.serve(takes[0], *how, "--strict", command="replay")
            expected, seen, follows = test_of_orders(replay.url)
            self.assertEqual(seen, expected)
            self.assertTrue(follows)
            summary = summary_of(self.stop(replay))
            self.assertEqual((summary["replayed"], summary["missed"], summary["unused"]), (9, 0, 0))
        self.assertEqual(run("cassette", "learn", takes[0], takes[1]).stdout, "")

    def test_what_is_no_cassette_is_a_mistake(self):
        ended = run("cassette", "learn", self.write("a.tape", "no"), self.folder / "b.tape")
        self.assertEqual((ended.returncode, len(ended.stderr.splitlines())), (2, 1), ended.stderr)


if __name__ == "__main__":
    unittest.main()
