"""Cassettes in a git repository that `dynatape cassette git-setup` has taught about them."""

import json
import unittest

from support.dynatape import run
from support.repository import RepositoryTest
from support.wire import create_table, get, put


class Git(RepositoryTest):
    def record(self, mode, calls, *options):
        server = self.serve("--cassette", self.tape, "--mode", mode, *options)
        calls(server.url)
        self.stop(server)

    def base(self, url):
        create_table(url)
        put(url, "a", text="one")

    def branch(self, name, key, text):
        """On a branch of its own, record the base again, and a read of `key`, whose item has `text`."""
        database = self.serve()
        create_table(database.url)
        put(database.url, key, text=text)
        self.git("checkout", "--quiet", "-b", name, "main")
        self.record("new", lambda url: (self.base(url), get(url, key)), "--upstream", database.url)
        self.commit(name)

    def lines(self):
        exported = run("cassette", "export", self.tape)
        self.assertEqual(exported.returncode, 0, exported.stderr)
        return [json.loads(line) for line in exported.stdout.splitlines()]

    def test_a_difference_is_shown_in_lines(self):
        self.record("all", self.base)
        self.commit("base")
        self.record("all", lambda url: (create_table(url), put(url, "b", text="one")))
        changed = [line for line in self.git("diff").splitlines() if line[0] in "+-" and line[:3] not in ("+++", "---")]
        self.assertEqual([line[0] for line in changed], ["-", "+"])
        self.assertEqual(json.loads(changed[1][1:])["request"]["body"]["Item"]["id"], {"S": "b"})

    def test_the_same_test_recorded_again_shows_no_difference(self):
        self.record("all", self.base)
        self.commit("base")
        before = self.tape.read_bytes()
        self.record("all", self.base)
        self.assertNotEqual(self.tape.read_bytes(), before)
        shown = [line for line in self.git("diff").splitlines() if line.startswith(("+{", "-{"))]
        self.assertEqual(shown, [])

    def test_two_branches_that_recorded_other_calls_merge(self):
        self.record("all", self.base)
        self.commit("base")
        self.branch("one", "one", "first")
        self.branch("two", "two", "second")
        self.git("merge", "--quiet", "one", "--message", "merged")
        keys = [line["request"]["body"]["Key"]["id"]["S"] for line in self.lines() if line["operation"] == "GetItem"]
        self.assertEqual(keys, ["two", "one"])
        replay = self.serve("--cassette", self.tape, "--mode", "none")
        self.base(replay.url)
        texts = [get(replay.url, key).json["Item"]["text"]["S"] for key in ("one", "two")]
        self.assertEqual(texts, ["first", "second"])

    def test_one_call_answered_differently_is_a_conflict(self):
        self.record("all", self.base)
        self.commit("base")
        self.branch("one", "a", "first")
        self.branch("two", "a", "second")
        before = self.tape.read_bytes()
        self.git("merge", "--quiet", "one", status=1)
        self.assertEqual(self.git("status", "--porcelain").split(), ["UU", "session.tape"])
        self.assertEqual(self.tape.read_bytes(), before)

    def test_setting_up_twice_changes_nothing(self):
        attributes = (self.repository / ".gitattributes").read_text()
        self.assertEqual(attributes, "*.tape diff=dynatape merge=dynatape -text\n")
        again = run("cassette", "git-setup", cwd=self.repository, env=self.environment())
        self.assertEqual(again.returncode, 0, again.stderr)
        self.assertEqual((self.repository / ".gitattributes").read_text(), attributes)

    def test_outside_a_repository_it_says_so(self):
        refused = run("cassette", "git-setup", cwd=self.folder, env=self.environment())
        self.assertEqual(refused.returncode, 2)
        self.assertIn("inside a git repository", refused.stderr)


if __name__ == "__main__":
    unittest.main()
