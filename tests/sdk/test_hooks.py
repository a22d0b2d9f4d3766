"""Hooks: a process of the user's answers, edits or passes calls, as boto3 and JavaScript meet it."""

import json
import subprocess
import threading
import unittest
from dataclasses import dataclass, field

from botocore.exceptions import ClientError

from support.admin import admin
from support.clients import PYTHON, count_attempts, dynamodb
from support.dynatape import LIMIT_SECONDS, ROOT, TestCase
from support.faults import check_same
from support.hook import Hook
from support.sdks import ANSWERED, SDKS
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


ITEM = {"id": {"S": "a"}, "value": {"S": "mine"}}
GET = {"call": "GetItem", "input": {"TableName": "notes", "Key": {"id": {"S": "a"}}}}


def error(type, **more):
    return {"error": {"type": type, **more}}


@dataclass
class Verdict:
    """What the hook says, and what comes of it: how the call ends, and in how many attempts with boto3 and JavaScript."""
    says: object  # bytes, or the verdict; None: nothing, for as long as the test lasts
    ended: str = ANSWERED
    attempts: tuple = (1, 1)
    type: bool = True  # whether the exception has a class of its own
    item: dict | None = field(default_factory=lambda: ITEM)
    options: dict = field(default_factory=dict)

    def expected(self, sdk):
        failed = self.ended != ANSWERED
        return (self.ended, self.ended if failed and self.type else None, None if failed else self.item,
                self.attempts[SDKS.index(sdk)])


ON_ANSWER = {"on": "answer"}
FAILED = {"ended": "HookFailedException", "type": False}
PASSED = {"on_failure": "pass"}
VERDICTS = {
    "passes": Verdict({}),
    "passes the answer": Verdict({}, options=ON_ANSWER),
    "answers": Verdict({"answer": {"body": {"Item": {"n": {"N": "7"}}}}}, item={"n": {"N": "7"}}),
    "edits the request": Verdict({"params": {**GET["input"], "Key": {"id": {"S": "none"}}}}, item=None),
    "edits the answer": Verdict({"answer": {"body": {"Item": {"n": {"N": "7"}}}}}, item={"n": {"N": "7"}},
                                options=ON_ANSWER),
    "a final exception": Verdict(error("ResourceNotFoundException"), "ResourceNotFoundException"),
    "one instead of the answer": Verdict(error("ResourceInUseException"), "ResourceInUseException", options=ON_ANSWER),
    "a throttle": Verdict(error("ProvisionedThroughputExceededException"), "ProvisionedThroughputExceededException", (3, 4)),
    "its own exception": Verdict(
        {"answer": {"status": 400, "body": {"__type": "com.example#MineException", "message": "mine"}}}, "MineException",
        type=False),
    "its own 503": Verdict({"answer": {"status": 503, "body": {"__type": "com.example#MineException", "message": "mine"}}},
                           "MineException", (3, 4), type=False),
    "no answer": Verdict(None, **FAILED, options={"timeout": "50ms"}),
    "no answer to the answer": Verdict(None, **FAILED, options={"timeout": "50ms", **ON_ANSWER}),
    "no verdict": Verdict(b"no verdict", **FAILED),
    "no answer, passed by": Verdict(None, options={"timeout": "50ms", **PASSED}),
    "no verdict, passed by": Verdict(b"no verdict", options=PASSED),
}


class Clients(TestCase):
    def test_every_verdict_and_failure_as_both_sdks_take_it(self):
        release = threading.Event()
        self.addCleanup(release.set)

        def decide(question):
            says = VERDICTS[question["headers"]["x-case"]].says
            if says is None:
                release.wait(LIMIT_SECONDS)
                return {}
            return says

        with Hook(decide) as hook:
            rules = {"rules": [{"name": name, "when": {"header": {"x-case": name}},
                                "then": {"hook": {"url": hook.url, **verdict.options}}}
                               for name, verdict in VERDICTS.items()]}
            for sdk in SDKS:
                with self.subTest(sdk.name):
                    server = self.serve("--rules", self.write("rules.json", json.dumps(rules)))
                    create_table(server.url)
                    put(server.url, "a", value="mine")
                    outcomes = sdk.run(self, server.url, [{**GET, "case": name} for name in VERDICTS])
                    measured = {name: (one.ended, one.type, (one.answer or {}).get("Item"), one.attempts)
                                for name, one in zip(VERDICTS, outcomes)}
                    check_same(self, measured, {name: verdict.expected(sdk) for name, verdict in VERDICTS.items()})
                    told = dict(zip(VERDICTS, outcomes))["no answer"].error["message"]
                    self.assertIn(f"the hook {hook.url} of rule 'no answer' gave no answer", told)
            release.set()


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
