"""Faults of a request's way in, byte by byte: slow and cut uploads, no 100 Continue, connections that nobody reads."""

import json
import re
import select
import socket
import struct
import time
import unittest
import unittest.mock

import boto3
from botocore.config import Config

from support.admin import admin
from support.dynatape import TestCase, run
from support.javascript import run_javascript
from support.summary import summary_of
from support.wire import AUTHORIZATION, call, create_table, get, put

NOT_DELIVERED = "dynatape: not delivered: "


def put_item(id="a", text=""):
    return json.dumps({"TableName": "notes", "Item": {"id": {"S": id}, "text": {"S": text}}}).encode()


class Raw(TestCase):
    """One connection whose bytes a test sends as it likes."""

    def served(self, then, **when):
        rules = {"rules": [{"name": "r", "when": when, "then": then}]}
        server = self.serve("--rules", self.write("rules.json", json.dumps(rules)))
        create_table(server.url)
        return server

    def connect(self, port, **options):
        client = socket.socket()
        self.addCleanup(client.close)
        for option, value in options.items():
            client.setsockopt(socket.SOL_SOCKET, getattr(socket, option), value)
        client.settimeout(30)
        client.connect(("127.0.0.1", port))
        return client

    def send_head(self, client, length, *headers, operation="PutItem"):
        lines = ["POST / HTTP/1.1", "Host: localhost", f"X-Amz-Target: DynamoDB_20120810.{operation}",
                 "Content-Type: application/x-amz-json-1.0", "X-Amz-Date: 20260102T000000Z", f"Authorization: {AUTHORIZATION}", *headers]
        if length is not None:
            lines.append(f"Content-Length: {length}")
        client.sendall("\r\n".join([*lines, "", ""]).encode())

    def read_all(self, client):
        """What comes until the end, and whether that was a reset; closes the connection."""
        text = b""
        try:
            while piece := client.recv(65536):
                text += piece
        except ConnectionResetError:
            return text, "reset"
        finally:
            client.close()
        return text, "closed"

    def ended(self, server):
        """What the summary says: (planned, delivered, reasons of those that were not)."""
        errors = self.stop(server)
        counts = summary_of(errors)
        reasons = [line[len(NOT_DELIVERED):] for line in errors.splitlines() if line.startswith(NOT_DELIVERED)]
        return counts["planned"], counts["delivered"], reasons


class SlowUpload(Raw):
    def test_the_body_takes_its_time_and_arrives_unharmed(self):
        server = self.served({"slow_upload": {"bytes_per_second": 10000}}, operation="PutItem")
        began = time.monotonic()
        self.assertEqual(put(server.url, "a", text="x" * 3000).status, 200)
        self.assertGreaterEqual(time.monotonic() - began, 0.3)
        self.assertEqual(get(server.url, "a").json["Item"]["text"], {"S": "x" * 3000})
        self.assertEqual(self.ended(server), (1, 1, []))

    def test_a_large_body_stalls_in_its_client(self):
        server = self.served({"slow_upload": {"bytes_per_second": 1}}, operation="PutItem")
        client = self.connect(server.port, SO_SNDBUF=16384)
        self.send_head(client, 1_000_000)
        client.setblocking(False)
        taken = 0
        while taken < 1_000_000 and select.select([], [client], [], 0.3)[1]:
            taken += client.send(b" " * min(16384, 1_000_000 - taken))
        self.assertLess(taken, 400_000)
        client.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        client.close()
        self.assertEqual(self.ended(server), (1, 1, []))  # it drove its client away

    def test_requests_on_one_connection_are_answered_in_order_and_told_apart(self):
        server = self.served({"slow_upload": {"bytes_per_second": 20000}}, operation="PutItem", nth=2)
        client = self.connect(server.port)
        bodies = [put_item(id, "x" * 1000) for id in "abc"]
        for body in bodies:
            self.send_head(client, len(body))
            client.sendall(body)
        client.shutdown(socket.SHUT_WR)
        text, _ = self.read_all(client)
        self.assertEqual(text.count(b"HTTP/1.1 200 OK"), 3)
        self.assertEqual(get(server.url, "c").json["Item"]["text"], {"S": "x" * 1000})
        self.assertEqual(self.ended(server), (1, 1, []))

    def test_a_chunked_body_is_read_slowly_too(self):
        server = self.served({"slow_upload": {"bytes_per_second": 50000}}, operation="PutItem")
        client = self.connect(server.port)
        self.send_head(client, None, "Connection: close", "Transfer-Encoding: chunked")
        body = put_item("a", "x" * 500)
        for start in range(0, len(body), 100):
            piece = body[start:start + 100]
            client.sendall(b"%x\r\n%s\r\n" % (len(piece), piece))
        client.sendall(b"0\r\n\r\n")
        text, _ = self.read_all(client)
        self.assertIn(b"HTTP/1.1 200 OK", text)
        self.assertEqual(get(server.url, "a").json["Item"]["text"], {"S": "x" * 500})
        self.assertEqual(self.ended(server), (1, 1, []))


class CutUpload(Raw):
    def end_after(self, server, length, sent, gone=False):
        """How the connection ends for whom sends `sent` bytes of `length`, and then is silent, or gone."""
        client = self.connect(server.port)
        self.send_head(client, length)
        if sent:
            client.sendall(put_item("cut", "x" * length)[:sent])
        if gone:
            client.shutdown(socket.SHUT_WR)
        return self.read_all(client)

    def test_it_comes_at_the_very_byte(self):
        for at, length in ((100, 150), ("50%", 200), (1, 2)):
            sent = 1 if at == 1 else 100
            with self.subTest(at=at):
                server = self.served({"cut_upload": {"at": at}}, operation="PutItem")
                self.assertEqual(self.end_after(server, length, sent), (b"", "reset"))
                # One byte less, and it waits for that.
                self.assertEqual(self.end_after(server, length, sent - 1, gone=True), (b"", "closed"))
                self.assertNotIn("Item", get(server.url, "cut").json)
                self.assertEqual(self.ended(server), (2, 1, ["r (cut_upload): 1 because the client was gone"]))

    def test_nothing_of_the_body_need_be_read(self):
        server = self.served({"cut_upload": {"at": "before"}}, operation="PutItem")
        self.assertEqual(self.end_after(server, 100, 0), (b"", "reset"))
        self.assertEqual(self.ended(server), (1, 1, []))

    def test_closing_is_no_reset_whatever_is_still_sent(self):
        server = self.served({"cut_upload": {"at": 100, "ending": "close"}}, operation="PutItem")
        self.assertEqual(self.end_after(server, 500_000, 500_000), (b"", "closed"))
        self.assertEqual(self.ended(server), (1, 1, []))

    def test_a_body_that_is_no_longer_goes_on_whole(self):
        body = put_item("a")
        server = self.served({"cut_upload": {"at": len(body)}}, operation="PutItem")
        self.assertEqual(call(server.url, "PutItem", body).status, 200)
        self.assertIn("Item", get(server.url, "a").json)
        self.assertEqual(self.ended(server),
                         (1, 0, ["r (cut_upload): 1 because the request's body was no longer than that"]))

    def test_the_exchange_says_so(self):
        server = self.served({"cut_upload": {"at": 100}}, operation="PutItem")
        self.end_after(server, 500, 200)
        exchange = next(one for one in admin(server.url, "GET", "/exchanges")["exchanges"]
                        if one["operation"] == "PutItem")
        self.assertEqual(exchange["faults"], [{"rule": "r", "fault": "cut_upload", "state": "delivered"}])
        self.assertEqual(exchange["notes"], [
            {"who": "cut_upload", "what": "r: reads 100 bytes of the body and resets the connection"}])
        self.assertEqual((exchange["status"], exchange["source"]), (0, "fault"))


class NoContinue(Raw):
    def continued(self, server, patience):
        """Whether 100 Continue comes within so many seconds; sends the body then in any case."""
        client = self.connect(server.port)
        body = put_item()
        self.send_head(client, len(body), "Expect: 100-continue", "Connection: close")
        continued = bool(select.select([client], [], [], patience)[0])
        if continued:
            self.assertEqual(client.recv(25), b"HTTP/1.1 100 Continue\r\n\r\n")
        client.sendall(body)
        text, _ = self.read_all(client)
        self.assertTrue(text.startswith(b"HTTP/1.1 200 OK\r\n"), text)
        return continued

    def test_who_waits_for_it_waits_in_vain_and_may_go_on(self):
        server = self.served({"no_continue": {}}, operation="PutItem", first=1)
        self.assertFalse(self.continued(server, 0.3))
        self.assertTrue(self.continued(server, 30))
        self.assertEqual(self.ended(server), (1, 1, []))

    def test_who_does_not_wait_misses_nothing(self):
        server = self.served({"no_continue": {}}, operation="PutItem")
        self.assertEqual(put(server.url, "a").status, 200)
        self.assertEqual(self.ended(server), (1, 0, ["r (no_continue): 1 because the client did not wait for it"]))


class SlowAccept(Raw):
    def took(self, url):
        began = time.monotonic()
        self.assertEqual(get(url, "a").status, 200)
        return time.monotonic() - began

    def test_connections_are_counted_and_calls_on_them_are_not(self):
        server = self.served({"slow_accept": "300ms"}, nth=3)  # the first one created the table
        self.took(server.url)
        self.assertGreaterEqual(self.took(server.url), 0.3)
        self.took(server.url)
        slow = [one for one in admin(server.url, "GET", "/exchanges")["exchanges"] if one["faults"]]
        self.assertEqual([(one["operation"], one["status"], one["faults"][0]["state"]) for one in slow],
                         [("", 0, "delivered")])
        self.assertEqual(self.ended(server), (1, 1, []))

    def test_a_session_has_it_on_its_own_port_alone(self):
        server = self.serve()
        create_table(server.url)
        session = admin(server.url, "POST", "/sessions", {
            "name": "slow", "port": 0,
            "rules": {"rules": [{"name": "r", "then": {"slow_accept": {"for": "300ms"}}}]}})
        self.assertEqual(call(server.url + "/session/slow", "ListTables", {}).status, 200)
        counts = lambda: admin(server.url, "GET", "/sessions/slow")["summary"]["faults_delivered"]
        self.assertEqual(counts(), 0)
        began = time.monotonic()
        self.assertEqual(call(session["url"], "ListTables", {}).status, 200)
        self.assertGreaterEqual(time.monotonic() - began, 0.3)
        self.assertEqual(counts(), 1)


class Clients(TestCase):
    """As SDKs take them: how each call ends, and what becomes of the faults of its attempts."""

    CASES = {
        "slow": {"then": {"slow_upload": {"bytes_per_second": 1_000_000}}, "bytes": 200_000},
        "cut": {"then": {"cut_upload": {"at": 1000}}, "bytes": 200_000},
        "cut, closing": {"then": {"cut_upload": {"at": "10%", "ending": "close"}}, "bytes": 200_000},
        "cut once": {"then": {"cut_upload": {}}, "when": {"operation": "PutItem", "attempt": 1}, "bytes": 10},
        "slow, too slow": {"then": {"slow_upload": {"bytes_per_second": 50}}, "bytes": 10, "limitMs": 200},
        "slow accept": {"then": {"slow_accept": "1500ms"}, "when": {}, "bytes": 10, "limitMs": 200},
        "expects": {"then": {"no_continue": {}}, "bytes": 10, "expects": True},
        "does not expect": {"then": {"no_continue": {}}, "bytes": 10},
    }

    def setUp(self):
        super().setUp()
        self.server = self.serve()
        self.cases = []
        for number, (name, case) in enumerate(self.CASES.items()):
            # A session each, with a port: an admin call must not meet what is to happen to connections.
            rule = {"name": "r", "when": case.get("when", {"operation": "PutItem"}), "then": case["then"]}
            session = admin(self.server.url, "POST", "/sessions", {
                "name": f"s{number}", "port": 0, "rules": {"rules": [rule]}})
            create_table(f"{self.server.url}/session/s{number}")
            self.cases.append({"name": name, "endpoint": session["url"],
                               **{part: case[part] for part in ("bytes", "expects", "limitMs") if part in case}})

    def measured(self, ended):
        """By case: how it ended, and how many faults were planned and delivered."""
        errors = self.stop(self.server)
        counts = [re.search(rf"session s{number}: .* (\d+) faults planned, (\d+) faults delivered\n", errors)
                  for number in range(len(self.CASES))]
        return {name: (ended[name], int(count[1]), int(count[2])) for name, count in zip(self.CASES, counts)}

    def test_javascript(self):
        ended = run_javascript(self, "uploads.mjs", self.server.url, json.dumps(self.cases),
                               access_key="AKIDEXAMPLE")
        self.assertIn(ended["cut"], ("ECONNRESET", "EPIPE"))  # as the reset meets it reading or writing
        self.assertIn(ended["cut, closing"], ("ECONNRESET", "EPIPE"))
        ended["cut"] = ended["cut, closing"] = "gone"
        self.assertEqual(self.measured(ended), {
            "slow": ("answered", 1, 1),
            "cut": ("gone", 4, 4),
            "cut, closing": ("gone", 4, 4),
            "cut once": ("answered", 1, 1),
            "slow, too slow": ("ETIMEDOUT", 4, 4),
            "slow accept": ("ETIMEDOUT", 4, 4),
            "expects": ("answered", 1, 1),
            "does not expect": ("answered", 1, 0),
        })

    def test_boto3(self):
        ended = {}
        with unittest.mock.patch("botocore.endpoint.time.sleep"):
            for case in self.cases:
                ended[case["name"]] = self.put(case)
        self.assertEqual(self.measured(ended), {
            "slow": ("answered", 1, 1),
            "cut": ("ConnectionClosedError", 3, 3),
            "cut, closing": ("ConnectionClosedError", 3, 3),
            "cut once": ("answered", 1, 1),
            "slow, too slow": ("ReadTimeoutError", 3, 3),
            "slow accept": ("ReadTimeoutError", 3, 3),
            "expects": ("answered", 1, 0),  # it does not wait, with a body that is at hand
            "does not expect": ("answered", 1, 0),
        })

    def put(self, case):
        client = boto3.session.Session().client(
            "dynamodb", region_name="us-east-1", aws_access_key_id="AKIDEXAMPLE", aws_secret_access_key="y",
            endpoint_url=case["endpoint"],
            config=Config(retries={"mode": "standard"}, read_timeout=case.get("limitMs", 20_000) / 1000))
        if case.get("expects"):
            client.meta.events.register(
                "before-send.dynamodb", lambda request, **_: request.headers.update({"Expect": b"100-continue"}))
        try:
            client.put_item(TableName="notes", Item={"id": {"S": "a"}, "text": {"S": "x" * case["bytes"]}})
            return "answered"
        except Exception as error:  # whatever the SDK lets through
            return type(error).__name__
        finally:
            client.close()


class Rules(TestCase):
    def mistake(self, then, when):
        text = json.dumps({"rules": [{"name": "r", "when": when, "then": then}]})
        checked = run("rules", "check", self.write("rules.json", text))
        self.assertEqual(checked.returncode, 2, checked.stdout)
        return checked.stderr

    def test_what_is_not_known_yet_cannot_be_asked(self):
        for part, value in (("table", "t"), ("index", "i"), ("key", {"id": "a"}), ("item", {"id": "a"}),
                            ("body", {"Limit": 1})):
            self.assertIn(
                f"rules[0].when.{part}: cut_upload acts once a call's head is read, before its body, when nothing is "
                "known of it but operation, header, region, session, sdk, between, nth, first, every, after, sequence, "
                "attempt, probability", self.mistake({"cut_upload": {}}, {part: value}))
        self.assertIn("when.per: slow_upload acts",
                      self.mistake({"slow_upload": {"bytes_per_second": 1}}, {"nth": 1, "per": "key"}))
        self.assertIn("when.operation: slow_accept acts when a connection is accepted, before any call on it, when "
                      "nothing is known of it but session, between, nth, first, every, after, sequence, probability",
                      self.mistake({"slow_accept": "1s"}, {"operation": "GetItem"}))
        self.assertIn("a body that is read whole is not cut", self.mistake({"cut_upload": {"at": "100%"}}, {}))


if __name__ == "__main__":
    unittest.main()
