"""`dynatape verify`: recordings of AWS asked again of the emulator, and drift where there is some."""

import json
import unittest

from support import golden_tapes
from support.dynatape import TestCase, run
from support.summary import summary_of
from support.wire import call, create_table, get, put


# What differs from the recordings, which are from 2019 to 2025, by operation, class and path.
KNOWN = {
    ("DescribeTable", "shape", "Table.WarmThroughput"): "the service has had it since 2024",
    ("DescribeTable", "shape", "Table.DeletionProtectionEnabled"): "the service has had it since 2023",
    ("DescribeTable", "shape", "Table.ProvisionedThroughput.LastDecreaseDateTime"): "history of that table",
    ("DescribeTable", "shape", "Table.ProvisionedThroughput.LastIncreaseDateTime"): "history of that table",
    ("TransactWriteItems", "shape", "CancellationReasons"): "the recordings of 2019 have them in the message alone",
}


class RecordingsOfAws(TestCase):
    """Sessions that google/go-cloud recorded on AWS."""

    def verify(self, prepare, lines):
        """The differences that verify finds, as it prints them, and its status."""
        tables = self.write("prepare.jsonl", golden_tapes.text(prepare))
        file = self.write("session.jsonl", golden_tapes.text(lines))
        done = run("verify", file, "--prepare", tables, "--behaviour", "aws-2026-05", "--json")
        self.assertIn(done.returncode, (0, 1), done.stderr)
        return [json.loads(line) for line in done.stdout.splitlines()], done.returncode

    def test_the_emulator_has_not_drifted_from_them(self):
        met, compared = set(), 0
        for name, prepare, lines in golden_tapes.sessions():
            differences, status = self.verify(prepare, lines)
            self.assertEqual(status, 1 if differences else 0)
            for one in differences:
                kind = one["operation"], one["class"], one["path"]
                self.assertIn(kind, KNOWN, f"{name}: {one}")
                met.add(kind)
            compared += sum("response" in line for line in lines)
        self.assertEqual(met, set(KNOWN))
        self.assertGreaterEqual(compared, 850)

    def test_a_changed_answer_is_drift(self):
        for _, prepare, lines in golden_tapes.sessions():
            read = [one for one in lines if one["operation"] == "GetItem" and one.get("response", {}).get("body")]
            if read:
                break
        read[0]["response"]["body"]["Item"]["new"] = {"S": "x"}
        differences, status = self.verify(prepare, lines)
        self.assertEqual(status, 1)
        self.assertIn({"interaction": lines.index(read[0]) + 1, "operation": "GetItem", "class": "shape",
                       "path": "Item.new", "recorded": {"S": "x"}, "answered": None}, differences)

    def test_imported_they_replay(self):
        sessions = [[one for one in lines if "response" in one] for _, _, lines in golden_tapes.sessions()]
        for number, lines in enumerate(sorted(sessions, key=len)[-20:]):
            tape = self.folder / f"{number}.tape"
            imported = run("cassette", "import", self.write("session.jsonl", golden_tapes.text(lines)), "-o", tape)
            self.assertEqual(imported.returncode, 0, imported.stderr)
            replay = self.serve(tape, command="replay")
            for one in lines:
                answer = call(replay.url, one["operation"], one["request"]["body"])
                self.assertEqual((answer.status, answer.json), (one["response"]["status"], one["response"]["body"]))
            self.assertEqual(summary_of(self.stop(replay))["unused"], 0)


class Drift(TestCase):
    def setUp(self):
        super().setUp()
        self.tape = self.folder / "a.tape"
        server = self.serve(self.tape, command="record")
        create_table(server.url)
        put(server.url, "a", text="one")
        get(server.url, "a")
        get(server.url, "b")
        self.stop(server)

    def test_a_recording_of_the_emulator_has_none(self):
        done = run("verify", self.tape)
        self.assertEqual(done.returncode, 0, done.stdout + done.stderr)
        self.assertIn("GetItem                            2       2", done.stdout)

    def test_tables_that_were_there_before_are_prepared(self):
        database = self.serve()
        create_table(database.url)
        tape = self.folder / "b.tape"
        server = self.serve(tape, "--upstream", database.url, command="record")
        put(server.url, "a", text="one")
        get(server.url, "a")
        self.stop(server)
        self.assertEqual(run("verify", tape).returncode, 1)
        exported = run("cassette", "export", self.tape).stdout.splitlines()
        created = json.loads(exported[0])
        del created["response"]
        done = run("verify", tape, "--prepare", self.write("tables.jsonl", golden_tapes.text([created])))
        self.assertEqual(done.returncode, 0, done.stdout + done.stderr)

    def test_another_endpoint_is_asked_over_http(self):
        endpoint = self.serve()
        done = run("verify", self.tape, "--against", endpoint.url)
        self.assertEqual(done.returncode, 0, done.stdout + done.stderr)
        again = run("verify", self.tape, "--against", endpoint.url, "--json")
        self.assertEqual(again.returncode, 1, again.stderr)
        first = json.loads(again.stdout.splitlines()[0])
        self.assertEqual((first["interaction"], first["class"]), (1, "status"))
        self.assertEqual(first["answered"], "400 ResourceInUseException")

    def test_an_endpoint_that_does_not_answer_is_no_drift(self):
        endpoint = self.serve()
        self.stop(endpoint)
        done = run("verify", self.tape, "--against", endpoint.url)
        self.assertEqual(done.returncode, 2)
        self.assertIn(f"upstream {endpoint.url}", done.stderr)

    def test_bad_input(self):
        for arguments, told in ((["nowhere.tape"], "nowhere.tape"),
                                ([self.tape, "--against", "dynamo"], "dynamo"),
                                ([self.tape, "--prepare", "nowhere.jsonl"], "nowhere.jsonl")):
            done = run("verify", *arguments)
            self.assertEqual(done.returncode, 2, done.stdout)
            self.assertIn(told, done.stderr)


if __name__ == "__main__":
    unittest.main()
