"""Servers under measurement: starting them, their CPU time and memory, and the load on them."""

import glob
import json
import os
import pathlib
import resource
import select
import socket
import subprocess
import time
import urllib.parse

HERE = pathlib.Path(__file__).resolve().parent


class Server:
    """A process that writes its URL, or its port alone, to a ready file; ends with the `with` block."""

    def __init__(self, folder, command):
        self._ready = os.path.join(folder, "ready")
        if not os.path.exists(self._ready):
            os.mkfifo(self._ready)
        pipe = os.open(self._ready, os.O_RDONLY | os.O_NONBLOCK)
        self.started = time.perf_counter()
        self._process = subprocess.Popen(
            [*map(str, command), "--ready-file", self._ready],
            stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE)
        self.pid = self._process.pid
        ended = os.pidfd_open(self.pid)
        select.select([pipe, ended], [], [])
        said = os.read(pipe, 4096).decode().strip()
        self.ready_seconds = time.perf_counter() - self.started
        os.close(pipe)
        os.close(ended)
        if not said:
            raise RuntimeError(f"{command[0]} did not start: {self._process.communicate()[1].decode().strip()}")
        self.url = f"http://127.0.0.1:{said}" if said.isdigit() else said
        self.host = urllib.parse.urlsplit(self.url).netloc

    def cpu_seconds(self):
        """CPU time of all its threads so far, living ones to the nanosecond."""
        total = 0
        for path in glob.glob(f"/proc/{self.pid}/task/*/schedstat"):
            with open(path) as file:
                total += int(file.read().split()[0])
        return total / 1e9

    def memory_mb(self):
        """Resident memory."""
        with open(f"/proc/{self.pid}/status") as file:
            kilobytes = next(int(line.split()[1]) for line in file if line.startswith("VmRSS:"))
        return kilobytes / 1024

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self._process.terminate()
        self._process.communicate()


def exchange(server, request):
    """Send `request` on a new connection; returns the time at which a good answer was there."""
    name, port = server.host.rsplit(":", 1)
    with socket.create_connection((name, int(port))) as connection:
        connection.sendall(request)
        answer = connection.recv(65536)
        answered = time.perf_counter()
    if not answer.startswith(b"HTTP/1.1 200 "):
        raise RuntimeError(f"the first call was answered with {answer[:200]!r}")
    return answered


def _machine_cpu():
    """CPU seconds that the whole machine has spent."""
    with open("/proc/stat") as file:
        user, nice, system, _, _, irq, softirq = map(int, file.readline().split()[1:8])
    return (user + nice + system + irq + softirq) / os.sysconf("SC_CLK_TCK")


def load(server, requests, connections, seconds, new_calls=False):
    """Send the requests of a file over and over; returns what the client saw and the server spent.

    `new_calls`: with a new invocation id each; otherwise a server that knows ids takes repeats for retries.
    """
    own = resource.getrusage(resource.RUSAGE_CHILDREN)
    machine, spent = _machine_cpu(), server.cpu_seconds()
    ended = subprocess.run(
        ["wrk", "-t1", f"-c{connections}", f"-d{seconds}s", "--timeout", "10s", "-s", str(HERE / "load.lua"),
         server.url, "--", requests, *(["new"] if new_calls else [])], capture_output=True, text=True, check=True)
    spent = server.cpu_seconds() - spent
    machine = _machine_cpu() - machine
    child = resource.getrusage(resource.RUSAGE_CHILDREN)
    client = child.ru_utime + child.ru_stime - own.ru_utime - own.ru_stime
    seen = json.loads(ended.stdout.rsplit("RESULT ", 1)[1])
    if seen["refused"] or seen["broken"] or not seen["requests"]:
        raise RuntimeError(f"{server.url}: {seen['refused']} refused, {seen['broken']} broken of {seen['requests']}")
    return {"rps": round(seen["requests"] / (seen["duration_us"] / 1e6)), "p50_us": seen["p50_us"],
            "p99_us": seen["p99_us"], "cpu_us": spent / seen["requests"] * 1e6,
            "others_cpu_s": round(max(0.0, machine - spent - client), 2)}
