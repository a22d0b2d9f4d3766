"""Every exception that an SDK's model gives to an operation, injected into that operation: it arrives as its own class,
in as many attempts as that SDK makes of it."""

import re
import unittest

import boto3

from support.dynatape import TestCase
from support.faults import check_same, under_faults
from support.sdks import JAVASCRIPT, STANDARD
from support.upstreams import HERE

# Attempts; what is not here is not retried.
RETRIED = {
    STANDARD: dict.fromkeys((
        "InternalServerError", "LimitExceededException", "ProvisionedThroughputExceededException",
        "RequestLimitExceeded", "ThrottlingException", "TransactionInProgressException"), 3),
    JAVASCRIPT: dict.fromkeys((
        "InternalServerError", "LimitExceededException", "ProvisionedThroughputExceededException",
        "ReplicatedWriteConflictException", "RequestLimitExceeded", "ThrottlingException",
        "TransactionInProgressException"), 4),
}
DELETION = {"TableName": "notes", "Key": {"id": {"S": "a"}}}
# A TransactionCanceledException needs items to be about.
INPUTS = {"TransactWriteItems": {"input": {"TransactItems": [{"Delete": DELETION}]}},
          "TransactGetItems": {"input": {"TransactItems": [{"Get": DELETION}]}},
          "ExecuteTransaction": {"input": {"TransactStatements": [{"Statement": "DELETE FROM notes WHERE id = 'a'"}]}}}


def of_boto3():
    """(service, operation, exception) for all that boto3's models have."""
    session = boto3.session.Session()._session
    for service, name in (("dynamodb", "dynamodb"), ("streams", "dynamodbstreams")):
        model = session.get_service_model(name)
        for operation in model.operation_names:
            for shape in model.operation_model(operation).error_shapes:
                yield service, operation, shape.name


def of_javascript():
    """The same for JavaScript, whose model is in the comments of its types."""
    for service, package in (("dynamodb", "client-dynamodb"), ("streams", "client-dynamodb-streams")):
        for file in sorted((HERE / "node_modules" / "@aws-sdk" / package / "dist-types" / "commands").glob("*Command.d.ts")):
            for name in re.findall(r"@throws \{@link (\w+)\} \((?:client|server) fault\)", file.read_text()):
                yield service, file.name.removesuffix("Command.d.ts"), name


class ModelledExceptions(TestCase):
    def check(self, sdk, cases, least):
        cases = list(cases)
        self.assertGreaterEqual(len(cases), least)
        # A client for each operation: one for all would use up its retry quota.
        outcomes = under_faults(self, sdk, self.serve().url, [
            ({"error": exception}, {"call": operation, "service": service, "client": f"{service} {operation}",
                                    **INPUTS.get(operation, {})}) for service, operation, exception in cases])
        check_same(self, {case: (one.ended, one.type, one.attempts) for case, one in zip(cases, outcomes)},
                   {case: (case[2], case[2], RETRIED[sdk].get(case[2], 1)) for case in cases})

    def test_boto3(self):
        self.check(STANDARD, of_boto3(), 200)

    def test_javascript(self):
        self.check(JAVASCRIPT, of_javascript(), 250)


if __name__ == "__main__":
    unittest.main()
