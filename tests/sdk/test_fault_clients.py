"""Every fault as boto3 and the AWS SDK for JavaScript take it: what it arrives as, and in how many attempts.

The numbers of attempts are what the SDKs do of themselves, in boto3's legacy and standard mode and in JavaScript's only
one; waits between attempts are cut short, decisions are not.
"""

import json
import unittest
import unittest.mock
from dataclasses import dataclass, field

import boto3
import botocore.exceptions
from botocore import xform_name
from botocore.config import Config

from support.admin import admin
from support.dynatape import TestCase
from support.javascript import run_javascript
from support.summary import summary_of
from support.wire import create_table, put


@dataclass
class Fault:
    """What a call meets whose every attempt is hit by `then`, by client: (outcome, attempts)."""
    name: str
    then: dict
    legacy: tuple
    standard: tuple
    javascript: tuple
    operation: str = "GetItem"
    options: dict = field(default_factory=dict)

    @property
    def input(self):
        if self.operation == "GetItem":
            return {"TableName": "notes", "Key": {"id": {"S": "a"}}}
        if self.operation in STREAM_INPUTS:
            return STREAM_INPUTS[self.operation]
        return {"TransactItems": [{"Delete": {"TableName": "notes", "Key": {"id": {"S": "b"}}}}]}


def retried(type, legacy=10, **more):
    """An exception that both SDKs retry until they give up."""
    return Fault(type, {"error": type}, (type, legacy), (type, 3), (type, 4), **more)


def final(type, **more):
    """An exception that no SDK retries."""
    return Fault(type, {"error": type}, (type, 1), (type, 1), (type, 1), **more)


def broken(name, then, boto="ConnectionClosedError", javascript="ECONNRESET"):
    """A network failure."""
    return Fault(name, then, (boto, 10), (boto, 3), (javascript, 4))


def same(name, then, ended="answered", attempts=1):
    """What ends the same for all."""
    return Fault(name, then, *[(ended, attempts)] * 3)


STREAM = "arn:aws:dynamodb:us-east-1:000000000000:table/notes/stream/2026-01-02T00:00:00.000"
STREAM_INPUTS = {
    "ListStreams": {},
    "DescribeStream": {"StreamArn": STREAM},
    "GetShardIterator": {"StreamArn": STREAM, "ShardId": "shardId-00000000000000000000-00000000",
                         "ShardIteratorType": "TRIM_HORIZON"},
    "GetRecords": {"ShardIterator": STREAM + "|1|x"},
}


def of_streams(type, operation, legacy=1, standard=1):
    """An exception of DynamoDB Streams, whose boto3 client has rules of its own."""
    return Fault(f"{type} of {operation}", {"error": type}, (type, legacy), (type, standard), None, operation)


FAULTS = [
    retried("ProvisionedThroughputExceededException"),
    retried("ThrottlingException"),
    retried("TransactionInProgressException", operation="TransactWriteItems"),
    retried("InternalServerError"),
    retried("RequestLimitExceeded", legacy=1),
    retried("LimitExceededException", legacy=1),
    retried("ServiceUnavailable"),
    retried("TooManyRequestsException"),
    # Its model says that it is to be retried; Debian's botocore is older than that.
    Fault("ReplicatedWriteConflictException", {"error": "ReplicatedWriteConflictException"},
          *[("ReplicatedWriteConflictException", attempts) for attempts in (1, 1, 4)]),
    final("ConditionalCheckFailedException"),
    final("TransactionConflictException"),
    final("ValidationException"),
    final("AccessDeniedException"),
    final("ResourceInUseException"),
    final("ResourceNotFoundException"),
    final("IdempotentParameterMismatchException", operation="TransactWriteItems"),
    final("ItemCollectionSizeLimitExceededException"),
    final("ExpiredTokenException"),
    final("UnrecognizedClientException"),
    final("TransactionCanceledException", operation="TransactWriteItems"),
    *map(final, (
        "BackupInUseException", "BackupNotFoundException", "ContinuousBackupsUnavailableException",
        "DuplicateItemException", "ExportConflictException", "ExportNotFoundException",
        "GlobalTableAlreadyExistsException", "GlobalTableNotFoundException", "ImportConflictException",
        "ImportNotFoundException", "IndexNotFoundException", "InvalidEndpointException",
        "InvalidExportTimeException", "InvalidRestoreTimeException", "PointInTimeRecoveryUnavailableException",
        "PolicyNotFoundException", "ReplicaAlreadyExistsException", "ReplicaNotFoundException",
        "TableAlreadyExistsException", "TableInUseException", "TableNotFoundException",
        "IncompleteSignatureException", "InvalidSignatureException", "MissingAuthenticationTokenException",
        "SerializationException", "UnknownOperationException")),
    retried("InternalFailure"),
    same("latency", {"latency": "5ms"}),
    same("slow_upload", {"slow_upload": {"bytes_per_second": 20000}}),
    same("dribble", {"dribble": {"bytes": 64, "every": "1ms"}}),
    same("bandwidth", {"bandwidth": {"bytes_per_second": 20000}}),
    same("applied_twice", {"applied_twice": {}}),
    same("clock_skew", {"clock_skew": {"behind": "1m"}}),
    same("late answer", {"hang": {"for": "20ms", "ending": "answer"}}),
    same("reset after", {"reset": {"at": "after"}}),
    same("close after", {"close": {"at": "after"}}),
    broken("reset", {"reset": {}}),
    broken("close", {"close": {}}),
    broken("cut_upload", {"cut_upload": {}}),
    broken("cut_upload closing", {"cut_upload": {"at": "before", "ending": "close"}}),
    broken("lost_request", {"lost_request": {}}),
    broken("lost_answer", {"lost_answer": {"ending": "close"}}),
    broken("hang", {"hang": {"for": "5ms"}}),
    broken("unapplied hang", {"hang": {"for": "5ms", "applied": False, "ending": "close"}}),
    # To boto3 half of an answer is one with a wrong checksum, and once that is ignored an empty one.
    Fault("truncate", {"truncate": {}}, ("ChecksumError", 10), ("empty", 3), ("ECONNRESET", 4)),
    # Standard mode gives up checking with its last attempt; JavaScript never checks.
    Fault("wrong_crc32", {"wrong_crc32": {}}, ("ChecksumError", 10), ("answered", 3), ("answered", 1)),
    # boto3 takes what is no JSON for an empty success.
    Fault("malformed_json", {"malformed_json": {}}, ("empty", 1), ("empty", 1), ("SyntaxError", 1)),
    Fault("malformed_json text", {"malformed_json": {"as": "text"}}, ("empty", 1), ("empty", 1), ("SyntaxError", 1)),
    same("malformed_json empty", {"malformed_json": {"as": "empty"}}, "empty"),
    same("wrong_encoding", {"wrong_encoding": {}}),  # neither looks at it
    Fault("bad_gateway", {"bad_gateway": {}}, ("502", 10), ("502", 3), ("SyntaxError", 4)),
    # JavaScript sets its clock by the answer, and tries again as long as that changes it.
    Fault("signature expired", {"clock_skew": {"ahead": "10m", "refuses": True}},
          *[("InvalidSignatureException", attempts) for attempts in (1, 1, 4)]),
    Fault("signature not yet current", {"clock_skew": {"behind": "10m", "refuses": True}},
          *[("InvalidSignatureException", attempts) for attempts in (1, 1, 2)]),
]


# The retries of DynamoDB's own client in legacy mode, ten attempts, are not those of this one.
STREAMS_FAULTS = [
    *(of_streams(type, "GetRecords") for type in (
        "ExpiredIteratorException", "TrimmedDataAccessException", "ResourceNotFoundException")),
    *(of_streams(type, "GetShardIterator") for type in ("TrimmedDataAccessException", "ResourceNotFoundException")),
    of_streams("LimitExceededException", "GetRecords", standard=3),
    *(of_streams("InternalServerError", operation, legacy=5, standard=3) for operation in STREAM_INPUTS),
    of_streams("ThrottlingException", "DescribeStream", legacy=5, standard=3),
    of_streams("ProvisionedThroughputExceededException", "GetRecords", legacy=5, standard=3),
    of_streams("ExpiredTokenException", "ListStreams"),
]


class Boto3(TestCase):
    maxDiff = None

    def setUp(self):
        super().setUp()
        self.server = self.serve()
        create_table(self.server.url)
        put(self.server.url, "a", text="x" * 2000)
        self.session = boto3.session.Session()
        patched = unittest.mock.patch("botocore.endpoint.time.sleep")
        patched.start()
        self.addCleanup(patched.stop)

    def client(self, mode, service="dynamodb"):
        return self.session.client(
            service, region_name="us-east-1", aws_access_key_id="AKIDEXAMPLE", aws_secret_access_key="y",
            endpoint_url=self.server.url, config=Config(retries={"mode": mode}, read_timeout=20))

    def outcome(self, fault, mode):
        rule = f"{fault.name}, {mode}"  # its counts outlive it
        admin(self.server.url, "PUT", "/rules", {
            "rules": [{"name": rule, "when": {"operation": fault.operation}, "then": fault.then}]})
        # Its own client: a retry quota would be used up else.
        client = self.client(mode, "dynamodbstreams" if fault.operation in STREAM_INPUTS else "dynamodb")
        call = getattr(client, xform_name(fault.operation))
        try:
            ended = "answered" if call(**fault.input).get("Item") else "empty"
        except botocore.exceptions.ClientError as error:
            ended = error.response["Error"]["Code"]
        except Exception as error:  # whatever the SDK lets through
            ended = type(error).__name__
        client.close()
        counts = {one["rule"]: one for one in admin(self.server.url, "GET", "/rules")["counts"]}
        return ended, counts[rule]["planned"]

    def test_every_fault_in_both_modes(self):
        for mode in ("legacy", "standard"):
            faults = FAULTS + STREAMS_FAULTS
            measured = {fault.name: self.outcome(fault, mode) for fault in faults}
            self.assertEqual(measured, {fault.name: getattr(fault, mode) for fault in faults}, mode)

    def test_exceptions_of_streams_are_typed(self):
        client = self.client("standard", "dynamodbstreams")
        for type in ("ExpiredIteratorException", "TrimmedDataAccessException", "LimitExceededException"):
            admin(self.server.url, "PUT", "/rules", {"rules": [{"name": type, "then": {"error": type}}]})
            with self.assertRaises(getattr(client.exceptions, type)):
                client.get_records(**STREAM_INPUTS["GetRecords"])


class JavaScript(TestCase):
    maxDiff = None

    def test_every_fault(self):
        server = self.serve()
        create_table(server.url)
        put(server.url, "a", text="x" * 2000)
        cases = [{"name": fault.name, "then": fault.then, "operation": fault.operation, "input": fault.input}
                 for fault in FAULTS]
        ended = run_javascript(self, "faults.mjs", server.url, json.dumps(cases))
        measured = {name: (one.get("code") or one["ended"], one["attempts"]) for name, one in ended.items()}
        self.assertEqual(measured, {fault.name: fault.javascript for fault in FAULTS})


class Counter(TestCase):
    """ADD, its conditional twin, and its twin with a token, when the first attempt's answer is lost."""

    KEY = {"TableName": "notes", "Key": {"id": {"S": "counter"}}}

    def counted(self, call):
        """Has `call` increment a counter at 0 whose first answer is lost; returns its value and the summary."""
        rules = {"rules": [{"name": "lost", "when": {"attempt": 1, "operation": ["UpdateItem", "TransactWriteItems"]},
                            "then": {"lost_answer": {}}, "times": 1}]}
        server = self.serve("--rules", self.write("rules.json", json.dumps(rules)))
        create_table(server.url)
        client = boto3.session.Session().client(
            "dynamodb", region_name="us-east-1", aws_access_key_id="AKIDEXAMPLE", aws_secret_access_key="y",
            endpoint_url=server.url, config=Config(retries={"mode": "standard"}))
        client.put_item(TableName="notes", Item={"id": {"S": "counter"}, "n": {"N": "0"}})
        with unittest.mock.patch("botocore.endpoint.time.sleep"):
            try:
                call(client)
            except client.exceptions.ConditionalCheckFailedException:
                pass  # as a client sees the refusal of what it has done itself
        value = client.get_item(**self.KEY)["Item"]["n"]["N"]
        client.close()
        errors = self.stop(server)
        self.assertEqual((summary_of(errors)["planned"], summary_of(errors)["delivered"]), (1, 1))
        return value, [line.split("lost: ", 2)[-1] for line in errors.splitlines() if "answers lost" in line]

    def test_a_plain_add_counts_twice(self):
        value, told = self.counted(lambda client: client.update_item(
            **self.KEY, UpdateExpression="ADD n :one", ExpressionAttributeValues={":one": {"N": "1"}}))
        self.assertEqual(value, "2")
        self.assertEqual(told, ["UpdateItem on notes: 1 was applied although its answer was lost; "
                                "1 retry was applied again"])

    def test_a_condition_refuses_the_retry(self):
        value, told = self.counted(lambda client: client.update_item(
            **self.KEY, UpdateExpression="SET n = n + :one", ConditionExpression="n = :expected",
            ExpressionAttributeValues={":one": {"N": "1"}, ":expected": {"N": "0"}}))
        self.assertEqual(value, "1")
        self.assertEqual(told, ["UpdateItem on notes: 1 was applied although its answer was lost; "
                                "1 retry was refused (ConditionalCheckFailedException)"])

    def test_a_token_absorbs_the_retry(self):
        value, told = self.counted(lambda client: client.transact_write_items(TransactItems=[
            {"Update": {**self.KEY, "UpdateExpression": "ADD n :one",
                        "ExpressionAttributeValues": {":one": {"N": "1"}}}}]))
        self.assertEqual(value, "1")
        self.assertEqual(told, ["TransactWriteItems on notes: 1 was applied although its answer was lost; "
                                "1 retry was absorbed by its token"])


if __name__ == "__main__":
    unittest.main()
