"""The program under test: running it to its end, and running it as a server.

DYNATAPE names the binary. Nothing here waits for a fixed time: a server is awaited on its ready file,
which is a FIFO here, and on its process's end, whichever comes first.
"""

import os
import pathlib
import select
import shutil
import signal
import subprocess
import tempfile
import unittest

ROOT = pathlib.Path(__file__).resolve().parents[3]
BINARY = os.environ.get("DYNATAPE", str(ROOT / "build" / "dynatape"))
LIMIT_SECONDS = 120  # for one process; only a hang reaches it


def environment(**changes):
    """A client's environment, free of what the developer's own shell says of AWS."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith(("AWS_", "DYNATAPE"))}
    kept["HOME"] = "/nonexistent"  # no ~/.aws
    kept["GOCACHE"] = os.environ.get("GOCACHE", str(pathlib.Path.home() / ".cache" / "go-build"))
    kept.update(changes)
    return kept


def run(*arguments, **options):
    """Run dynatape to its end; returns the CompletedProcess with text output."""
    return subprocess.run([BINARY, *map(str, arguments)], text=True, capture_output=True,
                          stdin=subprocess.DEVNULL, timeout=LIMIT_SECONDS,
                          env=options.pop("env", environment()), **options)


def read_line(pipe, process):
    """Return the first line of the FIFO open as `pipe`; raise if `process` ends before it is written."""
    ended = os.pidfd_open(process.pid)
    text = b""
    try:
        while not text.endswith(b"\n"):
            readable, _, _ = select.select([pipe, ended], [], [], LIMIT_SECONDS)
            if not readable:
                raise TimeoutError(f"not ready in {LIMIT_SECONDS} s")
            if pipe not in readable:
                raise ChildProcessError(f"the process ended with {process.wait()} before it was ready")
            text += os.read(pipe, 4096)
        return text.decode().strip()
    finally:
        os.close(ended)


class Server:
    """A running `dynatape COMMAND --listen 127.0.0.1:0 …`; `url` is where it answers."""

    def __init__(self, folder, *arguments, command="serve", **options):
        self._folder = tempfile.mkdtemp(prefix="server-", dir=folder)
        ready = os.path.join(self._folder, "ready")
        os.mkfifo(ready)
        pipe = os.open(ready, os.O_RDONLY | os.O_NONBLOCK)
        self._errors = open(os.path.join(self._folder, "stderr"), "w+")
        self.process = subprocess.Popen(
            [BINARY, command, *map(str, arguments), "--listen", "127.0.0.1:0", "--ready-file", ready],
            stdin=subprocess.DEVNULL, stdout=self._errors, stderr=self._errors,
            env=options.pop("env", environment()), **options)
        try:
            self.url = read_line(pipe, self.process)
        except Exception as error:
            self.kill()
            self._errors.close()
            raise RuntimeError(f"dynatape did not start: {error}\n{self.errors()}") from error
        finally:
            os.close(pipe)

    @property
    def port(self):
        return int(self.url.rsplit(":", 1)[1].rstrip("/"))

    def errors(self):
        """What it has written to standard output and error so far."""
        return pathlib.Path(self._errors.name).read_text()

    def stop(self):
        """End it as a user would; returns (exit status, what it wrote)."""
        self.process.send_signal(signal.SIGTERM)
        status = self.process.wait(LIMIT_SECONDS)
        return status, self.errors()

    def kill(self):
        """kill -9, at once."""
        self.process.kill()
        self.process.wait()

    def __enter__(self):
        return self

    def __exit__(self, *_):
        if self.process.poll() is None:
            self.kill()
        self._errors.close()


class TestCase(unittest.TestCase):
    """A test with a folder of its own, and servers that end with it."""

    maxDiff = 4000

    def setUp(self):
        self.folder = pathlib.Path(tempfile.mkdtemp(prefix="dynatape-"))
        self.addCleanup(shutil.rmtree, self.folder, ignore_errors=True)

    def serve(self, *arguments, **options):
        server = Server(self.folder, *arguments, **options)
        self.addCleanup(server.__exit__)
        return server

    def stop(self, server, status=0):
        """Stop the server, which must end with `status`; returns what it wrote."""
        ended, errors = server.stop()
        self.assertEqual(ended, status, errors)
        return errors

    def write(self, name, text):
        path = self.folder / name
        path.write_text(text)
        return path
