"""The modes of a cassette, as `serve --cassette FILE --mode …` has them."""

import json
import unittest

from support.dynatape import TestCase, run
from support.summary import summary_of
from support.wire import create_table, get, put


class Modes(TestCase):
    def setUp(self):
        super().setUp()
        self.cassette = self.folder / "session.tape"

    def session(self, mode, calls):
        """Serve in `mode` and let calls(url) happen; returns its result and the summary's counts."""
        server = self.serve("--cassette", self.cassette, "--mode", mode)
        result = calls(server.url)
        _, errors = server.stop()
        summary = summary_of(errors)
        return result, [summary[name] for name in ("recorded", "replayed", "missed")]

    def operations(self):
        exported = run("cassette", "export", self.cassette)
        self.assertEqual(exported.returncode, 0, exported.stderr)
        return [json.loads(line)["operation"] for line in exported.stdout.splitlines()]

    def writing(self, url):
        create_table(url)
        return put(url, "a", text="one").status

    def write_and_read(self, url):
        self.writing(url)
        return get(url, "a").status

    def test_once_records_where_there_is_no_cassette_and_replays_where_there_is(self):
        self.assertEqual(self.session("once", self.writing), (200, [2, 0, 0]))
        self.assertEqual(self.session("once", self.write_and_read), (400, [0, 2, 1]))
        self.assertEqual(self.operations(), ["CreateTable", "PutItem"])

    def test_new_replays_what_is_there_and_records_the_rest(self):
        self.assertEqual(self.session("new", self.writing), (200, [2, 0, 0]))
        _, counts = self.session("new", self.write_and_read)
        self.assertEqual(counts, [1, 2, 0])
        self.assertEqual(self.operations(), ["CreateTable", "PutItem", "GetItem"])
        _, counts = self.session("new", self.write_and_read)
        self.assertEqual(counts, [0, 3, 0])

    def test_all_records_again(self):
        self.assertEqual(self.session("all", self.write_and_read), (200, [3, 0, 0]))
        self.assertEqual(self.session("all", self.writing), (200, [2, 0, 0]))
        self.assertEqual(self.operations(), ["CreateTable", "PutItem"])

    def test_none_only_replays(self):
        self.session("all", self.writing)
        self.assertEqual(self.session("none", self.write_and_read), (400, [0, 2, 1]))

    def test_a_second_recording_never_harms_the_first_before_it_begins(self):
        self.session("all", self.writing)
        before = self.operations()
        refused = run("record", self.cassette, "--rules", self.folder / "absent.json", "--", "true")
        self.assertEqual(refused.returncode, 2)
        self.assertEqual(self.operations(), before)


if __name__ == "__main__":
    unittest.main()
