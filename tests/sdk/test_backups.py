"""Backups and point-in-time recovery, which no upstream but AWS has: over the emulator and over DynamoDB Local."""

import datetime
import json
import threading
import unittest

from botocore.exceptions import ClientError

from support.admin import admin, open_session
from support.clients import dynamodb
from support.dynatape import TestCase, run
from support.javascript import run_javascript
from support.upstreams import DynamoDBLocal
from support.wire import call, create_table, get, put

COUNT = 60  # items: more than a batch


def filled(client):
    """A table with an index, a stream and expiry, and COUNT items; returns its description."""
    client.create_table(
        TableName="orders", BillingMode="PROVISIONED",
        ProvisionedThroughput={"ReadCapacityUnits": 5, "WriteCapacityUnits": 5},
        AttributeDefinitions=[{"AttributeName": name, "AttributeType": "S"} for name in ("id", "day", "by")],
        KeySchema=[{"AttributeName": "id", "KeyType": "HASH"}, {"AttributeName": "day", "KeyType": "RANGE"}],
        LocalSecondaryIndexes=[{"IndexName": "local", "Projection": {"ProjectionType": "KEYS_ONLY"}, "KeySchema": [
            {"AttributeName": "id", "KeyType": "HASH"}, {"AttributeName": "by", "KeyType": "RANGE"}]}],
        GlobalSecondaryIndexes=[{"IndexName": "global", "Projection": {"ProjectionType": "ALL"},
                                 "KeySchema": [{"AttributeName": "by", "KeyType": "HASH"}],
                                 "ProvisionedThroughput": {"ReadCapacityUnits": 3, "WriteCapacityUnits": 3}}],
        StreamSpecification={"StreamEnabled": True, "StreamViewType": "KEYS_ONLY"})
    client.update_time_to_live(TableName="orders", TimeToLiveSpecification={"Enabled": True, "AttributeName": "ends"})
    for first in range(0, COUNT, 20):
        client.batch_write_item(RequestItems={"orders": [
            {"PutRequest": {"Item": {"id": {"S": f"id-{n % 7}"}, "day": {"S": f"{n:03}"}, "by": {"S": f"by-{n % 3}"},
                                     "n": {"N": str(n)}, "b": {"B": bytes([n])}, "s": {"SS": ["x", "y"]}}}}
            for n in range(first, first + 20)]})
    return client.describe_table(TableName="orders")["Table"]


def items(client, table, **where):
    """All items of a table or an index, in an order of their own."""
    found = []
    for page in client.get_paginator("scan").paginate(TableName=table, **where):
        found += page["Items"]
    return sorted(found, key=lambda item: [item.get(name, {}).get("S", "") for name in ("id", "day")])


class Backups(TestCase):
    def back_up_and_restore(self, server):
        """What must hold over every upstream."""
        client = dynamodb(server.url)
        table = filled(client)
        before = items(client, "orders")
        backup = client.create_backup(TableName="orders", BackupName="nightly")["BackupDetails"]
        self.assertRegex(backup["BackupArn"], "^" + table["TableArn"] + "/backup/0[0-9]{13}-[0-9a-f]{8}$")
        self.assertEqual((backup["BackupStatus"], backup["BackupType"]), ("CREATING", "USER"))

        client.delete_item(TableName="orders", Key={"id": {"S": "id-0"}, "day": {"S": "000"}})
        described = client.describe_backup(BackupArn=backup["BackupArn"])["BackupDescription"]
        self.assertEqual(described["BackupDetails"]["BackupStatus"], "AVAILABLE")
        source, features = described["SourceTableDetails"], described["SourceTableFeatureDetails"]
        self.assertEqual((source["TableName"], source["ItemCount"], source["BillingMode"]),
                         ("orders", COUNT, "PROVISIONED"))
        # DynamoDB Local tells no id of a table, which a client may expect.
        self.assertEqual(source["TableId"], table.get("TableId", source["TableId"]))
        self.assertRegex(source["TableId"], "^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$")
        self.assertEqual(source["TableCreationDateTime"], table["CreationDateTime"])
        self.assertEqual([one["IndexName"] for one in features["LocalSecondaryIndexes"]], ["local"])
        self.assertEqual(features["GlobalSecondaryIndexes"], [
            {"IndexName": "global", "KeySchema": [{"AttributeName": "by", "KeyType": "HASH"}],
             "Projection": {"ProjectionType": "ALL"},
             "ProvisionedThroughput": {"ReadCapacityUnits": 3, "WriteCapacityUnits": 3}}])
        self.assertEqual(features["StreamDescription"], {"StreamEnabled": True, "StreamViewType": "KEYS_ONLY"})
        self.assertEqual(features["TimeToLiveDescription"]["AttributeName"], "ends")

        restored = client.restore_table_from_backup(TargetTableName="again", BackupArn=backup["BackupArn"])
        self.assertEqual(restored["TableDescription"]["TableStatus"], "CREATING")
        summary = restored["TableDescription"]["RestoreSummary"]
        self.assertEqual((summary["SourceBackupArn"], summary["SourceTableArn"], summary["RestoreInProgress"]),
                         (backup["BackupArn"], table["TableArn"], True))
        client.get_waiter("table_exists").wait(TableName="again", WaiterConfig={"Delay": 0})
        self.assertEqual(items(client, "again"), before)
        self.assertEqual(items(client, "again", IndexName="global"), before)
        self.assertEqual(len(items(client, "again", IndexName="local")), COUNT)
        again = client.describe_table(TableName="again")["Table"]
        self.assertEqual(again["RestoreSummary"]["RestoreInProgress"], False)
        self.assertNotIn("StreamSpecification", again)
        # The two are tables of their own from now on.
        client.put_item(TableName="again", Item={"id": {"S": "new"}, "day": {"S": "1"}, "by": {"S": "by-0"}})
        self.assertEqual(len(items(client, "again", IndexName="global")), COUNT + 1)
        self.assertEqual(len(items(client, "orders")), COUNT - 1)

        client.restore_table_from_backup(
            TargetTableName="bare", BackupArn=backup["BackupArn"], BillingModeOverride="PAY_PER_REQUEST",
            GlobalSecondaryIndexOverride=[], LocalSecondaryIndexOverride=[])
        bare = client.describe_table(TableName="bare")["Table"]
        self.assertEqual((bare.get("GlobalSecondaryIndexes"), len(bare["AttributeDefinitions"])), (None, 2))
        self.assertEqual(items(client, "bare"), before)
        with self.assertRaises(client.exceptions.TableAlreadyExistsException):
            client.restore_table_from_backup(TargetTableName="bare", BackupArn=backup["BackupArn"])
        with self.assertRaises(client.exceptions.TableNotFoundException):
            client.create_backup(TableName="nothing", BackupName="nightly")
        self.assertEqual([one["BackupArn"] for one in client.list_backups()["BackupSummaries"]], [backup["BackupArn"]])
        return client, backup["BackupArn"], before

    def test_over_the_emulator(self):
        client, arn, _ = self.back_up_and_restore(self.serve())
        deleted = client.delete_backup(BackupArn=arn)["BackupDescription"]
        self.assertEqual(deleted["BackupDetails"]["BackupStatus"], "DELETED")
        with self.assertRaises(client.exceptions.BackupNotFoundException):
            client.describe_backup(BackupArn=arn)
        self.assertEqual(client.list_backups()["BackupSummaries"], [])

    def test_over_dynamodb_local_and_a_restart(self):
        file = self.folder / "backups.db"
        with DynamoDBLocal(self.folder) as upstream:
            server = self.serve("--upstream", upstream.url, "--backups", file)
            client, arn, before = self.back_up_and_restore(server)
            table = client.describe_table(TableName="orders")["Table"]["TableArn"]
            client.tag_resource(ResourceArn=table, Tags=[{"Key": "team", "Value": "blue"}, {"Key": "a", "Value": ""}])
            client.untag_resource(ResourceArn=table, TagKeys=["a"])
            made = client.create_table(
                TableName="tagged", BillingMode="PAY_PER_REQUEST", Tags=[{"Key": "made", "Value": "here"}],
                AttributeDefinitions=[{"AttributeName": "id", "AttributeType": "S"}],
                KeySchema=[{"AttributeName": "id", "KeyType": "HASH"}])["TableDescription"]["TableArn"]
            off = client.describe_continuous_backups(TableName="orders")["ContinuousBackupsDescription"]
            self.assertEqual(off["PointInTimeRecoveryDescription"], {"PointInTimeRecoveryStatus": "DISABLED"})
            self.stop(server)
            client = dynamodb(self.serve("--upstream", upstream.url, "--backups", file).url)
            for resource, tag in ((table, {"Key": "team", "Value": "blue"}), (made, {"Key": "made", "Value": "here"})):
                self.assertEqual(client.list_tags_of_resource(ResourceArn=resource)["Tags"], [tag])
            client.restore_table_from_backup(TargetTableName="later", BackupArn=arn)
            self.assertEqual(items(client, "later"), before)

    def test_a_file_keeps_the_emulators_backups_too(self):
        file = self.folder / "backups.db"
        server = self.serve("--backups", file)
        create_table(server.url)
        for n in range(COUNT):
            put(server.url, f"id-{n}")
        arn = dynamodb(server.url).create_backup(TableName="notes", BackupName="all")["BackupDetails"]["BackupArn"]
        server.kill()
        client = dynamodb(self.serve("--backups", file).url)
        self.assertEqual(client.list_tables()["TableNames"], [])
        client.restore_table_from_backup(TargetTableName="notes", BackupArn=arn)
        self.assertEqual(client.scan(TableName="notes", Select="COUNT")["Count"], COUNT)
        other = self.write("other", "no file of backups, but a text")
        refused = run("serve", "--listen", "127.0.0.1:0", "--backups", other)
        self.assertEqual((refused.returncode, refused.stderr.count("\n")), (2, 1), refused.stderr)
        self.assertIn(f"'{other}' holds no backups", refused.stderr)

    def test_a_backup_is_its_accounts_its_regions_and_its_sessions(self):
        server = self.serve()
        create_table(server.url)
        client = dynamodb(server.url)
        client.create_backup(TableName="notes", BackupName="mine")
        others = (dynamodb(server.url, aws_access_key_id="AKIDOTHER"), dynamodb(server.url, region_name="eu-west-1"),
                  dynamodb(open_session(server.url, "other")))
        self.assertEqual([len(one.list_backups()["BackupSummaries"]) for one in (client, *others)], [1, 0, 0, 0])

    def test_a_recording_of_backups_replays(self):
        cassette = self.folder / "backups.tape"
        seen = []
        for command in ("record", "replay"):
            server = self.serve(cassette, command=command)
            create_table(server.url)
            client = dynamodb(server.url)
            made = client.create_backup(TableName="notes", BackupName="first")["BackupDetails"]
            restored = client.restore_table_from_backup(TargetTableName="again", BackupArn=made["BackupArn"])
            seen.append((made, restored["TableDescription"]))
            self.stop(server)
        self.assertEqual(*seen)

    def test_strict_auth_lets_the_polyfill_work_and_nobody_else(self):
        server = self.serve("--auth", "strict", "--auth-key", "AKIDEXAMPLE:secret")
        client = dynamodb(server.url)
        client.create_table(TableName="notes", BillingMode="PAY_PER_REQUEST",
                            AttributeDefinitions=[{"AttributeName": "id", "AttributeType": "S"}],
                            KeySchema=[{"AttributeName": "id", "KeyType": "HASH"}])
        client.create_backup(TableName="notes", BackupName="first")
        with self.assertRaises(ClientError) as refused:
            dynamodb(server.url, aws_secret_access_key="wrong").list_backups()
        self.assertEqual(refused.exception.response["Error"]["Code"], "InvalidSignatureException")


class PointInTime(TestCase):
    START = datetime.datetime(2026, 11, 21, 12, 0, tzinfo=datetime.timezone.utc)

    def setUp(self):
        super().setUp()
        self.server = self.serve("--clock", "frozen:2026-11-21T12:00:00Z")
        self.client = dynamodb(self.server.url)
        create_table(self.server.url)

    def advance(self, by):
        admin(self.server.url, "POST", "/clock", {"advance": by})

    def enable(self):
        self.client.update_continuous_backups(
            TableName="notes", PointInTimeRecoverySpecification={"PointInTimeRecoveryEnabled": True})

    def restored(self, name, **when):
        return self.client.restore_table_to_point_in_time(
            SourceTableName="notes", TargetTableName=name, **when)["TableDescription"]

    def value(self, table):
        return get(self.server.url, "a", table=table).json.get("Item", {}).get("value", {}).get("S")

    def test_any_second_since_it_was_enabled_can_be_restored(self):
        put(self.server.url, "a", value="before")
        self.enable()
        for minute in range(1, 5):
            self.advance("1m")
            put(self.server.url, "a", value=f"too early {minute}")
            put(self.server.url, "a", value=f"minute {minute}")
        self.advance("30m")
        for minute, value in enumerate(("before", "minute 1", "minute 2", "minute 3", "minute 4")):
            when = self.START + datetime.timedelta(minutes=minute, seconds=30)
            table = self.restored(f"at-{minute}", RestoreDateTime=when)
            self.assertEqual(self.value(f"at-{minute}"), value)
            self.assertEqual(table["RestoreSummary"]["RestoreDateTime"], when)
            self.assertNotIn("SourceBackupArn", table["RestoreSummary"])
        put(self.server.url, "a", value="last")
        self.restored("latest", UseLatestRestorableTime=True)  # five minutes ago
        self.assertEqual(self.value("latest"), "minute 4")

    def test_a_recoverable_table_that_is_deleted_leaves_a_system_backup_for_35_days(self):
        put(self.server.url, "a", value="last")
        self.enable()
        create_table(self.server.url, "other")
        for table in ("notes", "other"):
            self.client.delete_table(TableName=table)
        self.assertEqual(self.client.list_backups(BackupType="USER")["BackupSummaries"], [])
        backup, = self.client.list_backups(BackupType="SYSTEM")["BackupSummaries"]
        self.assertEqual((backup["BackupName"], backup["BackupType"], backup["BackupCreationDateTime"],
                          backup["BackupExpiryDateTime"]),
                         ("notes$DeletedTableBackup", "SYSTEM", self.START, self.START + datetime.timedelta(days=35)))
        self.client.restore_table_from_backup(TargetTableName="notes", BackupArn=backup["BackupArn"])
        self.assertEqual(self.value("notes"), "last")
        self.advance("839h")
        self.assertEqual(len(self.client.list_backups()["BackupSummaries"]), 1)
        self.advance("1h")
        self.assertEqual(self.client.list_backups()["BackupSummaries"], [])
        with self.assertRaises(self.client.exceptions.BackupNotFoundException):
            self.client.describe_backup(BackupArn=backup["BackupArn"])

    def test_in_javascript(self):
        put(self.server.url, "a", value="first")
        self.assertEqual(run_javascript(self, "backups.mjs", self.server.url, "backup", access_key="AKIDEXAMPLE"),
                         {"name": "nightly", "type": "USER", "status": "AVAILABLE", "restored": "first",
                          "refused": "TableAlreadyExistsException"})
        self.assertEqual(run_javascript(self, "backups.mjs", self.server.url, "enable", access_key="AKIDEXAMPLE"),
                         {"status": "ENABLED", "refused": "InvalidRestoreTimeException"})
        self.advance("1m")
        put(self.server.url, "a", value="second")
        self.advance("10m")
        self.assertEqual(run_javascript(self, "backups.mjs", self.server.url, "recover", access_key="AKIDEXAMPLE"),
                         {"values": ["first", "second"]})

    def test_times_that_cannot_be_restored_are_refused(self):
        with self.assertRaises(self.client.exceptions.PointInTimeRecoveryUnavailableException):
            self.restored("other", UseLatestRestorableTime=True)
        self.enable()
        self.advance("1h")
        for seconds in (-10, 3600 - 60):
            with self.assertRaises(self.client.exceptions.InvalidRestoreTimeException):
                self.restored("other", RestoreDateTime=self.START + datetime.timedelta(seconds=seconds))
        with self.assertRaises(self.client.exceptions.TableNotFoundException):
            self.client.restore_table_to_point_in_time(SourceTableName="none", TargetTableName="other",
                                                       UseLatestRestorableTime=True)
        self.assertEqual(call(self.server.url, "RestoreTableToPointInTime", {
            "SourceTableName": "notes", "TargetTableName": "other"}).type, "ValidationException")


class PointInTimeElsewhere(TestCase):
    """Over an upstream without recovery, another dynatape whose rules take it away: the writes that pass are kept."""

    START = PointInTime.START
    LACKING = ("CreateBackup", "DescribeBackup", "ListBackups", "RestoreTableFromBackup", "RestoreTableToPointInTime",
               "DescribeContinuousBackups", "UpdateContinuousBackups")

    def served(self, upstream, clock="2026-11-21T12:00:00Z"):
        self.server = self.serve("--upstream", upstream.url, "--clock", f"frozen:{clock}",
                                 "--backups", self.folder / "kept.db")
        self.client = dynamodb(self.server.url)

    def advance(self, by):
        admin(self.server.url, "POST", "/clock", {"advance": by})

    def at(self, seconds):
        """The table's items at that second, restored and read past Dynatape."""
        self.tables += 1
        target = f"restored-{self.tables}"
        self.client.restore_table_to_point_in_time(
            SourceTableName="orders", TargetTableName=target,
            RestoreDateTime=self.START + datetime.timedelta(seconds=seconds))
        return items(self.upstream, target)

    def lacking(self):
        rules = {"rules": [{"name": "lacking", "when": {"operation": list(self.LACKING)},
                            "then": {"error": "UnknownOperationException"}}]}
        return self.serve("--rules", self.write("lacking.json", json.dumps(rules)))

    def test_a_clock_that_is_set_back_loses_no_write_here_and_over_the_emulator(self):
        with self.lacking() as upstream, self.serve("--clock", "frozen:2026-11-21T12:00:00Z") as emulator:
            self.served(upstream)
            for server, store in ((emulator, emulator), (self.server, upstream)):
                client = dynamodb(server.url)
                create_table(server.url)
                client.update_continuous_backups(
                    TableName="notes", PointInTimeRecoverySpecification={"PointInTimeRecoveryEnabled": True})
                for clock, id in (({"advance": "10s"}, "a"), ({"advance": "20s"}, "b"),
                                  ({"set": "2026-11-21T12:00:15Z"}, "c"), ({"advance": "1s"}, "d")):
                    admin(server.url, "POST", "/clock", clock)
                    put(server.url, id)
                admin(server.url, "POST", "/clock", {"advance": "10m"})
                for second, wanted in ((9, ""), (14, "a"), (15, "abc"), (16, "abcd"), (30, "abcd")):
                    client.restore_table_to_point_in_time(
                        SourceTableName="notes", TargetTableName=f"notes-{second}",
                        RestoreDateTime=self.START + datetime.timedelta(seconds=second))
                    found = "".join(sorted(item["id"]["S"] for item in items(dynamodb(store.url), f"notes-{second}")))
                    self.assertEqual(found, wanted, second)

    def test_any_second_can_be_restored_also_by_another_process(self):
        self.tables = 0
        with self.lacking() as upstream:
            self.upstream = dynamodb(upstream.url)
            self.served(upstream)
            filled(self.client)
            self.client.update_continuous_backups(
                TableName="orders", PointInTimeRecoverySpecification={"PointInTimeRecoveryEnabled": True})
            states = [items(self.upstream, "orders")]
            key = {"id": {"S": "id-0"}, "day": {"S": "000"}}
            writes = (
                lambda: self.client.update_item(TableName="orders", Key=key, UpdateExpression="ADD n :n",
                                                ExpressionAttributeValues={":n": {"N": "5"}}),
                lambda: self.client.transact_write_items(TransactItems=[
                    {"Delete": {"TableName": "orders", "Key": key}},
                    {"Put": {"TableName": "orders", "Item": {"id": {"S": "new"}, "day": {"S": "1"}}}}]),
                lambda: self.client.execute_statement(Statement="UPDATE orders SET n=7 WHERE id='new' AND day='1'"),
                lambda: self.client.batch_write_item(RequestItems={"orders": [
                    {"PutRequest": {"Item": {**key, "n": {"N": "1"}}}},
                    {"DeleteRequest": {"Key": {"id": {"S": "new"}, "day": {"S": "1"}}}}]}))
            for write in writes:
                self.advance("10s")
                write()
                states.append(items(self.upstream, "orders"))
            # Many at once: what is remembered last is what is there.
            self.advance("10s")

            def count(worker):
                client = dynamodb(self.server.url)
                for n in range(10):
                    client.put_item(TableName="orders", Item={**key, "n": {"N": f"{worker}{n}"}})

            workers = [threading.Thread(target=count, args=(n,)) for n in range(6)]
            for worker in workers:
                worker.start()
            for worker in workers:
                worker.join()
            states.append(items(self.upstream, "orders"))
            self.advance("10m")
            for n, state in enumerate(states):
                self.assertEqual(self.at(10 * n), state, n)
            self.server.kill()
            self.upstream.delete_item(TableName="orders", Key=key)  # past Dynatape
            self.served(upstream, "2026-11-21T12:30:00Z")
            self.assertEqual(self.at(20), states[2])
            self.advance("10m")
            self.assertNotIn(key["id"], [item["id"] for item in self.at(1800) if item["day"] == key["day"]])
            self.client.delete_table(TableName="orders")
            backup, = self.client.list_backups(BackupType="SYSTEM")["BackupSummaries"]
            self.client.restore_table_from_backup(TargetTableName="orders", BackupArn=backup["BackupArn"])
            self.assertEqual(len(items(self.upstream, "orders")), COUNT - 1)


if __name__ == "__main__":
    unittest.main()
