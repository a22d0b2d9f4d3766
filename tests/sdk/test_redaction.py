"""A cassette whose keys are pseudonyms replays for the program that knows the real ones."""

import json
import pathlib
import sqlite3
import unittest

from support.clients import PYTHON, dynamodb
from support.dynatape import TestCase, environment, run
from support.leaks import leaks, values
from support.wire import create_table

PROGRAM = [PYTHON, str(pathlib.Path(__file__).resolve().parent / "programs" / "customers.py")]
EMAILS = {f"address {number}": f"customer-{number}@shop.example" for number in range(12)}
PHONES = {f"phone {number}": str(4915550100000 + number) for number in range(8)}
RULES = {"redact": {"rules": [
    {"attribute": "**.email", "table": "customers", "action": "pseudonym"},
    {"attribute": "friends", "action": "pseudonym"},
    {"attribute": "phone", "action": "pseudonym"},
    {"attribute": "photo", "action": "mask"}]}}


class Redaction(TestCase):
    def rules(self, rules=None):
        return self.write("rules.json", json.dumps(rules or RULES))

    def assert_hides(self, cassette, secrets=None):
        secrets = secrets or EMAILS | PHONES
        for path in self.folder.glob(cassette.name + "*"):
            self.assertEqual(leaks(path.read_bytes(), secrets), [], path.name)
        found = [leak for value in values(cassette) for leak in leaks(value, secrets)]
        self.assertEqual(found, [])

    def record(self, *options, **variables):
        cassette = self.folder / "customers.tape"
        ended = run("record", cassette, *options, "--", *PROGRAM, env=environment(**variables))
        self.assertEqual(ended.returncode, 0, ended.stdout + ended.stderr)
        return cassette, ended.stdout

    def assert_replays(self, cassette, output, **variables):
        ended = run("replay", cassette, "--", *PROGRAM, env=environment(**variables))
        self.assertEqual(ended.returncode, 0, ended.stdout + ended.stderr)
        self.assertIn(" 0 missed, 0 unused", ended.stderr)
        self.assertEqual(ended.stdout, output)

    def test_recorded_with_pseudonyms_it_replays(self):
        cassette, output = self.record("--rules", self.rules())
        self.assertIn("query 12 3", output)
        self.assert_hides(cassette)
        self.assert_replays(cassette, output)

    def test_redacted_afterwards_it_replays(self):
        cassette, output = self.record()
        self.assertNotEqual([leak for value in values(cassette) for leak in leaks(value, EMAILS)], [])
        done = run("cassette", "redact", cassette, "--rules", self.rules())
        self.assertEqual(done.returncode, 0, done.stderr)
        self.assertRegex(done.stdout, r"recordings, \d+ changed, \d+ values replaced")
        self.assert_hides(cassette)
        self.assert_replays(cassette, output)
        self.assertIn(" 0 changed, 0 values", run("cassette", "redact", cassette, "--rules", self.rules()).stdout)

    def test_in_order_and_without_what_is_dropped_it_replays(self):
        """Sort keys are pseudonyms in order: the answers of Query on the tape, and its pages, look sorted."""
        ordered = {"redact": {"rules": [
            {"attribute": "**.email", "table": "customers", "action": "pseudonym", "order": True},
            {"attribute": "friends", "action": "pseudonym", "order": True},
            {"attribute": "phone", "action": "pseudonym", "order": True},
            {"attribute": "photo", "action": "drop"}]}}
        cassette, output = self.record("--rules", self.rules(ordered))
        self.assert_hides(cassette)
        self.assert_replays(cassette, output)
        copy = self.folder / "copy.tape"
        lines = run("cassette", "export", cassette).stdout
        self.assertTrue(lines.startswith('{"settings":{"pseudonym_key":"'))
        imported = run("cassette", "import", self.write("lines.jsonl", lines), "-o", copy)
        self.assertEqual(imported.returncode, 0, imported.stderr)
        self.assert_replays(copy, output)
        recorded = [json.loads(line) for line in lines.splitlines()][1:]
        pages = [line["response"]["body"] for line in recorded if line["operation"] == "Query"]
        emails = [item["email"]["S"] for page in pages for item in page["Items"]]
        self.assertEqual((len(pages), len(emails)), (3, 12))
        self.assertEqual(emails, sorted(emails))
        phones = [int(item["phone"]["N"]) for page in pages for item in page["Items"] if "phone" in item]
        self.assertEqual((len(phones), phones), (8, sorted(phones)))
        self.assertEqual([page["LastEvaluatedKey"]["email"] for page in pages[:2]],
                         [page["Items"][-1]["email"] for page in pages[:2]])
        self.assertNotIn("photo", lines.split("\n", 1)[1])

    def test_the_key_may_be_the_users(self):
        cassette, output = self.record("--rules", self.rules(), DYNATAPE_PSEUDONYM_KEY="correct horse")
        self.assert_hides(cassette, EMAILS | PHONES | {"key": "correct horse"})
        self.assert_replays(cassette, output, DYNATAPE_PSEUDONYM_KEY="correct horse")
        ended = run("replay", cassette, "--", *PROGRAM)
        self.assertEqual(ended.returncode, 2)
        self.assertIn("set DYNATAPE_PSEUDONYM_KEY", ended.stderr)

    def test_recording_twice_gives_the_same_pseudonyms(self):
        rules = self.rules()
        cassette, _ = self.record("--rules", rules)
        first = self.requests(cassette)
        self.record("--rules", rules)
        self.assertEqual(self.requests(cassette), first)

    def requests(self, cassette):
        database = sqlite3.connect(cassette)
        try:
            return database.execute("SELECT request_body FROM interaction WHERE operation IN ('GetItem', 'Query')").fetchall()
        finally:
            database.close()

    def test_a_credential_is_not_stored_and_the_summary_says_where(self):
        cassette = self.folder / "gate.tape"
        server = self.serve(cassette, command="record")
        create_table(server.url)
        client = dynamodb(server.url, attempts=3)
        item = {"id": {"S": "1"}, "api_key": {"S": "q8ZtR2mVx04LbJdN7yKf"}}
        with self.assertRaisesRegex(client.exceptions.ClientError, "Item.api_key.S looks like a credential"):
            client.put_item(TableName="notes", Item=item)
        client.put_item(TableName="notes", Item={"id": {"S": "2"}})
        errors = self.stop(server, status=1)
        self.assertEqual(errors.count("not recorded: PutItem"), 1)  # no retry
        self.assertIn('"redact": {"allow": [{"id":"named-secret","path":"Item.api_key.S"}]}', errors)
        self.assert_hides(cassette, {"api key": "q8ZtR2mVx04LbJdN7yKf"})
        allowed = {"redact": {"allow": [{"id": "named-secret", "path": "Item.api_key.S"}]}}
        server = self.serve(self.folder / "b.tape", "--rules", self.rules(allowed), command="record")
        create_table(server.url)
        dynamodb(server.url).put_item(TableName="notes", Item=item)
        self.stop(server)

    def test_rules_are_read_strictly(self):
        for rules, complaint in (
                ({"remove": ["jtw"]}, 'redact.remove\\[0\\] is "jtw".*did you mean "jwt"'),
                ({"rules": [{"action": "mask"}]}, "it needs one of"),
                ({"rules": [{"pattern": "(", "action": "mask"}]}, "no regular expression"),
                ({"rules": [{"attribute": "a..b", "action": "mask"}]}, "is no path"),
                ({"rules": [{"attribute": "a", "action": "hide"}]}, "mask, pseudonym, drop"),
                ({"rules": [{"attribute": "a", "action": "mask", "order": True}]}, 'goes with "action": "pseudonym"'),
                ({"rules": [{"pattern": "a+", "action": "drop"}]}, '"drop" takes all of an attribute or path'),
                ({"allow": [{"id": "named-secret"}]}, 'it needs "path"')):
            ended = run("rules", "check", self.rules({"redact": rules}))
            self.assertEqual(ended.returncode, 2, rules)
            self.assertRegex(ended.stderr, complaint)
        told = run("rules", "check", self.rules())
        self.assertIn("pseudonyms for attribute **.email of customers", told.stdout)
        self.assertIn("aws-access-key: ", run("rules", "list").stdout)


if __name__ == "__main__":
    unittest.main()
