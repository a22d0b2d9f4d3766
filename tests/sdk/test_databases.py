"""States of the emulator as files: built by a command, served, forked, compared."""

import json
import unittest

from support.admin import admin, open_session, raw
from support.clients import PYTHON, dynamodb
from support.dynatape import ROOT, TestCase, run
from support.javascript import run_javascript
from support.wire import create_table, get, put

FILL = ROOT / "tests" / "sdk" / "programs" / "fill.py"


class Databases(TestCase):
    def built(self, name="orders.db", *words, command=("build",)):
        file = self.folder / name
        ended = run("db", *command, file, "--", PYTHON, FILL, *words)
        self.assertEqual(ended.returncode, 0, ended.stderr)
        return file

    def test_what_a_command_has_made_is_there_for_every_client_of_a_server(self):
        file = self.built()
        server = self.serve("--database", file)
        for client in (dynamodb(server.url), dynamodb(server.url, aws_access_key_id="AKIDOTHER")):
            self.assertEqual(client.scan(TableName="orders", Select="COUNT")["Count"], 30)
            self.assertEqual(client.describe_time_to_live(TableName="orders")["TimeToLiveDescription"],
                             {"TimeToLiveStatus": "ENABLED", "AttributeName": "ends"})
        self.assertEqual(dynamodb(server.url, region_name="eu-west-1").list_tables()["TableNames"], ["elsewhere"])
        # What a server does is never written back, and reset() brings the file's state again.
        before = file.read_bytes()
        put(server.url, "new", table="orders")
        self.assertEqual(get(server.url, "new", table="orders").json["Item"]["id"]["S"], "new")
        admin(server.url, "POST", "/reset")
        self.assertEqual(get(server.url, "new", table="orders").json, {})
        self.assertEqual(get(server.url, "id-1", table="orders").json["Item"]["n"], {"N": "1"})
        self.stop(server)
        self.assertEqual(file.read_bytes(), before)

    def test_javascript_meets_them_too(self):
        server = self.serve("--database", self.built())
        said = run_javascript(self, "databases.mjs", server.url)
        self.assertEqual(said, {"count": 30, "ends": "ends", "elsewhere": ["elsewhere"]})

    def test_a_session_of_its_own_begins_with_a_file_too(self):
        file = self.built()
        server = self.serve()
        url = open_session(server.url, "prepared", database=str(file))
        self.assertEqual(dynamodb(url).list_tables()["TableNames"], ["orders"])
        self.assertEqual(dynamodb(server.url).list_tables()["TableNames"], [])

    def test_nothing_is_overwritten_unasked_and_nothing_is_stored_of_a_failure(self):
        file = self.built()
        before = file.read_bytes()
        again = run("db", "build", file, "--", PYTHON, FILL)
        self.assertEqual((again.returncode, again.stderr.count("\n")), (2, 1), again.stderr)
        self.assertIn(f"'{file}' is there already", again.stderr)
        self.assertEqual(file.read_bytes(), before)
        failed = run("db", "build", "--replace", file, "--", PYTHON, FILL, "--fail")
        self.assertEqual(failed.returncode, 7, failed.stderr)
        self.assertEqual(file.read_bytes(), before)
        fresh = self.folder / "fresh.db"
        self.assertEqual(run("db", "build", fresh, "--", PYTHON, FILL, "--fail").returncode, 7)
        self.assertFalse(fresh.exists())

    def test_a_fork_goes_on_from_a_state_and_diff_says_what_it_did(self):
        file = self.built()
        copy = self.folder / "copy.db"
        self.assertEqual(run("db", "fork", file, copy).returncode, 0)
        same = run("db", "diff", file, copy)
        self.assertEqual((same.returncode, same.stdout), (0, ""), same.stderr)
        self.assertIn("differences: 0; the same: tables 2, items 30", same.stderr)
        other = self.built("other.db", "--change", command=("fork", file))
        changed = run("db", "diff", file, other)
        self.assertEqual(changed.returncode, 1)
        self.assertEqual(changed.stdout.splitlines(), [
            f"us-east-1 added: only in {other}",
            f'us-east-1 orders {{"id":{{"S":"id-1"}}}}: {{"id":{{"S":"id-1"}},"n":{{"N":"1"}}}} in {file}, '
            f'{{"id":{{"S":"id-1"}},"n":{{"N":"100"}}}} in {other}',
            f'us-east-1 orders {{"id":{{"S":"id-2"}}}}: only in {file}'])

    def test_export_and_import_are_the_admin_apis_lines(self):
        file = self.built()
        lines = run("db", "export", file).stdout
        self.assertEqual(lines, file.read_text())
        self.assertEqual(json.loads(lines.splitlines()[1])["operation"], "CreateTable")
        again = self.folder / "again.db"
        self.assertEqual(run("db", "import", file, "-o", again).returncode, 0)
        self.assertEqual(again.read_bytes(), file.read_bytes())
        server = self.serve()
        create_table(server.url)
        put(server.url, "a")
        status, _, text = raw(server.url, "GET", "/_dynatape/v1/databases/export?account=AKIDEXAMPLE")
        self.assertEqual(status, 200, text)
        exported = self.write("exported.db", text)
        served = self.serve("--database", exported)
        self.assertEqual(get(served.url, "a").json, {"Item": {"id": {"S": "a"}}})

    def test_what_cannot_be_read_is_named(self):
        broken = self.write("broken.db", self.built().read_text() + "nonsense\n")
        absent = self.folder / "absent.db"
        for file, why in ((broken, "line "), (absent, "cannot read the database")):
            for words in (("serve", "--listen", "127.0.0.1:0", "--database", file), ("db", "export", file)):
                refused = run(*words)
                self.assertEqual((refused.returncode, refused.stderr.count("\n")), (2, 1), refused.stderr)
                self.assertIn(str(file), refused.stderr)
                self.assertIn(why, refused.stderr)
        refused = run("serve", "--database", broken, "--upstream", "http://127.0.0.1:1")
        self.assertEqual(refused.returncode, 2)
        self.assertIn("--database", refused.stderr)


if __name__ == "__main__":
    unittest.main()
