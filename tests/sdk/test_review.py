"""What people do with recordings: `dynatape cassette import|export|diff|merge|compact|stats`."""

import json
import unittest
import uuid

from support.dynatape import TestCase, run
from support.summary import summary_of
from support.wire import call, create_table, get, put


class Review(TestCase):
    def record(self, name, calls):
        tape = self.folder / name
        server = self.serve(tape, command="record")
        calls(server.url)
        self.stop(server)
        return tape

    def program(self, url):
        """A test with generated values; a take of it differs from every other."""
        create_table(url)
        for text in ("one", "two"):
            id = str(uuid.uuid4())
            put(url, id, text=text, amz_sdk_invocation_id=str(uuid.uuid4()))
            self.assertEqual(get(url, id).json["Item"]["text"]["S"], text)
        call(url, "Scan", {"TableName": "notes"})
        get(url, "absent", User_Agent=str(uuid.uuid4()))

    def ends(self, status, *arguments):
        done = run("cassette", *arguments)
        self.assertEqual(done.returncode, status, done.stdout + done.stderr)
        return done

    def test_two_takes_of_one_test_are_the_same(self):
        one, two = self.record("one.tape", self.program), self.record("two.tape", self.program)
        self.assertNotEqual(self.ends(0, "export", one).stdout, self.ends(0, "export", two).stdout)
        self.assertEqual(self.ends(0, "diff", one, two).stdout, "")
        self.assertEqual(self.ends(0, "export", "--review", one).stdout,
                         self.ends(0, "export", "--review", two).stdout)

    def test_another_test_is_not(self):
        one = self.record("one.tape", self.program)
        two = self.record("two.tape", lambda url: (self.program(url), put(url, "more")))
        done = self.ends(1, "diff", one, two)
        self.assertRegex(done.stdout, r'^\+ #8 {"operation":"PutItem".*"more"')
        self.assertIn("1 added", done.stderr)
        self.ends(2, "diff", one, self.folder / "absent.tape")

    def test_lines_are_a_fixpoint_and_replay(self):
        tape = self.record("one.tape", self.program)
        for form in ([], ["--exact"]):
            lines = self.ends(0, "export", *form, tape).stdout
            again = self.folder / f"again{len(form)}.tape"
            self.ends(0, "import", self.write("lines.jsonl", lines), "-o", again)
            self.assertEqual(self.ends(0, "export", *form, again).stdout, lines)
            self.assertEqual(self.ends(0, "diff", tape, again).stdout, "")
            replay = self.serve(again, command="replay")
            for line in map(json.loads, lines.splitlines()):
                answer = call(replay.url, line["operation"], line["request"]["body"])
                self.assertEqual((answer.status, answer.json), (line["response"]["status"], line["response"]["body"]))
            summary = summary_of(self.stop(replay))
            self.assertEqual((summary["missed"], summary["unused"]), (0, 0))

    def test_import_never_writes_over_a_file(self):
        tape = self.record("one.tape", self.program)
        before = tape.read_bytes()
        lines = self.write("lines.jsonl", self.ends(0, "export", tape).stdout)
        self.assertIn("it exists", self.ends(2, "import", lines, "-o", tape).stderr)
        self.assertEqual(tape.read_bytes(), before)

    def test_what_compact_leaves_replays(self):
        tape = self.record("one.tape", self.program)
        said = self.ends(0, "compact", tape, "--drop", 7).stderr
        self.assertIn("6 kept, 0 dropped because a retry replaced them, 1 as asked", said)
        replay = self.serve(tape, command="replay")
        for line in map(json.loads, self.ends(0, "export", tape).stdout.splitlines()):
            answer = call(replay.url, line["operation"], line["request"]["body"])
            self.assertEqual((answer.status, answer.json), (line["response"]["status"], line["response"]["body"]))
        self.assertEqual(get(replay.url, "absent").type, "CassetteMissException")

    def test_stats_and_har(self):
        tape = self.record("one.tape", self.program)
        self.assertRegex(self.ends(0, "stats", tape).stdout, r"(?m)^ +3 +0 +0 .* GetItem  notes$")
        log = json.loads(self.ends(0, "export", "--har", tape).stdout)["log"]
        self.assertEqual([entry["request"]["url"] for entry in log["entries"]][:2],
                         ["http://dynamodb.invalid/#CreateTable", "http://dynamodb.invalid/#PutItem"])


if __name__ == "__main__":
    unittest.main()
