"""Injected faults as clients meet them: seeds, probabilities, shapes, and what the summary says of them."""

import json
import random
import socket
import struct
import unittest
import urllib.parse

from support.admin import admin
from support.dynatape import TestCase, run
from support.summary import summary_of
from support.wire import AUTHORIZATION, create_table, get, put

ERROR = {"error": {"type": "ProvisionedThroughputExceededException"}}
KEYS = [f"key-{number}" for number in range(64)]


class Faults(TestCase):
    def served(self, *rules, options=()):
        text = json.dumps({"rules": [{"name": f"rule-{n}", **rule} for n, rule in enumerate(rules)]})
        server = self.serve("--rules", self.write("rules.json", text), *options)
        create_table(server.url)
        return server


class Chance(Faults):
    def decisions(self, seed, keys, probability=0.5):
        """Which of `keys` the rule throttles, asked in the order given."""
        server = self.served({"when": {"operation": "GetItem", "probability": probability}, "then": ERROR},
                             options=("--seed", seed))
        hit = {key: get(server.url, key).status == 400 for key in keys}
        self.stop(server)
        return hit

    def test_i_a_seed_gives_varied_yet_reproducible_decisions_in_any_order(self):
        first = self.decisions(7, KEYS)
        self.assertTrue(16 <= sum(first.values()) <= 48, first)
        self.assertEqual(self.decisions(7, KEYS), first)
        self.assertEqual(self.decisions(7, random.Random(1).sample(KEYS, len(KEYS))), first)
        self.assertNotEqual(self.decisions(8, KEYS), first)

    def test_j_probability_0_never_fires_and_1_always_does(self):
        self.assertEqual(sum(self.decisions(1, KEYS, 0).values()), 0)
        self.assertEqual(sum(self.decisions(1, KEYS, 0.0).values()), 0)
        self.assertEqual(sum(self.decisions(1, KEYS, 1).values()), len(KEYS))


class Shape(Faults):
    def test_an_injected_throttle_is_what_the_service_would_send(self):
        server = self.served({"when": {"operation": "GetItem", "table": "notes"}, "then": ERROR})
        refused = get(server.url, "a")
        self.assertEqual(refused.status, 400)
        self.assertEqual(refused.json["__type"],
                         "com.amazonaws.dynamodb.v20120810#ProvisionedThroughputExceededException")
        self.assertEqual(refused.headers["content-type"], "application/x-amz-json-1.0")
        self.assertEqual(len(refused.headers["x-amzn-requestid"]), 52)
        self.assertTrue(refused.crc_is_right())

    def test_rules_hit_where_they_are_aimed(self):
        server = self.served({"when": {"operation": "PutItem", "table": "notes"}, "then": ERROR})
        create_table(server.url, "others")
        self.assertEqual([put(server.url, "a").status, put(server.url, "a", table="others").status,
                          get(server.url, "a").status], [400, 200, 200])

    def test_nth_first_and_every_count_calls(self):
        def pattern(**when):
            server = self.served({"when": {"operation": "GetItem", **when}, "then": ERROR})
            hits = "".join("x" if get(server.url, "a").status == 400 else "." for _ in range(6))
            self.stop(server)
            return hits

        self.assertEqual(pattern(nth=3), "..x...")
        self.assertEqual(pattern(first=2), "xx....")
        self.assertEqual(pattern(every=2), ".x.x.x")

    def test_faults_also_hit_replayed_traffic(self):
        cassette = self.folder / "clean.tape"
        recording = self.serve(cassette, command="record")
        create_table(recording.url)
        get(recording.url, "a")
        self.stop(recording)
        rules = self.write("rules.json", json.dumps({"rules": [
            {"name": "r", "when": {"operation": "GetItem", "first": 1}, "then": ERROR}]}))
        replay = self.serve(cassette, "--rules", rules, command="replay")
        create_table(replay.url)
        self.assertEqual([get(replay.url, "a").status, get(replay.url, "a").status], [400, 200])


class Profiles(Faults):
    def test_each_is_printed_as_a_rule_file_that_is_right(self):
        names = [line.split(":")[0] for line in run("rules", "profile").stdout.splitlines()]
        self.assertIn("flaky-network", names)
        for name in names:
            text = run("rules", "profile", name).stdout
            checked = run("rules", "check", self.write("profile.json", text))
            self.assertEqual(checked.returncode, 0, checked.stderr)
            self.assertIn(name, checked.stdout)

    def test_one_runs_by_its_name(self):
        server = self.serve("--profile", "expired-credentials")
        create_table(server.url)
        statuses = [get(server.url, "a").status for _ in range(45)]
        self.assertEqual(statuses, [200] * 19 + [400] * 20 + [200] * 6)


class Edits(Faults):
    def test_a_rule_that_an_edit_leaves_as_it_was_goes_on(self):
        once = {"name": "once", "when": {"operation": "GetItem"}, "then": ERROR, "times": 1}
        server = self.serve()
        create_table(server.url)
        admin(server.url, "PUT", "/rules", {"rules": [once]})
        self.assertEqual([get(server.url, "a").status for _ in range(2)], [400, 200])
        admin(server.url, "POST", "/rules", {"name": "slow", "then": {"latency": "1ms"}})
        self.assertEqual(get(server.url, "a").status, 200)
        admin(server.url, "DELETE", "/rules/slow")
        self.assertEqual(get(server.url, "a").status, 200)
        counts = {one["rule"]: one["delivered"] for one in admin(server.url, "GET", "/rules")["counts"]}
        self.assertEqual(counts, {"once": 1, "slow": 1})
        admin(server.url, "PUT", "/rules", {"rules": [{**once, "times": 2}]})
        self.assertEqual(get(server.url, "a").status, 400)


class Halt(Faults):
    def test_the_summary_says_that_and_why_the_rules_stopped(self):
        text = json.dumps({"halt": {"in_a_row": 3}, "rules": [
            {"name": "all", "when": {"operation": "GetItem"}, "then": ERROR}]})
        server = self.serve("--rules", self.write("rules.json", text))
        create_table(server.url)
        self.assertEqual([get(server.url, "a").status for _ in range(5)], [400] * 3 + [200] * 2)
        self.assertRegex(self.stop(server), r"dynatape: halted: the rules stopped at .*Z: 3 answers in a row failed")


class Delivery(Faults):
    def test_n_the_summary_counts_what_was_delivered(self):
        server = self.served({"when": {"operation": "GetItem", "first": 2}, "then": ERROR})
        for _ in range(3):
            get(server.url, "a")
        summary = summary_of(self.stop(server))
        self.assertEqual((summary["planned"], summary["delivered"]), (2, 2))

    def test_n_a_fault_whose_client_left_is_not_counted_as_delivered(self):
        server = self.served({"when": {"operation": "GetItem"}, "then": {"latency": {"fixed": "300ms"}}})
        body = json.dumps({"TableName": "notes", "Key": {"id": {"S": "a"}}}).encode()
        place = urllib.parse.urlsplit(server.url)
        with socket.create_connection((place.hostname, place.port)) as client:
            # Closing then resets the connection, so that the answer meets a client that is known to be gone.
            client.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
            client.sendall(b"POST / HTTP/1.1\r\nHost: x\r\nX-Amz-Target: DynamoDB_20120810.GetItem\r\n"
                           b"X-Amz-Date: 20260102T000000Z\r\nContent-Type: application/x-amz-json-1.0\r\n"
                           b"Authorization: " + AUTHORIZATION.encode() + b"\r\n"
                           b"Content-Length: %d\r\n\r\n" % len(body) + body)
        get(server.url, "a")  # waits as long, and arrived later
        summary = summary_of(self.stop(server))
        self.assertEqual((summary["planned"], summary["delivered"]), (2, 1))


if __name__ == "__main__":
    unittest.main()
