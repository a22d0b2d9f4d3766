"""The transaction scenario in three SDKs: live, recorded, replayed with nothing behind, throttled."""

import re
import unittest

from support.clients import program
from support.dynatape import TestCase, environment, run
from support.summary import summary_of

CALLS = 14  # what the scenario needs, counted by the SDKs themselves
ROUNDS = 50

THROTTLED = """{ "seed": 1, "rules": [
  { "name": "throttled-writes", "when": { "operation": "PutItem", "first": 2, "attempt": 1 },
    "then": { "error": { "type": "ProvisionedThroughputExceededException" } } },
  { "name": "throttled-reads", "when": { "operation": "GetItem", "attempt": 1 },
    "then": { "error": { "type": "ProvisionedThroughputExceededException" } } } ] }
"""
THROTTLED_ATTEMPTS = 4  # the first attempt of two PutItem and of both GetItem calls; each SDK retries them

OUTLIVING = """{ "rules": [ { "name": "throttled", "when": { "operation": "PutItem" },
  "then": { "error": { "type": "ProvisionedThroughputExceededException" } } } ] }
"""


class Transactions:
    """The tests of one language; the classes below say which."""

    def scenario(self, *command, retries=0):
        """Run the program under `dynatape COMMAND`; it must find everything right. Returns the summary."""
        ended = run(*command, "--", *program(self.language))
        self.assertEqual(ended.returncode, 0, ended.stdout + ended.stderr)
        counted = re.search(r"all as expected \((\d+) calls, (\d+) retried attempts\)", ended.stdout)
        self.assertTrue(counted, ended.stdout)
        self.assertEqual((int(counted[1]), int(counted[2])), (CALLS, retries))
        return summary_of(ended.stderr)

    def test_live(self):
        summary = self.scenario("exec")
        self.assertEqual(summary["calls"], CALLS)

    def test_recorded_then_replayed(self):
        cassette = self.folder / "session.tape"
        recorded = self.scenario("record", cassette)
        self.assertEqual((recorded["calls"], recorded["recorded"]), (CALLS, CALLS))
        for _ in range(ROUNDS):
            replayed = self.scenario("replay", cassette)
            self.assertEqual((replayed["replayed"], replayed["missed"], replayed["unused"]), (CALLS, 0, 0))

    def test_recorded_anew_each_time(self):
        cassette = self.folder / "session.tape"
        for _ in range(5):
            self.assertEqual(self.scenario("record", cassette)["recorded"], CALLS)
            self.assertEqual(self.scenario("replay", cassette)["replayed"], CALLS)

    def test_throttled_live_and_replayed(self):
        rules = self.write("rules.json", THROTTLED)
        cassette = self.folder / "session.tape"
        live = self.scenario("record", cassette, "--rules", rules, retries=THROTTLED_ATTEMPTS)
        self.assertEqual(live["delivered"], THROTTLED_ATTEMPTS)
        self.assertEqual(live["recorded"], CALLS, "faults are not recorded")
        replayed = self.scenario("replay", cassette, "--rules", rules, retries=THROTTLED_ATTEMPTS)
        self.assertEqual(replayed["delivered"], THROTTLED_ATTEMPTS)

    def test_fault_that_outlives_the_retries_fails_the_program(self):
        ended = run("exec", "--rules", self.write("rules.json", OUTLIVING), "--", *program(self.language),
                    env=environment(AWS_MAX_ATTEMPTS="2", AWS_RETRY_MODE="standard"))
        self.assertEqual(ended.returncode, 1, ended.stdout + ended.stderr)
        self.assertIn("ProvisionedThroughputExceededException", ended.stderr)
        self.assertEqual(summary_of(ended.stderr)["delivered"], 2)


class PythonTransactions(Transactions, TestCase):
    language = "python"


class JavaScriptTransactions(Transactions, TestCase):
    language = "javascript"


class GoTransactions(Transactions, TestCase):
    language = "go"


class AcrossLanguages(TestCase):
    def test_one_cassette_serves_all_three(self):
        cassette = self.folder / "session.tape"
        recorded = run("record", cassette, "--", *program("python"))
        self.assertEqual(recorded.returncode, 0, recorded.stderr)
        for language in ("javascript", "go", "python"):
            replayed = run("replay", cassette, "--", *program(language))
            self.assertEqual(replayed.returncode, 0, replayed.stdout + replayed.stderr)
            self.assertEqual(summary_of(replayed.stderr)["missed"], 0)


if __name__ == "__main__":
    unittest.main()
