"""The same calls through each SDK, and how each of them ended.

A step is a call or a request to the admin API:

    {"call": "GetItem", "input": {...},    input: without it, {}, which no SDK checks then
     "service": "streams",                 else DynamoDB itself
     "client": "name",                     made once and used again; else the step has one of its own
     "attempts": 1, "limitMs": 200,        of its client; else the SDK's own number, and no limit that matters
     "case": "name",                       sent as the header x-case
     "repeat": 20,                         so many calls one after the other
     "again": ["UnprocessedItems", "RequestItems"],
                                           then again while the answer has the first, with that as the second
     "pages": True}                        with the SDK's paginator; the answer is {"pages": [answer, ...]}
    {"admin": ["POST", "/clock", {"advance": "1s"}]}
"""

import json
import subprocess
import threading
import unittest.mock
from dataclasses import dataclass, field

import boto3
import botocore.exceptions
from botocore import xform_name
from botocore.config import Config

from support.admin import admin
from support.dynatape import environment
from support.javascript import SCRIPTS

ACCESS_KEY = "AKIDEXAMPLE"  # the account of support.wire
ANSWERED = "answered"


@dataclass
class Outcome:
    ended: str  # ANSWERED, the exception's name as the service has it, or how the network failed
    attempts: int
    type: str | None = None  # the exception's class; None where the SDK has none of its own for it
    answer: dict | None = None
    error: dict = field(default_factory=dict)  # the exception's members
    status: int | None = None  # of an exception's answer
    waits: list = field(default_factory=list)  # in milliseconds, between attempts and otherwise


class JavaScript:
    name = "javascript"

    def run(self, test, url, steps):
        """The outcomes of all calls in order, in the account ACCESS_KEY."""
        ended = subprocess.run(
            ["node", str(SCRIPTS / "calls.mjs")], env=environment(), capture_output=True, text=True, timeout=60,
            input=json.dumps({"url": url, "accessKeyId": ACCESS_KEY, "steps": steps}))
        test.assertEqual(ended.returncode, 0, ended.stderr)
        return [Outcome(**outcome) for outcome in json.loads(ended.stdout)]


class Boto3:
    def __init__(self, mode):
        self.name = self._mode = mode
        self._own = threading.local()  # a session is not to be shared between threads, and costly to make

    def run(self, test, url, steps):
        if not hasattr(self._own, "session"):
            self._own.session = boto3.session.Session()
        shared = {}
        outcomes = []
        for step in steps:
            if "admin" in step:
                admin(url, *step["admin"])
                continue
            name = step.get("client")
            client = shared.get(name) or self._client(url, step)
            if name:
                shared[name] = client
            for _ in range(step.get("repeat", 1)):
                outcomes += _outcomes(client, step)
            if not name:
                client.close()
        for client in shared.values():
            client.close()
        return outcomes

    def _client(self, url, step):
        retries = {"mode": self._mode}
        if "attempts" in step:
            retries["total_max_attempts"] = step["attempts"]
        config = Config(retries=retries, parameter_validation="input" in step,
                        read_timeout=step.get("limitMs", 20_000) / 1000)
        service = "dynamodbstreams" if step.get("service") == "streams" else "dynamodb"
        return self._own.session.client(service, endpoint_url=url, config=config, region_name="us-east-1",
                                        aws_access_key_id=ACCESS_KEY, aws_secret_access_key="y")


def _outcomes(client, step):
    """Of one call, or of that and those that carry on from its answer."""
    outcomes = [_outcome(client, step)]
    if "again" in step:
        left, parameter = step["again"]
        while (outcomes[-1].answer or {}).get(left):
            outcomes.append(_outcome(client, {**step, "input": {**step["input"], parameter: outcomes[-1].answer[left]}}))
    return outcomes


def _outcome(client, step):
    sent = []

    def before_send(request, **_):
        sent.append(request)

    def before_call(params, **_):
        params["headers"]["x-case"] = step.get("case", "")

    client.meta.events.register("before-send", before_send)
    client.meta.events.register("before-call", before_call)
    with unittest.mock.patch("botocore.endpoint.time.sleep") as sleep:
        call = xform_name(step["call"])
        outcome = _ended(_pages(client, call) if step.get("pages") else getattr(client, call), step.get("input", {}))
    client.meta.events.unregister("before-send", before_send)
    client.meta.events.unregister("before-call", before_call)
    outcome.attempts = len(sent)
    outcome.waits = [1000 * call.args[0] for call in sleep.call_args_list]
    return outcome


def _pages(client, call):
    def all_pages(**arguments):
        pages = list(client.get_paginator(call).paginate(**arguments))
        for page in pages:
            page.pop("ResponseMetadata")
        return {"pages": pages}

    return all_pages


def _ended(call, arguments):
    try:
        answer = call(**arguments)
        answer.pop("ResponseMetadata", None)
        return Outcome(ANSWERED, 0, answer=answer)
    except botocore.exceptions.ClientError as error:
        members = {"message": error.response["Error"]["Message"], **error.response}
        own = type(error) is not botocore.exceptions.ClientError
        return Outcome(error.response["Error"]["Code"], 0, type=type(error).__name__ if own else None, error=members,
                       status=error.response["ResponseMetadata"]["HTTPStatusCode"])
    except Exception as error:  # whatever the SDK lets through
        return Outcome(type(error).__name__, 0)


STANDARD = Boto3("standard")
JAVASCRIPT = JavaScript()
SDKS = (STANDARD, JAVASCRIPT)
