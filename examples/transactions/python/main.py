"""Run the transaction scenario and check every result; the exit status says whether all was right."""

import os
import sys
from decimal import Decimal

import boto3

from transactions import AlreadyExists, NotFound, Transaction, Transactions

ALICE = [
    Transaction("alice", "t-001", Decimal("12.5"), "coffee beans", "2026-01-02T09:30:00Z"),
    Transaction("alice", "t-002", Decimal("1999"), "a bicycle", "2026-01-03T16:05:00Z"),
    Transaction("alice", "t-003", Decimal("0.99"), "a song", "2026-01-04T20:45:00Z"),
]
BOB = [Transaction("bob", "t-001", Decimal("-7.25"), "a returned book", "2026-01-02T11:00:00Z")]


class Wrong(Exception):
    """A result is not what it must be."""


def expect(what, got, wanted):
    if got != wanted:
        raise Wrong(f"{what}: got {got!r}, wanted {wanted!r}")


def expect_raises(what, error, action):
    try:
        got = action()
    except error:
        return
    raise Wrong(f"{what}: got {got!r}, wanted {error.__name__}")


class Traffic:
    """Counts what the SDK does under the repository: calls, and attempts beyond each call's first."""

    def __init__(self, client):
        self.calls = 0
        self.retries = 0
        client.meta.events.register("after-call.dynamodb.*", self._after_call)

    def _after_call(self, parsed, **_):
        self.calls += 1
        self.retries += parsed["ResponseMetadata"].get("RetryAttempts", 0)


def run_scenario(transactions):
    transactions.create_table()
    for transaction in ALICE + BOB:
        transactions.add(transaction)
    expect("get alice/t-002", transactions.get("alice", "t-002"), ALICE[1])
    expect("list alice", transactions.list("alice"), ALICE)
    expect("list bob", transactions.list("bob"), BOB)
    expect("list carol", transactions.list("carol"), [])
    expect_raises("get alice/t-999", NotFound, lambda: transactions.get("alice", "t-999"))
    expect_raises("add alice/t-001 again", AlreadyExists, lambda: transactions.add(ALICE[0]))
    transactions.drop_table()


def main():
    # boto3 reads AWS_ENDPOINT_URL_DYNAMODB by itself from 1.28 on, and AWS_REGION never.
    dynamodb = boto3.resource("dynamodb", endpoint_url=os.environ.get("AWS_ENDPOINT_URL_DYNAMODB"),
                              region_name=os.environ.get("AWS_REGION"))
    traffic = Traffic(dynamodb.meta.client)
    try:
        run_scenario(Transactions(dynamodb, page_size=2))
    except Wrong as wrong:
        print(f"python: WRONG: {wrong}", file=sys.stderr)
        return 1
    print("python: 4 added, 1 read, 3 lists, 1 not found, 1 duplicate refused: all as expected"
          f" ({traffic.calls} calls, {traffic.retries} retried attempts)")
    return 0


if __name__ == "__main__":
    sys.exit(main())
