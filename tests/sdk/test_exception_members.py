"""What an injected exception brings besides its name, as SDKs read it, and what it does to their waits and retry quotas."""

import unittest

from support.admin import admin
from support.dynatape import TestCase
from support.faults import check_same, under_faults
from support.sdks import JAVASCRIPT, SDKS, STANDARD, Boto3
from support.wire import create_table

ARN = "arn:aws:dynamodb:us-east-1:000000000000:table/notes"
GET = {"call": "GetItem", "input": {"TableName": "notes", "Key": {"id": {"S": "a"}}}}
PUT = {"call": "PutItem", "input": {"TableName": "notes", "Item": {"id": {"S": "a"}}}}
QUERY = {"call": "Query", "input": {"TableName": "notes", "IndexName": "by-day", "KeyConditionExpression": "id = :i",
                                    "ExpressionAttributeValues": {":i": {"S": "a"}}}}
# The fault, the call, and the reason and resource that the exception names.
THROTTLES = {
    "provisioned": ("ProvisionedThroughputExceededException", {}, PUT, "TableWriteProvisionedThroughputExceeded", ARN),
    "read": ("ProvisionedThroughputExceededException", {}, GET, "TableReadProvisionedThroughputExceeded", ARN),
    "on demand": ("ThrottlingException", {"reason": "MaxOnDemandThroughputExceeded"}, PUT,
                  "TableWriteMaxOnDemandThroughputExceeded", ARN),
    "key range": ("ThrottlingException", {"reason": "KeyRangeThroughputExceeded"}, GET,
                  "TableReadKeyRangeThroughputExceeded", ARN),
    "index": ("ProvisionedThroughputExceededException", {}, QUERY, "IndexReadProvisionedThroughputExceeded",
              ARN + "/index/by-day"),
    "named index": ("ThrottlingException", {"index": "by-day", "reason": "KeyRangeThroughputExceeded"}, PUT,
                    "IndexWriteKeyRangeThroughputExceeded", ARN + "/index/by-day"),
    "account": ("RequestLimitExceeded", {}, PUT, "TableWriteAccountLimitExceeded", ARN),
}


class Members(TestCase):
    def test_throttling_reasons(self):
        """JavaScript's alone: Debian's boto3 is older than they are."""
        outcomes = under_faults(self, JAVASCRIPT, self.serve().url, [
            ({"error": {"type": type, **options}}, step) for type, options, step, *_ in THROTTLES.values()])
        measured = {name: outcome.error.get("ThrottlingReasons") or outcome.error.get("throttlingReasons")
                    for name, outcome in zip(THROTTLES, outcomes)}
        check_same(self, measured, {name: [{"reason": reason, "resource": resource}]
                                    for name, (*_, reason, resource) in THROTTLES.items()})

    def test_a_message_of_ones_own(self):
        for sdk in SDKS:
            for type in ("ConditionalCheckFailedException", "AccessDeniedException", "InternalServerError"):
                with self.subTest(sdk.name, type=type):
                    outcome, = under_faults(self, sdk, self.serve().url, [
                        ({"error": {"type": type, "message": "said größer"}}, GET)])
                    self.assertEqual(outcome.error["message"], "said größer")

    def test_cancellation_reasons(self):
        def check(id, **more):
            return {"ConditionCheck": {"TableName": "notes", "Key": {"id": {"S": id}},
                                       "ConditionExpression": "attribute_exists(id)", **more}}

        item = {"id": {"S": "c"}, "n": {"N": "7"}}
        transaction = {"call": "TransactWriteItems", "input": {"TransactItems": [
            check("a"), check("b"), check("c", ReturnValuesOnConditionCheckFailure="ALL_OLD"), check("d")]}}
        fault = {"error": {"type": "TransactionCanceledException", "cancellation_reasons": [
            "None", {"code": "ThrottlingError", "message": "slower"}, {"code": "ConditionalCheckFailed", "item": item}]}}
        for sdk in SDKS:
            with self.subTest(sdk.name):
                outcome, = under_faults(self, sdk, self.serve().url, [(fault, transaction)])
                reasons = outcome.error["CancellationReasons"]
                self.assertEqual([reason["Code"] for reason in reasons],
                                 ["None", "ThrottlingError", "ConditionalCheckFailed", "None"])
                self.assertEqual((reasons[1]["Message"], reasons[2]["Item"], outcome.attempts), ("slower", item, 1))


class Waits(TestCase):
    def test_javascript_waits_as_it_is_told_and_all_make_as_many_attempts_as_ever(self):
        # Without it, JavaScript waits a tenth of a second at most; from it, it takes off what has passed since.
        fault = {"error": {"type": "InternalServerError", "retry_after": "2500ms"}}
        for sdk, attempts in ((JAVASCRIPT, 4), (STANDARD, 3), (Boto3("legacy"), 10)):
            with self.subTest(sdk.name):
                outcome, = under_faults(self, sdk, self.serve().url, [(fault, GET)])
                self.assertEqual(outcome.attempts, attempts)
                if sdk is JAVASCRIPT:  # boto3 does not know the header, and its own waits are as long
                    self.assertEqual(sum(1200 < wait <= 2500 for wait in outcome.waits), 3, outcome.waits)


class Quota(TestCase):
    def test_one_client_stops_to_retry_when_its_quota_is_used_up(self):
        """500 tokens: boto3's standard mode takes 5 of them for a retry, JavaScript 14, and 5 for that of a throttle."""
        for sdk, error, attempts in (
                (STANDARD, "InternalServerError", [3] * 50 + [1] * 5),
                (STANDARD, "ThrottlingException", [3] * 50 + [1] * 5),
                (Boto3("legacy"), "InternalServerError", [10] * 55),
                (JAVASCRIPT, "InternalServerError", [4] * 11 + [3] + [1] * 43),
                (JAVASCRIPT, "ThrottlingException", [4] * 33 + [2] + [1] * 21)):
            with self.subTest(sdk.name, error=error):
                server = self.serve()
                create_table(server.url)
                admin(server.url, "PUT", "/rules", {"rules": [{"name": "r", "when": {"operation": "GetItem"},
                                                               "then": {"error": error}}]})
                outcomes = sdk.run(self, server.url, [{**GET, "client": "one", "repeat": 55}])
                self.assertEqual([outcome.attempts for outcome in outcomes], attempts)


if __name__ == "__main__":
    unittest.main()
