"""Programs that make every key and time anew, in eight threads, with retries: recorded once, replayed for ever."""

import os
import unittest

from support.clients import orders
from support.dynatape import TestCase, run
from support.summary import summary_of

ROUNDS = int(os.environ.get("DYNATAPE_ROUNDS", "2"))  # replays of each recording
LANGUAGES = ("python", "javascript", "go")

# What stands behind the recorder: throttled and failed first attempts, which are on the tape.
FLAKY = """{ "seed": 7, "rules": [
  { "name": "throttled", "when": { "operation": ["PutItem", "GetItem", "UpdateItem"], "attempt": 1, "probability": 0.06 },
    "then": { "error": { "type": "ProvisionedThroughputExceededException" } } },
  { "name": "failed", "when": { "operation": ["Query", "TransactWriteItems", "BatchGetItem"], "attempt": 1, "probability": 0.1 },
    "then": { "error": { "type": "InternalServerError" } } } ] }
"""
# What a replay adds: lost answers, which the SDK asks for again.
LOSSY = """{ "seed": 8, "rules": [
  { "name": "lost", "when": { "attempt": 1, "probability": 0.05 }, "then": { "lost_answer": { "ending": "close" } } } ] }
"""


class Generated(TestCase):
    def record(self, language):
        """Record the shop in that language; returns the cassette."""
        upstream = self.serve("--rules", self.write("flaky.json", FLAKY), "--table-delay", "300ms")
        cassette = self.folder / f"{language}.tape"
        recorded = run("record", cassette, "--upstream", upstream.url, "--", *orders(language))
        self.assertEqual(recorded.returncode, 0, recorded.stdout + recorded.stderr)
        self.stop(upstream)
        listed = run("cassette", "list", cassette).stdout
        self.assertIn("  retry of #", listed)
        self.assertRegex(listed, r"(?m)^#\d+  DescribeTable ")
        return cassette

    def replay(self, cassette, language, *options):
        replayed = run("replay", cassette, *options, "--", *orders(language))
        self.assertEqual(replayed.returncode, 0, replayed.stdout + replayed.stderr)
        self.assertIn("all as expected", replayed.stdout)
        summary = summary_of(replayed.stderr)
        self.assertEqual((summary["missed"], summary["unused"]), (0, 0), replayed.stderr)


class InOneLanguage(Generated):
    def rounds(self, language):
        cassette = self.record(language)
        for _ in range(ROUNDS):
            self.replay(cassette, language)

    def test_python(self):
        self.rounds("python")

    def test_javascript(self):
        self.rounds("javascript")

    def test_go(self):
        self.rounds("go")


class FromPython(Generated):
    def test_a_recording_of_python_replays_in_other_languages_and_with_every_kind_of_retries(self):
        cassette = self.record("python")
        for language in LANGUAGES[1:]:
            for _ in range(ROUNDS // 2):
                self.replay(cassette, language)
        for retries in ("faithful", "fresh"):
            self.replay(cassette, "python", "--retries", retries)
        self.replay(cassette, "go", "--rules", self.write("lossy.json", LOSSY))


if __name__ == "__main__":
    unittest.main()
