"""Faults one by one, each on a call of its own."""

import time

from support.admin import admin

PATIENCE_SECONDS = 5  # in which the last fault must have ended as delivered


def under_faults(test, sdk, url, cases):
    """Makes the call of each (then, step) under that fault alone, in all its attempts; returns their outcomes.

    What was planned and delivered must be as many faults as the SDK says that it has made attempts.
    """
    named = [f"{number}: {step['call']}" for number, (_, step) in enumerate(cases)]
    rules = [{"name": name, "when": {"header": {"x-case": name}}, "then": then}
             for name, (then, _) in zip(named, cases)]
    admin(url, "PUT", "/rules", {"rules": rules})
    outcomes = sdk.run(test, url, [{**step, "case": name} for name, (_, step) in zip(named, cases)])
    expected = {name: (outcome.attempts, outcome.attempts) for name, outcome in zip(named, outcomes)}
    until = time.monotonic() + PATIENCE_SECONDS
    while (counts := _counts(url, expected)) != expected and time.monotonic() < until:
        pass
    check_same(test, counts, expected)
    return outcomes


def check_same(test, measured, expected):
    """Like assertEqual for long dicts, whose difference takes unittest minutes: names what differs alone."""
    differing = {name for name in measured.keys() | expected.keys() if measured.get(name) != expected.get(name)}
    test.assertEqual({name: measured.get(name) for name in differing}, {name: expected.get(name) for name in differing})


def _counts(url, names):
    """By name of a rule: how many of its faults were planned, and how many delivered."""
    return {one["rule"]: (one["planned"], one["delivered"])
            for one in admin(url, "GET", "/rules")["counts"] if one["rule"] in names}
