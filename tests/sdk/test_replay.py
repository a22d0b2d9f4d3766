"""The traps of recording and replaying, through real HTTP: each is something another recorder got wrong."""

import concurrent.futures
import contextlib
import email.utils
import json
import sqlite3
import time
import unittest

from botocore.exceptions import ClientError

from support.admin import admin
from support.clients import count_attempts, dynamodb
from support.dynatape import TestCase, run
from support.javascript import run_javascript
from support.summary import summary_of
from support.upstreams import Scripted, answer
from support.wire import Connection, call, create_table, get, put

KEY = {"TableName": "notes", "Key": {"id": {"S": "a"}}}
ITEM = {"Item": {"id": {"S": "a"}}}


class Replayed(TestCase):
    """Tests record by `record`, then ask `replay`."""

    def recorded(self, calls, *upstream_answers):
        """Record what calls(url) does, against scripted answers or else the emulator; returns the cassette."""
        cassette = self.folder / f"recorded-{time.monotonic_ns()}.tape"
        with Scripted(*upstream_answers) as upstream:
            behind = ("--upstream", upstream.url) if upstream_answers else ()
            server = self.serve(cassette, *behind, command="record")
            calls(server.url)
            self.stop(server)
        return cassette

    def replay(self, cassette, *options):
        return self.serve(cassette, *options, command="replay")

    def assert_miss(self, answer):
        self.assertEqual(answer.status, 400)
        self.assertTrue(answer.crc_is_right())
        self.assertIn("Miss", answer.type)


class Timing(Replayed):
    """By the session's clock, so that nothing here waits for real time."""

    def taking_an_hour(self):
        cassette = self.recorded(lambda url: call(url, "GetItem", KEY), answer(ITEM))
        with contextlib.closing(sqlite3.connect(cassette)) as database:
            database.execute("UPDATE interaction SET took_us = 3600000000")
            database.commit()
        return cassette

    def test_an_answer_takes_no_time_unless_asked_to(self):
        replay = self.replay(self.taking_an_hour(), "--clock", "frozen")
        self.assertEqual(dynamodb(replay.url).get_item(**KEY)["Item"], ITEM["Item"])

    def test_an_answer_takes_as_long_as_it_was_recorded_to(self):
        cassette = self.taking_an_hour()
        for timing, note, minutes in (("recorded", "taking 1h", 60), ("x0.5", "taking 30m", 30), ("x2", "taking 2h", 120)):
            with self.subTest(timing), concurrent.futures.ThreadPoolExecutor(1) as pool:
                replay = self.replay(cassette, "--timing", timing, "--clock", "frozen")
                slow = pool.submit(dynamodb(replay.url).get_item, **KEY)
                passed = 0
                while not slow.done():
                    admin(replay.url, "POST", "/clock", {"advance": "10m"})
                    passed += 10
                self.assertEqual(slow.result()["Item"], ITEM["Item"])
                self.assertGreaterEqual(passed, minutes)
                latest = admin(replay.url, "GET", "/exchanges?limit=1")["exchanges"][0]
                self.assertIn(note, json.dumps(latest))

    def test_a_timing_that_is_none_says_what_would_be_one(self):
        for timing in ("fast", "x", "x0", "x-1", "xnan", "x1e3", "2", "x2s"):
            refused = run("replay", self.folder / "any.tape", "--timing", timing)
            self.assertEqual(refused.returncode, 2)
            self.assertIn("none, recorded, or x and a number from 0.001 to 1000", refused.stderr)


class Matching(Replayed):
    def test_a_the_same_body_with_another_target_is_another_request(self):
        cassette = self.recorded(lambda url: call(url, "GetItem", KEY), answer(ITEM))
        replay = self.replay(cassette)
        self.assert_miss(call(replay.url, "DeleteItem", KEY))
        self.assertEqual(call(replay.url, "GetItem", KEY).json, ITEM)

    def test_b_an_empty_body_matches_only_an_empty_body(self):
        cassette = self.recorded(lambda url: call(url, "ListTables", {}), answer({"TableNames": ["notes"]}))
        replay = self.replay(cassette)
        self.assert_miss(call(replay.url, "ListTables", {"Limit": 1}))
        self.assertEqual(call(replay.url, "ListTables", b" { } ").json, {"TableNames": ["notes"]})

    def test_member_order_set_order_and_number_form_do_not_matter(self):
        def body(numbers, names, turned):
            members = [("TableName", "notes"),
                       ("Item", {"id": {"S": "a"}, "n": {"NS": numbers}, "s": {"SS": names}})]
            return dict(reversed(members) if turned else members)

        cassette = self.recorded(lambda url: call(url, "PutItem", body(["1", "20"], ["x", "y"], False)), answer({}))
        replay = self.replay(cassette)
        self.assertEqual(call(replay.url, "PutItem", body(["2e1", "1.0"], ["y", "x"], True)).status, 200)

    def test_lists_are_ordered(self):
        def item(*values):
            return {"TableName": "notes", "Item": {"id": {"S": "a"}, "l": {"L": [{"S": v} for v in values]}}}

        cassette = self.recorded(lambda url: call(url, "PutItem", item("x", "y")), answer({}))
        self.assert_miss(call(self.replay(cassette).url, "PutItem", item("y", "x")))

    def test_a_token_that_the_sdk_made_does_not_matter(self):
        def write(url):
            dynamodb(url).transact_write_items(
                TransactItems=[{"Put": {"TableName": "notes", "Item": {"id": {"S": "a"}}}}])

        cassette = self.recorded(write, answer({}))
        write(self.replay(cassette).url)

    def test_o_a_miss_is_a_400_that_no_sdk_retries_and_names_the_nearest(self):
        cassette = self.recorded(lambda url: call(url, "GetItem", KEY), answer(ITEM))
        replay = self.replay(cassette)
        client = dynamodb(replay.url, attempts=10)
        sent = count_attempts(client)
        with self.assertRaises(ClientError) as caught:
            client.get_item(TableName="notes", Key={"id": {"S": "b"}})
        self.assertEqual(len(sent), 1)
        self.assertEqual(caught.exception.response["ResponseMetadata"]["HTTPStatusCode"], 400)
        message = caught.exception.response["Error"]["Message"]
        for part in ("GetItem", "id", '"a"', '"b"'):
            self.assertIn(part, message)
        self.assertEqual(summary_of(self.stop(replay, status=3))["missed"], 1)

    def test_o_the_javascript_sdk_sends_a_miss_once(self):
        cassette = self.recorded(lambda url: call(url, "GetItem", KEY), answer(ITEM))
        ended = self.javascript("miss.mjs", self.replay(cassette).url)
        self.assertEqual((ended["attempts"], ended["status"]), (1, 400))

    def javascript(self, script, url):
        return run_javascript(self, script, url)


class Sequences(Replayed):
    def test_g_a_retry_of_one_call_does_not_consume_the_sequence(self):
        def read_twice(url):
            call(url, "GetItem", KEY, amz_sdk_invocation_id="first")
            call(url, "GetItem", KEY, amz_sdk_invocation_id="second")

        cassette = self.recorded(read_twice, answer({"Item": {"n": {"N": "1"}}}), answer({"Item": {"n": {"N": "2"}}}))
        replay = self.replay(cassette)
        seen = [call(replay.url, "GetItem", KEY, amz_sdk_invocation_id=id).json["Item"]["n"]["N"]
                for id in ("p", "p", "p", "q", "q")]
        self.assertEqual(seen, ["1", "1", "1", "2", "2"])

    def test_k_errors_are_recorded(self):
        cassette = self.recorded(lambda url: call(url, "GetItem", KEY))
        missing = call(self.replay(cassette).url, "GetItem", KEY)
        self.assertEqual((missing.status, missing.type), (400, "ResourceNotFoundException"))

    def test_l_duplicates_are_kept_at_capture(self):
        def write(url):
            create_table(url)
            for _ in range(3):
                put(url, "a")

        cassette = self.recorded(write)
        exported = [json.loads(line) for line in run("cassette", "export", cassette).stdout.splitlines()]
        self.assertEqual(len(exported), 4)
        self.assertEqual(len(run("cassette", "list", cassette).stdout.splitlines()), 4)

    def test_m_polling_advances(self):
        states = ["CREATING", "CREATING", "ACTIVE"]

        def wait(url):
            dynamodb(url).get_waiter("table_exists").wait(TableName="notes", WaiterConfig={"Delay": 0.01})

        cassette = self.recorded(wait, *[answer({"Table": {"TableStatus": state}}) for state in states])
        replay = self.replay(cassette)
        client = dynamodb(replay.url)
        sent = count_attempts(client)
        client.get_waiter("table_exists").wait(TableName="notes", WaiterConfig={"Delay": 0.01})
        self.assertEqual(len(sent), 3)
        self.assertEqual(summary_of(self.stop(replay))["unused"], 0)

    def test_p_read_write_read_of_one_key_replays_three_answers(self):
        def session(url):
            create_table(url)
            put(url, "a", text="old")
            seen = [get(url, "a").json, put(url, "a", text="new").json, get(url, "a").json]
            return seen

        seen = []
        cassette = self.recorded(lambda url: seen.append(session(url)))
        self.assertEqual(session(self.replay(cassette).url), seen[0])
        self.assertEqual([a["Item"]["text"]["S"] for a in (seen[0][0], seen[0][2])], ["old", "new"])


class OnTheWire(Replayed):
    def test_c_the_date_is_fresh_and_does_not_poison_the_javascript_clock(self):
        stale = [answer(ITEM), answer(ITEM)]  # scripted answers are dated 2020

        def read_twice(url):
            call(url, "GetItem", KEY, amz_sdk_invocation_id="1")
            call(url, "GetItem", KEY, amz_sdk_invocation_id="2")

        cassette = self.recorded(read_twice, *stale)
        replay = self.replay(cassette)
        date = email.utils.parsedate_to_datetime(call(replay.url, "GetItem", KEY).headers["date"])
        self.assertLess(abs(date.timestamp() - time.time()), 60)
        self.assertEqual(run_javascript(self, "clock.mjs", self.replay(cassette).url)["offset"], 0)

    def test_d_crc32_is_that_of_the_bytes_on_the_wire(self):
        rules = self.write("rules.json", """{ "rules": [ { "name": "r", "when": { "operation": "Query" },
            "then": { "error": { "type": "InternalServerError" } } } ] }""")
        long = {"Item": {"id": {"S": "a"}, "text": {"S": "long " * 400}}}
        cassette = self.recorded(lambda url: call(url, "GetItem", KEY), answer(long))
        replay = self.replay(cassette, "--rules", rules)
        emulator = self.serve("--rules", rules)
        create_table(emulator.url)
        put(emulator.url, "a", text="long " * 400)
        for encoding in ("gzip", "identity", None):
            for url in (replay.url, emulator.url):
                for got, status in ((call(url, "GetItem", KEY, Accept_Encoding=encoding,
                                          amz_sdk_invocation_id="same"), 200),
                                    (call(url, "GetItem", {"TableName": "no"}, Accept_Encoding=encoding), 400),
                                    (call(url, "Query", {"TableName": "no"}, Accept_Encoding=encoding), 500)):
                    self.assertEqual(got.status, status, got)
                    self.assertTrue(got.crc_is_right(), (encoding, got))
                    self.assertEqual(int(got.headers["content-length"]), len(got.raw))
                    self.assertTrue(got.json)

    def test_e_the_answer_is_encoded_only_if_this_client_asked(self):
        long = {"Item": {"id": {"S": "a"}, "text": {"S": "long " * 400}}}
        packed = self.recorded(lambda url: call(url, "GetItem", KEY, Accept_Encoding="gzip"),
                               answer(long, encoding="gzip"))
        plain = self.recorded(lambda url: call(url, "GetItem", KEY), answer(long))
        for cassette in (packed, plain):
            replay = self.replay(cassette)
            for asked in (None, "identity", "gzip;q=0", "br"):
                got = call(replay.url, "GetItem", KEY, Accept_Encoding=asked, amz_sdk_invocation_id="same")
                self.assertNotIn("content-encoding", got.headers)
                self.assertEqual(got.json, long)
            got = call(replay.url, "GetItem", KEY, Accept_Encoding="gzip", amz_sdk_invocation_id="same")
            self.assertEqual(got.headers["content-encoding"], "gzip")
            self.assertEqual(got.json, long)

    def test_request_ids_are_fresh(self):
        def read_twice(url):
            call(url, "GetItem", KEY)
            call(url, "GetItem", KEY)

        cassette = self.recorded(read_twice, answer(ITEM), answer(ITEM))
        replay = self.replay(cassette)
        ids = {call(replay.url, "GetItem", KEY).headers["x-amzn-requestid"] for _ in range(2)}
        self.assertEqual([len(id) for id in ids], [52, 52])
        self.assertNotIn("R" * 52, ids)

    def test_one_connection_serves_recorded_missed_and_replayed_calls(self):
        cassette = self.recorded(lambda url: call(url, "GetItem", KEY), answer(ITEM))
        connection = Connection(self.replay(cassette).url)
        self.addCleanup(connection.close)
        self.assert_miss(connection.call("DeleteItem", KEY))
        self.assertEqual(connection.call("GetItem", KEY).json, ITEM)
        self.assert_miss(connection.call("PutItem", {"TableName": "notes"}))


if __name__ == "__main__":
    unittest.main()
