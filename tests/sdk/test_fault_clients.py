"""Every fault of a single call as boto3 and the AWS SDK for JavaScript take it: what it arrives as, and in how many
attempts. Those that need several calls are in the files that ELSEWHERE names.

The numbers of attempts are what the SDKs do of themselves, in boto3's legacy and standard mode and in JavaScript's only
one; waits between attempts are cut short, decisions are not.
"""

import re
import unittest
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from support.admin import admin
from support.dynatape import ROOT, TestCase, run
from support.faults import check_same, under_faults
from support.hook import Hook
from support.sdks import ANSWERED, JAVASCRIPT, STANDARD, Boto3
from support.wire import create_table, put

ELSEWHERE = {
    "test_state_faults": {"unprocessed", "short_page", "stale", "index_lag", "hold"},
    "test_capacity": {"capacity"},
    "test_hooks": {"hook"},
    "test_upload_faults": {"no_continue", "slow_accept"},
}
STREAM = "arn:aws:dynamodb:us-east-1:000000000000:table/notes/stream/2026-01-02T00:00:00.000"
STREAM_INPUTS = {
    "ListStreams": {},
    "DescribeStream": {"StreamArn": STREAM},
    "GetShardIterator": {"StreamArn": STREAM, "ShardId": "shardId-00000000000000000000-00000000",
                         "ShardIteratorType": "TRIM_HORIZON"},
    "GetRecords": {"ShardIterator": STREAM + "|1|x"},
}
INPUTS = {
    "GetItem": {"TableName": "notes", "Key": {"id": {"S": "a"}}},
    "TransactWriteItems": {"TransactItems": [{"Delete": {"TableName": "notes", "Key": {"id": {"S": "b"}}}}]},
    **STREAM_INPUTS,
}


@dataclass
class Fault:
    """What a call meets whose every attempt is hit by `then`, by client: (outcome, attempts)."""
    name: str
    then: dict
    legacy: tuple
    standard: tuple
    javascript: tuple
    operation: str = "GetItem"
    client: dict = field(default_factory=dict)  # what its step says of the client

    @property
    def step(self):
        service = "streams" if self.operation in STREAM_INPUTS else "dynamodb"
        return {"call": self.operation, "input": INPUTS[self.operation], "service": service, **self.client}


def retried(type, legacy=10, name=None, then=None, **more):
    """An exception that both SDKs retry until they give up."""
    return Fault(name or type, then or {"error": type}, (type, legacy), (type, 3), (type, 4), **more)


def final(type, name=None, then=None, **more):
    """An exception that no SDK retries."""
    return Fault(name or type, then or {"error": type}, *[(type, 1)] * 3, **more)


def broken(name, then, boto="ConnectionClosedError", javascript="ECONNRESET", **more):
    """A network failure."""
    return Fault(name, then, (boto, 10), (boto, 3), (javascript, 4), **more)


def silent(name, then, javascript):
    """What a client waits for in vain."""
    return broken(name, then, "ReadTimeoutError", javascript, client={"limitMs": 100})


def same(name, then, ended=ANSWERED, attempts=1, **more):
    """What ends the same for all."""
    return Fault(name, then, *[(ended, attempts)] * 3, **more)


def of_streams(type, operation, *attempts, then=None):
    """What DynamoDB Streams meets, whose boto3 client has rules of its own: other attempts than DynamoDB's."""
    boto, javascript = (type, type) if then is None else ("ConnectionClosedError", "ECONNRESET")
    legacy, standard, js = attempts or (1, 1, 1)
    return Fault(f"{type} of {operation}", then or {"error": type}, (boto, legacy), (boto, standard), (javascript, js),
                 operation)


def canceled(*codes):
    return final("TransactionCanceledException", f"canceled by {codes}", operation="TransactWriteItems", then={
        "error": {"type": "TransactionCanceledException", "cancellation_reasons": [*codes]}})


# By client, as what breaks off in the head, and in the body.
CUT_HEAD = ("ConnectionClosedError", 10), ("ConnectionClosedError", 3), ("ECONNRESET", 4)
CUT_BODY = ("ChecksumError", 10), ("empty", 3), ("ECONNRESET", 4)

FAULTS = [
    retried("ProvisionedThroughputExceededException"),
    retried("ThrottlingException"),
    retried("TransactionInProgressException", operation="TransactWriteItems"),
    retried("InternalServerError"),
    retried("RequestLimitExceeded", legacy=1),
    retried("LimitExceededException", legacy=1),
    retried("ServiceUnavailable"),
    retried("TooManyRequestsException"),
    retried("ServiceUnavailable", name="lost request, as 503", then={"lost_request": {"ending": "ServiceUnavailable"}}),
    retried("InternalServerError", name="lost answer, as 500", then={"lost_answer": {"ending": "InternalServerError"}}),
    retried("ValidationException", name="status 500", then={"error": {"type": "ValidationException", "status": 500}}),
    # Its model says that it is to be retried; Debian's botocore is older than that.
    Fault("ReplicatedWriteConflictException", {"error": "ReplicatedWriteConflictException"},
          *[("ReplicatedWriteConflictException", attempts) for attempts in (1, 1, 4)]),
    Fault("ReplicatedWriteConflictException, 409", {"error": {"type": "ReplicatedWriteConflictException", "status": 409}},
          *[("ReplicatedWriteConflictException", attempts) for attempts in (1, 1, 4)]),
    final("ConditionalCheckFailedException"),
    final("TransactionConflictException"),
    final("ValidationException"),
    final("ValidationException", "status 413", {"error": {"type": "ValidationException", "status": 413}}),
    final("AccessDeniedException"),
    final("ResourceInUseException"),
    final("ResourceNotFoundException"),
    final("IdempotentParameterMismatchException", operation="TransactWriteItems"),
    final("ItemCollectionSizeLimitExceededException"),
    final("ExpiredTokenException"),
    final("UnrecognizedClientException"),
    final("TransactionCanceledException", operation="TransactWriteItems"),
    *map(canceled, ("ConditionalCheckFailed", "DuplicateItem", "ItemCollectionSizeLimitExceeded",
                    "ProvisionedThroughputExceeded", "ThrottlingError", "TransactionConflict", "ValidationError")),
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
    same("latency, spread", {"latency": {"uniform": {"min": "1ms", "max": "5ms"}}}),
    same("latency, normal", {"latency": {"normal": {"mean": "3ms", "stddev": "1ms"}}}),
    same("latency, lognormal", {"latency": {"lognormal": {"p50": "2ms", "p99": "20ms"}}}),
    same("slow_upload", {"slow_upload": {"bytes_per_second": 20000}}),
    same("dribble", {"dribble": {"bytes": 64, "every": "1ms"}}),
    same("bandwidth", {"bandwidth": {"bytes_per_second": 20000}}),
    same("applied_twice", {"applied_twice": {}}),
    same("applied_twice, second answer", {"applied_twice": {"answer": "second"}}),
    same("clock_skew", {"clock_skew": {"behind": "1m"}}),
    same("clock_skew, far ahead", {"clock_skew": {"ahead": "24h"}}),
    same("late answer", {"hang": {"for": "20ms", "ending": "answer"}}),
    same("reset after", {"reset": {"at": "after"}}),
    same("close after", {"close": {"at": "after"}}),
    broken("reset", {"reset": {}}),
    broken("reset in the head", {"reset": {"at": 10}}),
    broken("reset in the body", {"reset": {"at": "99%"}}),
    broken("truncate, resetting", {"truncate": {"ending": "reset"}}),
    broken("close", {"close": {}}),
    broken("close in the head", {"close": {"at": 10}}),
    broken("cut_upload", {"cut_upload": {}}),
    broken("cut_upload closing", {"cut_upload": {"at": "before", "ending": "close"}}),
    broken("lost_request", {"lost_request": {}}),
    broken("lost_answer", {"lost_answer": {"ending": "close"}}),
    broken("hang", {"hang": {"for": "5ms"}}),
    broken("unapplied hang", {"hang": {"for": "5ms", "applied": False, "ending": "close"}}),
    silent("hang beyond the limit", {"hang": {"for": "300ms", "ending": "answer"}}, "ETIMEDOUT"),
    # To boto3 half of an answer is one with a wrong checksum, and once that is ignored an empty one.
    Fault("truncate", {"truncate": {}}, ("ChecksumError", 10), ("empty", 3), ("ECONNRESET", 4)),
    Fault("truncate in the head", {"truncate": {"at": 10}}, *CUT_HEAD),
    Fault("close in the body", {"close": {"at": "99%"}}, *CUT_BODY),
    silent("truncate, hanging", {"truncate": {"ending": "hang"}}, "TimeoutError"),
    # Standard mode gives up checking with its last attempt; JavaScript never checks.
    Fault("wrong_crc32", {"wrong_crc32": {}}, ("ChecksumError", 10), ("answered", 3), ("answered", 1)),
    # boto3 takes what is no JSON for an empty success.
    Fault("malformed_json", {"malformed_json": {}}, ("empty", 1), ("empty", 1), ("SyntaxError", 1)),
    Fault("malformed_json text", {"malformed_json": {"as": "text"}}, ("empty", 1), ("empty", 1), ("SyntaxError", 1)),
    same("malformed_json empty", {"malformed_json": {"as": "empty"}}, "empty"),
    # Neither looks at it.
    *(same(f"wrong_encoding {claims}", {"wrong_encoding": {"claims": claims}})
      for claims in ("gzip", "deflate", "br", "zstd")),
    Fault("bad_gateway", {"bad_gateway": {}}, ("502", 10), ("502", 3), ("SyntaxError", 4)),
    *(Fault(f"bad_gateway {status}", {"bad_gateway": {"status": status}}, (str(status), 10), (str(status), 3),
            ("SyntaxError", 4)) for status in (500, 503, 504)),
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
    of_streams("LimitExceededException", "GetRecords", 1, 3, 4),
    *(of_streams("InternalServerError", operation, 5, 3, 4) for operation in STREAM_INPUTS),
    of_streams("ThrottlingException", "DescribeStream", 5, 3, 4),
    of_streams("ProvisionedThroughputExceededException", "GetRecords", 5, 3, 4),
    of_streams("ExpiredTokenException", "ListStreams"),
    of_streams("reset", "GetRecords", 5, 3, 4, then={"reset": {}}),
]


class FaultClients(TestCase):
    def check(self, sdk):
        server = self.serve()
        create_table(server.url)
        put(server.url, "a", text="x" * 2000)
        faults = FAULTS + STREAMS_FAULTS
        # Its own client for each: a retry quota would be used up else.
        outcomes = under_faults(self, sdk, server.url, [(fault.then, fault.step) for fault in faults])
        measured = {fault.name: (ended(outcome), outcome.attempts) for fault, outcome in zip(faults, outcomes)}
        check_same(self, measured, {fault.name: getattr(fault, sdk.name) for fault in faults})

    def test_boto3_in_legacy_mode(self):
        self.check(Boto3("legacy"))

    def test_boto3_in_standard_mode(self):
        self.check(STANDARD)

    def test_javascript(self):
        self.check(JAVASCRIPT)


def ended(outcome):
    """How it ended; "empty" for an answer without the item."""
    return "empty" if outcome.ended == ANSWERED and "Item" not in outcome.answer else outcome.ended


class WrongDate(TestCase):
    def test_javascript_signs_by_the_clock_of_the_answer_and_boto3_by_its_own(self):
        for sdk, hours in ((JAVASCRIPT, 24), (STANDARD, 0)):
            with self.subTest(sdk.name), Hook(lambda question: {}) as hook:
                server = self.serve()
                admin(server.url, "PUT", "/rules", {"rules": [
                    {"name": "skew", "when": {"nth": 1}, "then": {"clock_skew": {"ahead": "24h"}}},
                    {"name": "look", "then": {"hook": hook.url}}]})
                sdk.run(self, server.url, [{"call": "ListTables", "client": "one", "repeat": 2}])
                first, second = (datetime.strptime(question["headers"]["x-amz-date"], "%Y%m%dT%H%M%SZ")
                                 for question in hook.questions)
                self.assertEqual(round((second - first) / timedelta(hours=1)), hours)


class Completeness(TestCase):
    def test_no_interceptor_is_forgotten(self):
        listed = run("rules", "list").stdout
        listed = listed[listed.index("\nlatency: "):listed.index("\naccess_log: ")]
        known = set(re.findall(r"^(\w+): ", listed, re.MULTILINE))
        here = {name for fault in FAULTS for name in fault.then}
        self.assertEqual(known, here.union(*ELSEWHERE.values()))

    def test_no_exception_is_forgotten(self):
        table = (ROOT / "interceptors" / "exception_table.cc").read_text()
        known = re.findall(r'^    \{"(\w+)", k\w+, \d+, ', table, re.MULTILINE)
        self.assertGreater(len(known), 45)
        here = {fault.then["error"] for fault in FAULTS + STREAMS_FAULTS if isinstance(fault.then.get("error"), str)}
        self.assertEqual(set(known), here)


if __name__ == "__main__":
    unittest.main()
