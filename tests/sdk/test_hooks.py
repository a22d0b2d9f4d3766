"""Hooks: a process of the user's answers, edits or passes calls, as boto3 and JavaScript meet it."""

import json
import subprocess
import threading
import unittest

from botocore.exceptions import ClientError

from support.admin import admin
from support.clients import PYTHON, count_attempts, dynamodb
from support.dynatape import LIMIT_SECONDS, ROOT, TestCase
from support.hook import Hook
from support.javascript import run_javascript
from support.summary import summary_of
from support.wire import create_table, get, put

EXAMPLE = ROOT / "examples" / "hooks"


class Hooks(TestCase):
    def served(self, when, **hook):
        rules = {"rules": [{"name": "mine", "when": when, "then": {"hook": hook}}]}
        return self.serve("--rules", self.write("rules.json", json.dumps(rules)))

    def test_a_hook_edits_what_reaches_the_upstream_and_what_comes_back(self):
        def decide(question):
            if question["on"] == "request":
                params = question["params"]
                params["Item"]["stamped"] = {"S": "by the hook, größer"}
                return {"params": params}
            return {"answer": {"headers": {"X-Mine": "1"}, "body": {"Attributes": {"n": {"N": "7"}}}}}

        with Hook(decide) as hook:
            server = self.served({"operation": "PutItem"}, url=hook.url, on=["request", "answer"])
            create_table(server.url)
            answer = put(server.url, "a")
            self.assertEqual((answer.status, answer.json), (200, {"Attributes": {"n": {"N": "7"}}}))
            self.assertTrue(answer.crc_is_right())
            self.assertEqual(int(answer.headers["content-length"]), len(answer.raw))
            self.assertEqual((answer.headers["x-mine"], len(answer.headers["x-amzn-requestid"])), ("1", 52))
            self.assertEqual(get(server.url, "a").json["Item"]["stamped"]["S"], "by the hook, größer")
            # boto3 checks the checksum itself, and takes gzip.
            client = dynamodb(server.url)
            answered = client.put_item(TableName="notes", Item={"id": {"S": "b"}})
            self.assertEqual(answered["Attributes"], {"n": {"N": "7"}})
            self.assertEqual([q["on"] for q in hook.questions], ["request", "answer"] * 2)
            self.assertEqual(hook.questions[1]["answer"]["body"], {})
            for question in hook.questions:
                self.assertEqual(question["operation"], "PutItem")
                self.assertNotIn("authorization", question["headers"])
            summary = summary_of(self.stop(server))
            self.assertEqual((summary["planned"], summary["delivered"]), (2, 2))

    def test_an_exception_by_name_is_typed_in_both_sdks(self):
        with Hook(lambda question: {"error": {"type": "ResourceNotFoundException", "message": "said the hook"}}) as hook:
            server = self.served({"operation": "ListTables"}, url=hook.url)
            client = dynamodb(server.url, attempts=3)
            sent = count_attempts(client)
            with self.assertRaises(client.exceptions.ResourceNotFoundException) as refused:
                client.list_tables()
            self.assertEqual(refused.exception.response["Error"]["Message"], "said the hook")
            self.assertEqual(len(sent), 1)
            said = run_javascript(self, "hook.mjs", server.url)
            self.assertEqual(said, {"name": "ResourceNotFoundException", "message": "said the hook", "attempts": 1,
                                    "typed": True})

    def test_a_hook_that_fails_ends_the_call_at_once_and_is_reported(self):
        release = threading.Event()
        self.addCleanup(release.set)

        def decide(_):
            release.wait(LIMIT_SECONDS)
            return {}

        with Hook(decide) as hook:
            server = self.served({"operation": "ListTables"}, url=hook.url, timeout="100ms")
            client = dynamodb(server.url, attempts=3)
            sent = count_attempts(client)
            with self.assertRaises(ClientError) as failed:
                client.list_tables()
            self.assertEqual(failed.exception.response["Error"]["Code"], "HookFailedException")
            self.assertIn(f"the hook {hook.url} of rule 'mine' gave no answer",
                          failed.exception.response["Error"]["Message"])
            self.assertEqual(len(sent), 1)
            release.set()
            exchange = admin(server.url, "GET", "/exchanges?operation=ListTables")["exchanges"][0]
            self.assertIn("mine, on the request: failed, gave no answer", json.dumps(exchange["notes"]))
            errors = self.stop(server)
            self.assertEqual((summary_of(errors)["planned"], summary_of(errors)["delivered"]), (1, 0))
            self.assertIn("mine (hook): 1 because the hook gave no answer", errors)

    def test_a_hook_that_fails_is_passed_by_where_the_rule_says_so(self):
        with Hook(lambda question: b"no verdict") as hook:
            url = hook.url
            server = self.served({"operation": "ListTables"}, url=url, on_failure="pass")
            self.assertEqual(dynamodb(server.url).list_tables()["TableNames"], [])
        self.assertEqual(dynamodb(server.url).list_tables()["TableNames"], [])  # the hook is gone
        errors = self.stop(server)
        self.assertIn("mine (hook): 1 because the hook gave no answer", errors)
        self.assertIn("mine (hook): 1 because the hook's answer was no verdict", errors)

    def test_a_recording_holds_what_the_hook_made_of_the_call_and_replays_with_it(self):
        def decide(question):
            question["params"]["Item"]["id"]["S"] += "-edited"
            return {"params": question["params"]}

        rules = {"rules": [{"name": "mine", "when": {"operation": "PutItem"}, "then": {"hook": ""}}]}
        with Hook(decide) as hook:
            rules["rules"][0]["then"]["hook"] = hook.url
            file = self.write("rules.json", json.dumps(rules))
            cassette = self.folder / "edited.tape"
            for command in ("record", "replay"):
                server = self.serve(cassette, "--rules", file, command=command)
                create_table(server.url)
                self.assertEqual(put(server.url, "a").status, 200)
                summary = summary_of(self.stop(server))
                self.assertEqual(summary["missed"], 0)
            self.assertEqual(summary["replayed"], 2)


class Example(TestCase):
    def test_create_backup_in_python_backs_up_and_restores(self):
        example = subprocess.Popen([PYTHON, str(EXAMPLE / "create_backup.py"), "0"], stdout=subprocess.PIPE, text=True)
        self.addCleanup(example.stdout.close)
        self.addCleanup(example.wait)
        self.addCleanup(example.kill)
        url = example.stdout.readline().strip()
        rules = (EXAMPLE / "create_backup.json").read_text().replace("http://127.0.0.1:9000/", url)
        server = self.serve("--rules", self.write("rules.json", rules))
        create_table(server.url)
        for number in range(60):
            put(server.url, f"id-{number}", value=str(number))
        client = dynamodb(server.url)
        backup = client.create_backup(TableName="notes", BackupName="before")["BackupDetails"]
        self.assertEqual((backup["BackupName"], backup["BackupStatus"]), ("before", "CREATING"))
        put(server.url, "id-0", value="changed")
        client.restore_table_from_backup(TargetTableName="restored", BackupArn=backup["BackupArn"])
        self.assertEqual(get(server.url, "id-0", table="restored").json["Item"]["value"]["S"], "0")
        self.assertEqual(client.scan(TableName="restored", Select="COUNT")["Count"], 60)
        with self.assertRaises(client.exceptions.BackupNotFoundException):
            client.restore_table_from_backup(TargetTableName="other", BackupArn=backup["BackupArn"] + "x")


if __name__ == "__main__":
    unittest.main()
