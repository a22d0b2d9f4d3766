"""What a replay says about calls that its cassette has no answer to, and about recordings nobody asked for."""

import json
import subprocess
import unittest

from botocore.exceptions import ClientError

from support.admin import admin
from support.clients import dynamodb
from support.dynatape import TestCase, run
from support.summary import summary_of
from support.wire import call, create_table, get, put


class Recorded(TestCase):
    def record(self, calls, name="a.tape"):
        """Record what calls(url) does to the emulator; returns the cassette."""
        cassette = self.folder / name
        server = self.serve(cassette, command="record")
        calls(server.url)
        self.stop(server)
        return cassette

    def replay(self, cassette, *options):
        return self.serve(cassette, *options, command="replay")


class Misses(Recorded):
    def setUp(self):
        super().setUp()

        def write(url):
            create_table(url)
            put(url, "a", text="one")
            get(url, "a")

        self.cassette = self.record(write)

    def test_a_miss_is_told_as_json_with_a_rule_under_which_the_recording_answers(self):
        replay = self.replay(self.cassette)
        self.assertEqual(admin(replay.url, "GET", "/misses"), {"missed": 0, "misses": []})
        create_table(replay.url)
        client = dynamodb(replay.url)
        self.addCleanup(client.close)
        for _ in range(2):
            with self.assertRaises(ClientError) as caught:
                client.put_item(TableName="notes", Item={"id": {"S": "a"}, "text": {"S": "two"}})
        curled = subprocess.run(["curl", "-s", replay.url + "/_dynatape/v1/misses"], capture_output=True, check=True)
        told = json.loads(curled.stdout)
        self.assertEqual(told["missed"], 2)
        [miss] = told["misses"]
        self.assertGreater(miss.pop("exchange"), 0)
        self.assertIn(miss.pop("why"), caught.exception.response["Error"]["Message"])
        rules = {"match": [{"operation": "PutItem", "table": "notes",
                            "loosen": {"path": "Item.text", "as": "any-string"}}]}
        self.assertEqual(miss, {
            "reason": "unknown", "call": "PutItem notes/a", "times": 2,
            "nearest": {"interaction": 2, "call": "PutItem notes/a", "distance": miss["nearest"]["distance"],
                        "differences": [{"path": "Item.text", "live": '"two"', "recorded": '"one"'}],
                        "more_differences": 0},
            "next": [{"advice": "if that does not matter, --rules with " +
                                json.dumps(rules, separators=(",", ":")), "rules": rules},
                     {"advice": "--mode new records what the tape lacks", "option": "--mode new"}]})
        self.assertIn("missed: this PutItem is not on the tape", self.stop(replay, status=3))
        loosened = self.replay(self.cassette, "--rules", self.write("rules.json", json.dumps(rules)))
        create_table(loosened.url)
        self.assertEqual(put(loosened.url, "a", text="two").status, 200)

    def test_the_openapi_document_has_the_route(self):
        paths = admin(self.replay(self.cassette).url, "GET", "/openapi.json")["paths"]
        self.assertTrue([path for path in paths if path.endswith("/misses")])

    def test_strict_ends_with_3_where_recordings_were_not_asked_for(self):
        for options, calls, status in (((), 3, 0), (("--strict",), 3, 0), ((), 1, 0), (("--strict",), 1, 3)):
            with self.subTest(options=options, calls=calls):
                replay = self.replay(self.cassette, *options)
                for ask in (create_table, lambda url: put(url, "a", text="one"), lambda url: get(url, "a"))[:calls]:
                    ask(replay.url)
                errors = self.stop(replay, status=status)
                self.assertEqual(summary_of(errors)["replayed"], calls)
                self.assertEqual("unused: #2 PutItem notes/a" in errors, calls == 1, errors)
                self.assertEqual("unused: #3 GetItem notes/a" in errors, calls == 1, errors)
                self.assertEqual("--strict: recorded calls that were not asked for: 2" in errors, status == 3, errors)

    def test_strict_keeps_the_status_of_a_command_that_failed(self):
        for command, status in (("true", 3), ("false", 1)):
            ended = run("replay", self.cassette, "--strict", "--", command)
            self.assertEqual(ended.returncode, status, ended.stderr)

    def test_strict_where_nothing_is_replayed_is_a_mistake(self):
        ended = run("record", self.cassette, "--strict", "--", "true")
        self.assertEqual(ended.returncode, 2)
        self.assertIn("--strict", ended.stderr)


class OnMiss(Recorded):
    def record_older_table(self, *operations):
        """Record calls on a table that was there before, with an item a; returns the cassette."""
        server = self.serve()
        create_table(server.url)
        put(server.url, "a", text="one")
        cassette = self.folder / "older.tape"
        admin(server.url, "PUT", "/cassette", {"cassette": str(cassette), "mode": "all"})
        for operation, parameters in operations:
            self.assertEqual(call(server.url, operation, parameters).status, 200)
        admin(server.url, "DELETE", "/cassette")
        self.stop(server)
        return cassette

    def test_emulate_answers_what_the_tape_determines_and_says_so(self):
        def write(url):
            create_table(url)
            put(url, "a", text="one")
            get(url, "a")

        cassette = self.record(write)
        for strict in ((), ("--strict",)):
            replay = self.replay(cassette, "--on-miss", "emulate", *strict)
            write(replay.url)
            notes = dynamodb(replay.url)
            self.addCleanup(notes.close)
            self.assertNotIn("Item", notes.get_item(TableName="notes", Key={"id": {"S": "b"}}))
            item = {"id": {"S": "b"}, "n": {"N": "1"}}
            notes.put_item(TableName="notes", Item=item, ConditionExpression="attribute_not_exists(id)")
            with self.assertRaises(ClientError) as caught:
                notes.put_item(TableName="notes", Item=item, ConditionExpression="attribute_not_exists(id)")
            self.assertEqual(caught.exception.response["Error"]["Code"], "ConditionalCheckFailedException")
            updated = notes.update_item(TableName="notes", Key={"id": {"S": "b"}}, ReturnValues="ALL_NEW",
                                        UpdateExpression="ADD n :one", ExpressionAttributeValues={":one": {"N": "1"}})
            self.assertEqual(updated["Attributes"]["n"], {"N": "2"})
            self.assertEqual(sorted(i["id"]["S"] for i in notes.scan(TableName="notes")["Items"]), ["a", "b"])
            exchange = admin(replay.url, "GET", "/exchanges?limit=1&operation=Scan")["exchanges"][0]
            self.assertEqual(exchange["source"], "synthesised")
            self.assertIn("synthesised", json.dumps(exchange["notes"]))
            self.assertEqual(admin(replay.url, "GET", "/cassette")["synthesised"], 5)
            errors = self.stop(replay, status=3 if strict else 0)
            self.assertIn("synthesised: GetItem notes/b", errors)

    def test_a_tape_no_longer_answers_for_an_item_that_was_synthesised(self):
        def write(url):
            create_table(url)
            put(url, "a", text="one")
            return get(url, "a").json

        cassette = self.record(write)
        replay = self.replay(cassette, "--on-miss", "emulate")
        create_table(replay.url)
        put(replay.url, "a", text="one")
        put(replay.url, "a", text="two")  # the tape has no such call
        self.assertEqual(get(replay.url, "a").json["Item"]["text"], {"S": "two"})
        self.stop(replay)

    def test_emulate_refuses_what_the_tape_leaves_open_with_the_reason(self):
        key = {"TableName": "notes", "Key": {"id": {"S": "a"}}}
        for recorded, why in (((("GetItem", key),), "tells the keys and indexes of 'notes'"),
                              ((("DescribeTable", {"TableName": "notes"}), ("GetItem", key)),
                               "tells what stands at")):
            replay = self.replay(self.record_older_table(*recorded), "--on-miss", "emulate")
            for operation, parameters in recorded:
                self.assertEqual(call(replay.url, operation, parameters).status, 200)
            other = get(replay.url, "b")
            self.assertEqual((other.status, other.type), (400, "CassetteMissException"))
            self.assertIn(why, other.message)
            self.assertIn("not synthesised, because", other.message)
            self.assertEqual(admin(replay.url, "GET", "/cassette")["synthesised"], 0)
            self.stop(replay, status=3)

    def test_upstream_answers_misses_where_one_is_named(self):
        cassette = self.record_older_table(("GetItem", {"TableName": "notes", "Key": {"id": {"S": "a"}}}))
        behind = self.serve()
        create_table(behind.url)
        put(behind.url, "b", text="behind")
        replay = self.replay(cassette, "--on-miss", "upstream", "--upstream", behind.url)
        self.assertEqual(get(replay.url, "a").json["Item"]["text"], {"S": "one"})
        self.assertEqual(get(replay.url, "b").json["Item"]["text"], {"S": "behind"})
        exchange = admin(replay.url, "GET", "/exchanges?limit=1")["exchanges"][0]
        self.assertEqual(exchange["source"], "remote")
        self.assertIn("passed on", json.dumps(exchange["notes"]))
        self.assertIn("passed on: GetItem notes/b", self.stop(replay))

    def test_what_cannot_be_is_a_mistake(self):
        cassette = self.record(create_table)
        for options, named in ((("--on-miss", "upstream"), "--upstream"),
                               (("--on-miss", "emulate", "--order", "any"), "--order"),
                               (("--on-miss", "guess"), "guess")):
            ended = run("replay", cassette, *options, "--", "true")
            self.assertEqual(ended.returncode, 2, ended.stderr)
            self.assertIn(named, ended.stderr)
            self.assertEqual(len(ended.stderr.splitlines()), 1, ended.stderr)
        ended = run("exec", "--cassette", cassette, "--mode", "new", "--on-miss", "emulate", "--", "true")
        self.assertEqual(ended.returncode, 2, ended.stderr)


if __name__ == "__main__":
    unittest.main()
