"""The profiles, each through both SDKs: what its calls meet, and that one seed hits the same calls of both."""

import unittest

from support.dynatape import TestCase, run
from support.sdks import ANSWERED, SDKS
from support.summary import summary_of
from support.wire import create_table, put

SEED = 7
THROTTLED = {"ProvisionedThroughputExceededException"}
GONE = {"ConnectionClosedError", "ECONNRESET", "ChecksumError"}


def key(number):
    return {"TableName": "notes", "Key": {"id": {"S": f"{number:03}"}}}


def gets(count):
    return [{"call": "GetItem", "input": {**key(number), "ReturnConsumedCapacity": "TOTAL"}, "attempts": 1,
             "client": "one"} for number in range(count)]


def puts(count):
    return [{"call": "PutItem", "input": {"TableName": "notes", "Item": key(number)["Key"]}, "attempts": 1,
             "client": "one"} for number in range(count)]


def adds(count):
    return [{"call": "UpdateItem", "client": str(number), "input": {
        **key(number), "UpdateExpression": "ADD n :one", "ExpressionAttributeValues": {":one": {"N": "1"}},
        "ReturnValues": "ALL_NEW"}} for number in range(count)]


def batches(count):
    return [{"call": "BatchWriteItem", "client": "one", "input": {"RequestItems": {"notes": [
        {"PutRequest": {"Item": key(10 * batch + number)["Key"]}} for number in range(10)]}}} for batch in range(count)]


def stale(count):
    def write(number, value):
        return {"call": "PutItem", "client": "one", "input": {
            "TableName": "notes", "Item": {**key(number)["Key"], "value": {"S": value}}}}

    minute = {"admin": ["POST", "/clock", {"advance": "1m"}]}
    moment = {"admin": ["POST", "/clock", {"advance": "100ms"}]}
    return [*(write(number, "old") for number in range(count)), minute,
            *(write(number, "new") for number in range(count)), moment, *gets(count)]


def shows(step, outcome):
    """Whether a fault shows: it failed, or something was left, counted twice, old, or cut off, which boto3 takes for {}."""
    answer = outcome.answer
    return outcome.ended != ANSWERED or bool(answer.get("UnprocessedItems")) or \
        answer.get("Attributes", {}).get("n") == {"N": "2"} or answer.get("Item", {}).get("value") == {"S": "old"} or \
        step["call"] == "GetItem" and "ConsumedCapacity" not in answer


# The calls, what those that fail end as, and which calls a fault shows in: "x", and "?" where chance decides.
PROFILES = {
    "throttle-storm": (puts(40), THROTTLED, "?" * 40),
    "hot-partition": ([{**gets(1)[0], "repeat": 60}], {"ThrottlingException"}, "." * 20 + "?" * 40),
    "slow-p99": (gets(5), set(), "." * 5),
    "flaky-network": (gets(60), GONE | {"502", "SyntaxError"}, "?" * 60),
    "partial-batches": (batches(12), set(), "?" * 12),
    "stale-reads": (stale(20), set(), "." * 40 + "?" * 20),
    "lost-answers": (adds(40), set(), "?" * 40),
    "expired-credentials": (gets(45), {"ExpiredTokenException"}, "." * 18 + "x" * 20 + "." * 7),
    "region-outage": (gets(24), GONE | {"InternalServerError", "ServiceUnavailable"}, "." * 18 + "x" * 6),
}


class Profiles(TestCase):
    def test_each_is_tested_here(self):
        listed = [line.split(":")[0] for line in run("rules", "profile").stdout.splitlines()]
        self.assertEqual(sorted(listed), sorted(PROFILES))

    def test_one_seed_hits_the_same_calls_of_both_sdks(self):
        for name, (steps, failures, expected) in PROFILES.items():
            met = {sdk.name: self.met(name, sdk, steps, failures) for sdk in SDKS}
            with self.subTest(name):
                self.assertEqual(len(set(met.values())), 1, met)
                pattern, = set(met.values())
                self.assertEqual(len(pattern), len(expected))
                fixed = "".join(told if expects != "?" else "?" for told, expects in zip(pattern, expected))
                self.assertEqual(fixed, expected)
                by_chance = {told for told, expects in zip(pattern, expected) if expects == "?"}
                self.assertIn(len(by_chance), (0, 2), pattern)

    def met(self, name, sdk, steps, failures):
        """Which calls a fault shows in."""
        server = self.serve("--profile", name, "--seed", SEED, "--clock", "frozen")
        while create_table_is_throttled(server.url):
            pass
        put(server.url, "first")
        calls = [step for step in steps for _ in range(step.get("repeat", 1)) if "call" in step]
        outcomes = sdk.run(self, server.url, steps)
        failed = {outcome.ended for outcome in outcomes} - {ANSWERED}
        self.assertLessEqual(failed, failures, name)
        summary = summary_of(self.stop(server))
        pattern = "".join("x" if shows(step, outcome) else "." for step, outcome in zip(calls, outcomes))
        self.assertGreaterEqual(summary["delivered"], max(1, pattern.count("x")), name)
        return pattern


def create_table_is_throttled(url):
    try:
        create_table(url)
    except AssertionError:
        return True


if __name__ == "__main__":
    unittest.main()
