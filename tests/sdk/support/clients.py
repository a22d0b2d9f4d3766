"""The real clients: the transaction programs of examples/, and boto3 inside the test."""

import fcntl
import json
import os
import pathlib
import subprocess
import sys

from support.dynatape import ROOT, environment

PROGRAMS = ROOT / "examples" / "transactions"
ORDERS = ROOT / "tests" / "sdk" / "programs" / "orders"
PYTHON = "/usr/bin/python3"  # Debian's: another python3 before it in PATH has no boto3

try:
    import boto3
    from botocore.config import Config
except ImportError:
    sys.exit("boto3 is missing: ./dev setup installs it")


def program(language):
    """The command that runs the transaction scenario in `language`."""
    if language == "python":
        return [PYTHON, str(PROGRAMS / "python" / "main.py")]
    if language == "javascript":
        if not (PROGRAMS / "javascript" / "node_modules" / "@aws-sdk").is_dir():
            raise RuntimeError("the AWS SDK for JavaScript is missing: ./dev setup installs it")
        return ["node", str(PROGRAMS / "javascript" / "main.js")]
    return [_go_binary("transactions-go", PROGRAMS / "go")]


def orders(language):
    """The command that runs the shop of programs/orders, whose keys and times are another in every run."""
    if language == "python":
        return [PYTHON, str(ORDERS / "orders.py")]
    if language == "javascript":
        return ["node", str(ORDERS / "orders.mjs")]
    return [_go_binary("orders-go", ORDERS / "go")]


def run_sessions_go(test, url, *arguments):
    """Run programs/sessions in Go; returns the JSON it prints."""
    ended = subprocess.run([_go_binary("sessions-go", ROOT / "tests" / "sdk" / "programs" / "sessions"), *arguments],
                           env=environment(DYNATAPE_URL=url), capture_output=True, text=True, timeout=120)
    test.assertEqual(ended.returncode, 0, ended.stderr)
    return json.loads(ended.stdout)


def _go_binary(name, source):
    """Build a Go program where the test binaries are; the first test to need it builds, others wait."""
    folder = pathlib.Path(os.environ.get("DYNATAPE_TEST_FOLDER", ROOT / "build" / "tests" / "sdk"))
    folder.mkdir(parents=True, exist_ok=True)
    binary = folder / name
    with open(folder / f"{name}.lock", "w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        built = subprocess.run(
            ["go", "build", "-o", str(binary), "."], cwd=source, capture_output=True, text=True,
            env=environment(GO111MODULE="off", GOPATH="/usr/share/gocode", GOFLAGS=""))
    if built.returncode:
        raise RuntimeError(f"the Go program does not build; ./dev setup installs what it needs\n{built.stderr}")
    return str(binary)


def dynamodb(url, attempts=1, **settings):
    """A boto3 client for `url` that makes `attempts` attempts of each call."""
    arguments = {"region_name": "us-east-1", "aws_access_key_id": "AKIDEXAMPLE",
                 "aws_secret_access_key": "secret", "endpoint_url": url, **settings}
    config = Config(retries={"mode": "standard", "max_attempts": attempts}, max_pool_connections=64,
                    connect_timeout=30, read_timeout=60)
    return boto3.session.Session().client("dynamodb", config=config, **arguments)


def count_attempts(client):
    """Return a list that grows by one element with each request the client sends."""
    sent = []

    def before_send(request, **_):
        sent.append(request.headers)

    client.meta.events.register("before-send.dynamodb.*", before_send)
    return sent
