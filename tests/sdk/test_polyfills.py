"""Time to live, billing modes and deletion protection over upstreams without them: another dynatape, whose rules take them away."""

import json
import unittest

from support.admin import Refused, admin
from support.clients import dynamodb
from support.dynatape import TestCase
from support.hook import Hook
from support.javascript import run_javascript
from support.upstreams import DynamoDBLocal
from support.wire import call, create_table, get, put

NOON = 1795262400  # 2026-11-21T12:00:00Z


def ending(url, id, seconds):
    """Put an item that expires so long after noon."""
    item = {"id": {"S": id}, "ends": {"N": str(NOON + seconds)}}
    return call(url, "PutItem", {"TableName": "notes", "Item": item})


def ids(url):
    items = call(url, "Scan", {"TableName": "notes"}).json["Items"]
    return sorted(item["id"]["S"] for item in items)


class Lacking(TestCase):
    """`self.upstream` does not know `operations`; `self.server` adds them, and stands still at noon."""

    operations = ()

    def setUp(self):
        super().setUp()
        rules = {"rules": [{"name": "lacking", "when": {"operation": list(self.operations)},
                            "then": {"error": "UnknownOperationException"}}]}
        self.upstream = self.serve("--rules", self.write("lacking.json", json.dumps(rules)))
        self.server = self.proxy()

    def proxy(self, *arguments):
        return self.serve("--upstream", self.upstream.url, "--clock", "frozen:2026-11-21T12:00:00Z", *arguments)

    def advance(self, by):
        admin(self.server.url, "POST", "/clock", {"advance": by})

    def wait(self):
        admin(self.server.url, "POST", "/await")


class TimeToLive(Lacking):
    operations = ("UpdateTimeToLive", "DescribeTimeToLive")

    def enable(self, server):
        dynamodb(server.url).update_time_to_live(
            TableName="notes", TimeToLiveSpecification={"Enabled": True, "AttributeName": "ends"})

    def test_expired_items_are_deleted_from_the_upstream_as_the_clock_goes(self):
        url = self.server.url
        create_table(url)
        self.enable(self.server)
        self.assertEqual(dynamodb(url).describe_time_to_live(TableName="notes")["TimeToLiveDescription"],
                         {"AttributeName": "ends", "TimeToLiveStatus": "ENABLED"})
        for n in range(30):
            ending(url, f"{n:02}", 60 * n + 1)
        put(url, "stays", ends="1")  # a text
        self.advance("10m")
        self.wait()
        self.assertEqual(ids(self.upstream.url), [f"{n:02}" for n in range(10, 30)] + ["stays"])
        # An extension before the sweep counts, and without await the next call begins one behind it.
        ending(url, "10", 3600)
        self.advance("10m")
        while len(ids(url)) > 12:
            pass
        self.assertEqual(ids(self.upstream.url), ["10"] + [f"{n:02}" for n in range(20, 30)] + ["stays"])
        note = admin(url, "GET", "/exchanges?operation=UpdateTimeToLive")["exchanges"][0]["notes"]
        self.assertIn("the upstream lacks UpdateTimeToLive", json.dumps(note))

    def test_the_setting_outlives_the_process_in_a_file(self):
        file = self.folder / "kept.db"
        server = self.proxy("--backups", file)
        create_table(server.url)
        self.enable(server)
        server.kill()
        self.server = self.proxy("--backups", file)
        ending(self.server.url, "a", -1)
        self.wait()
        self.assertEqual(ids(self.upstream.url), [])

    def test_a_sweep_that_fails_makes_await_fail(self):
        create_table(self.server.url)
        self.enable(self.server)
        self.upstream.kill()
        with self.assertRaises(Refused) as refused:
            self.wait()
        self.assertEqual(refused.exception.status, 409)
        self.assertIn("expired items of table 'notes' cannot be deleted", refused.exception.message)

    def test_it_answers_as_the_emulator_does(self):
        emulator = self.serve("--clock", "frozen:2026-11-21T12:00:00Z")
        enabled = {"Enabled": True, "AttributeName": "ends"}
        calls = [(operation, parameters) for operation in self.operations for parameters in (
            {}, {"TableName": "a"}, {"TableName": "a b c"}, {"TableName": 5}, {"TableName": "none"},
            {"TableName": "notes"})]
        calls.append(("UpdateTimeToLive", {"TableName": "none", "TimeToLiveSpecification": enabled}))
        calls += [("UpdateTimeToLive", {"TableName": "notes", "TimeToLiveSpecification": specification})
                  for specification in ({}, 5, {"Enabled": True}, {"Enabled": "maybe", "AttributeName": "ends"},
                                        {"Enabled": None, "AttributeName": ""}, {"Enabled": True, "AttributeName": "a" * 256},
                                        {"Enabled": False, "AttributeName": "ends"}, {"Enabled": "yes", "AttributeName": "ends"}, enabled,
                                        {"Enabled": True, "AttributeName": "other"},
                                        {"Enabled": False, "AttributeName": "ends"})]
        calls.append(("DescribeTimeToLive", {"TableName": "notes"}))
        for url in (emulator.url, self.server.url):
            create_table(url)
        for operation, parameters in calls:
            wanted, said = (call(url, operation, parameters) for url in (emulator.url, self.server.url))
            self.assertEqual((said.status, said.json), (wanted.status, wanted.json), (operation, parameters))

    def test_in_javascript(self):
        said = run_javascript(self, "time_to_live.mjs", self.server.url)
        self.assertEqual(said, {
            "updated": {"AttributeName": "ends", "Enabled": True},
            "described": {"AttributeName": "ends", "TimeToLiveStatus": "ENABLED"},
            "refused": {"name": "ValidationException", "message": "TimeToLive is already enabled"},
            "missing": "ResourceNotFoundException"})


class Billing(TestCase):
    """The upstream tells nothing of billing, and refuses tables without capacity where it is `strict`."""

    UNKNOWN = ("BillingModeSummary", "TableThroughputModeSummary", "OnDemandThroughput", "WarmThroughput",
               "TableClassSummary")

    def proxy(self, strict, *arguments):
        def decide(question):
            params = question["params"]
            if question["on"] == "answer":
                body = question["answer"]["body"]
                table = body.get("Table") or body.get("TableDescription", {})
                for name in self.UNKNOWN:
                    table.pop(name, None)
                return {"answer": {"body": body}}
            if strict and question["operation"] == "CreateTable" and "ProvisionedThroughput" not in params:
                return {"error": {"type": "ValidationException",
                                  "message": "No provisioned throughput specified for the table"}}
            if strict and question["operation"] == "UpdateTable" and "ProvisionedThroughput" not in params:
                return {"error": {"type": "ValidationException",
                                  "message": "At least one of ProvisionedThroughput, UpdateStreamEnabled is required"}}
            return {}

        hook = Hook(decide)
        self.addCleanup(hook.close)
        rules = {"rules": [{"name": "lacking", "when": {"operation": ["CreateTable", "UpdateTable", "DescribeTable"]},
                            "then": {"hook": {"url": hook.url, "on": ["request", "answer"]}}}]}
        self.upstream = self.serve("--rules", self.write("lacking.json", json.dumps(rules)))
        return self.serve("--upstream", self.upstream.url, *arguments)

    def is_told(self, strict):
        file = self.folder / "kept.db"
        server = self.proxy(strict, "--backups", file)
        client = dynamodb(server.url)
        made = client.create_table(
            TableName="notes", BillingMode="PAY_PER_REQUEST", TableClass="STANDARD_INFREQUENT_ACCESS",
            AttributeDefinitions=[{"AttributeName": "id", "AttributeType": "S"}],
            KeySchema=[{"AttributeName": "id", "KeyType": "HASH"}])["TableDescription"]
        self.assertEqual(made["BillingModeSummary"]["BillingMode"], "PAY_PER_REQUEST")
        server.kill()
        client = dynamodb(self.serve("--upstream", self.upstream.url, "--backups", file).url)
        told = client.describe_table(TableName="notes")["Table"]
        self.assertEqual(told["BillingModeSummary"], made["BillingModeSummary"])
        self.assertEqual(told["TableClassSummary"], {"TableClass": "STANDARD_INFREQUENT_ACCESS"})
        self.assertEqual((told["ProvisionedThroughput"]["ReadCapacityUnits"],
                          told["ProvisionedThroughput"]["WriteCapacityUnits"]), (0, 0))
        units = {"ReadCapacityUnits": 5, "WriteCapacityUnits": 6}
        client.update_table(TableName="notes", BillingMode="PROVISIONED", ProvisionedThroughput=units)
        told = client.describe_table(TableName="notes")["Table"]
        self.assertEqual(told["BillingModeSummary"], {**made["BillingModeSummary"], "BillingMode": "PROVISIONED"})
        self.assertEqual(told["ProvisionedThroughput"]["ReadCapacityUnits"], 5)
        client.update_table(TableName="notes", BillingMode="PAY_PER_REQUEST")
        told = client.describe_table(TableName="notes")["Table"]
        self.assertEqual(told["BillingModeSummary"]["BillingMode"], "PAY_PER_REQUEST")
        bare = dynamodb(self.upstream.url).describe_table(TableName="notes")["Table"]
        self.assertEqual([name for name in self.UNKNOWN if name in bare], [])

    def test_an_upstream_that_forgets_it(self):
        self.is_told(strict=False)

    def test_an_upstream_that_refuses_it(self):
        self.is_told(strict=True)

    def test_in_javascript(self):
        said = run_javascript(self, "billing.mjs", self.proxy(strict=True).url)
        self.assertEqual(said, {"mode": "PAY_PER_REQUEST", "units": 0, "isDate": True,
                                "limits": {"MaxReadRequestUnits": 7, "MaxWriteRequestUnits": 8}, "warm": "ACTIVE"})


class DeletionProtection(TestCase):
    def test_an_upstream_that_does_not_know_it(self):
        def decide(question):
            if question["on"] == "answer":
                body = question["answer"]["body"]
                (body.get("Table") or body.get("TableDescription", {})).pop("DeletionProtectionEnabled", None)
                return {"answer": {"body": body}}
            if "DeletionProtectionEnabled" in question["params"]:
                return {"error": {"type": "ValidationException",
                                  "message": "Unknown parameter: DeletionProtectionEnabled"}}
            return {}

        hook = Hook(decide)
        self.addCleanup(hook.close)
        rules = {"rules": [{"name": "lacking", "when": {"operation": ["CreateTable", "UpdateTable", "DescribeTable"]},
                            "then": {"hook": {"url": hook.url, "on": ["request", "answer"]}}}]}
        upstream = self.serve("--rules", self.write("lacking.json", json.dumps(rules)))
        file = self.folder / "kept.db"
        server = self.serve("--upstream", upstream.url, "--backups", file)
        table = {"TableName": "notes"}
        made = call(server.url, "CreateTable", {
            **table, "BillingMode": "PAY_PER_REQUEST", "DeletionProtectionEnabled": True,
            "AttributeDefinitions": [{"AttributeName": "id", "AttributeType": "S"}],
            "KeySchema": [{"AttributeName": "id", "KeyType": "HASH"}]}).json["TableDescription"]
        self.assertIs(made["DeletionProtectionEnabled"], True)
        server.kill()
        url = self.serve("--upstream", upstream.url, "--backups", file).url

        def told():
            return call(url, "DescribeTable", table).json["Table"]["DeletionProtectionEnabled"]

        self.assertIs(told(), True)
        emulator = self.serve().url
        create_table(emulator)
        call(emulator, "UpdateTable", {**table, "DeletionProtectionEnabled": True})
        wanted, said = (call(to, "DeleteTable", table) for to in (emulator, url))
        self.assertEqual((said.status, said.json), (wanted.status, wanted.json))
        self.assertEqual(wanted.type, "ValidationException")
        self.assertEqual(call(url, "UpdateTable", {**table, "DeletionProtectionEnabled": False}).status, 200)
        self.assertIs(told(), False)
        self.assertEqual(call(url, "DeleteTable", table).status, 200)
        self.assertEqual(call(url, "ListTables", {}).json["TableNames"], [])


class InPlace(TestCase):
    def test_an_upstream_that_has_the_operations_answers_them_itself(self):
        with DynamoDBLocal(self.folder) as upstream:
            server = self.serve("--upstream", upstream.url)
            client = dynamodb(server.url)
            create_table(server.url)
            client.update_time_to_live(TableName="notes",
                                       TimeToLiveSpecification={"Enabled": True, "AttributeName": "ends"})
            self.assertEqual(
                dynamodb(upstream.url).describe_time_to_live(TableName="notes")["TimeToLiveDescription"],
                client.describe_time_to_live(TableName="notes")["TimeToLiveDescription"])
            self.assertEqual(
                dynamodb(upstream.url).describe_table(TableName="notes")["Table"]["BillingModeSummary"],
                client.describe_table(TableName="notes")["Table"]["BillingModeSummary"])
            exchanges = admin(server.url, "GET", "/exchanges")["exchanges"]
            self.assertEqual([exchange["notes"] for exchange in exchanges], [[]] * len(exchanges))


if __name__ == "__main__":
    unittest.main()
