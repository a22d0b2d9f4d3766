"""The admin API as scripts and web pages meet it."""

import concurrent.futures
import http.client
import json
import threading
import time
import unittest
import urllib.parse

from support.admin import ROOT, Refused, admin, open_session, raw
from support.dynatape import TestCase
from support.wire import Connection, call, create_table, get, put

ERROR = {"error": {"type": "ProvisionedThroughputExceededException"}}


def rule(name, then=None, **when):
    return {"name": name, "when": when or {"operation": "GetItem"}, "then": then or ERROR}


class WebPage(TestCase):
    """What a page in a browser can send, byte for byte, changes and tells nothing."""

    def test_a_page_of_another_site_is_refused_whatever_it_sends(self):
        server = self.serve()
        host = server.url.split("//")[1]
        new = json.dumps({"name": "evil"})
        pages = (
            # a simple form post; fetch(…, {mode: "no-cors"}) sends the same
            ("POST", "/sessions", new, {"Host": host, "Origin": "https://evil.example",
                                        "Content-Type": "text/plain"}),
            ("POST", "/sessions", new, {"Host": host, "Origin": "null",
                                        "Content-Type": "application/x-www-form-urlencoded"}),
            # an old browser that sends no Origin with a form
            ("POST", "/sessions", new, {"Host": host, "Content-Type": "text/plain"}),
            ("POST", "/sessions", new, {"Host": host, "Content-Type": "multipart/form-data; boundary=x"}),
            ("POST", "/sessions", new, {"Host": host}),
            # DNS rebound to 127.0.0.1: to the browser it is one origin
            ("GET", "/sessions", None, {"Host": "evil.example:8000"}),
            ("POST", "/sessions", new, {"Host": "evil.example:8000", "Origin": "http://evil.example:8000",
                                        "Content-Type": "application/json"}),
            # an image or script tag sends no Origin, but says where it comes from
            ("GET", "/exchanges", None, {"Host": host, "Sec-Fetch-Site": "cross-site"}),
            ("POST", "/reset", None, {"Host": host, "Origin": "https://evil.example"}),
            ("DELETE", "/databases", None, {"Host": host, "Origin": "https://evil.example"}),
            # the question before a request that is not simple
            ("OPTIONS", "/sessions", None, {"Host": host, "Origin": "https://evil.example",
                                            "Access-Control-Request-Method": "POST",
                                            "Access-Control-Request-Headers": "content-type"}),
        )
        for method, path, body, headers in pages:
            with self.subTest(method=method, headers=headers):
                status, answered, _ = self.send(host, method, ROOT + path, body, headers)
                self.assertIn(status, (403, 415))
                self.assertFalse([name for name in answered if name.startswith("access-control")])
        self.assertEqual([one["name"] for one in admin(server.url, "GET", "/sessions")["sessions"]], ["default"])

    def test_every_route_asks_who_calls(self):
        server = self.serve()
        host = server.url.split("//")[1]
        document = admin(server.url, "GET", "/openapi.json")
        for path, methods in document["paths"].items():
            for method in methods:
                headers = {"Host": host, "Origin": "https://evil.example", "Content-Type": "application/json"}
                status, _, _ = self.send(host, method.upper(), path.replace("{session}", "default"), None, headers)
                self.assertEqual(status, 403, (method, path))

    @staticmethod
    def send(host, method, path, body, headers):
        connection = http.client.HTTPConnection(host, timeout=60)
        try:
            connection.putrequest(method, path, skip_host=True, skip_accept_encoding=True)
            for name, value in headers.items():
                connection.putheader(name, value)
            if body is not None:
                connection.putheader("Content-Length", str(len(body)))
            connection.endheaders(body and body.encode())
            answer = connection.getresponse()
            return answer.status, {name.lower() for name, _ in answer.getheaders()}, answer.read()
        finally:
            connection.close()


class Rules(TestCase):
    def test_the_rules_of_a_profile_are_taken_away_one_by_one(self):
        server = self.serve("--profile", "hot-partition")
        create_table(server.url)
        statuses = [get(server.url, "k").status for _ in range(60)]
        self.assertIn(400, statuses)
        names = ["hot-partition: writes", "hot-partition: reads"]
        before = admin(server.url, "GET", "/rules")
        self.assertEqual([rule["name"] for rule in before["rules"]], names)
        after = admin(server.url, "DELETE", "/rules/" + urllib.parse.quote("hot-partition: writes"))
        self.assertEqual([rule["name"] for rule in after["rules"]], names[1:])
        # The other one goes on where it was: it has counted these calls already.
        self.assertIn(400, [get(server.url, "k").status for _ in range(20)])
        admin(server.url, "DELETE", "/rules/" + urllib.parse.quote("hot-partition: reads"))
        self.assertEqual({get(server.url, "k").status for _ in range(20)}, {200})
        again = admin(server.url, "PUT", "/rules", {"profile": ["slow-p99"], "rules": [rule("mine")]})
        self.assertEqual([one["name"] for one in again["rules"]], ["slow-p99", "mine"])

    def test_under_the_url_of_a_session_they_are_the_sessions_own(self):
        server = self.serve()
        url = open_session(server.url, "mine")
        admin(url, "PUT", "/rules", {"rules": [rule("r")]})
        self.assertEqual([one["name"] for one in admin(url, "GET", "/rules")["rules"]], ["r"])
        self.assertEqual(admin(server.url, "GET", "/rules")["rules"], [])
        self.assertEqual((get(url, "a").type, get(server.url, "a").type),
                         ("ProvisionedThroughputExceededException", "ResourceNotFoundException"))

    def test_rules_are_read_replaced_added_and_taken_away_one_by_one(self):
        server = self.serve("--seed", 7)
        create_table(server.url)
        self.assertEqual(admin(server.url, "GET", "/rules"), {"rules": [], "counts": [], "lost_answers": [], "halts": []})
        admin(server.url, "POST", "/rules", rule("one"))
        self.assertEqual(get(server.url, "k").type, "ProvisionedThroughputExceededException")
        admin(server.url, "POST", "/rules", rule("two", {"latency": "1ms"}, operation="PutItem"))
        with self.assertRaises(Refused) as twice:
            admin(server.url, "POST", "/rules", rule("two"))
        self.assertIn("two", twice.exception.message)
        admin(server.url, "DELETE", "/rules/one")
        self.assertEqual(get(server.url, "k").status, 200)
        with self.assertRaises(Refused) as gone:
            admin(server.url, "DELETE", "/rules/one")
        self.assertEqual(gone.exception.status, 404)
        rules = admin(server.url, "GET", "/rules")
        self.assertEqual([one["name"] for one in rules["rules"]], ["two"])
        # What rules that are gone have done stays told.
        self.assertEqual({one["rule"]: one["delivered"] for one in rules["counts"]}, {"one": 1, "two": 0})
        with self.assertRaises(Refused) as wrong:
            admin(server.url, "PUT", "/rules", {"rules": [{"name": "x", "when": {"tabel": "t"}, "then": ERROR}]})
        self.assertIn("tabel", wrong.exception.message)
        self.assertEqual([one["name"] for one in admin(server.url, "GET", "/rules")["rules"]], ["two"])
        admin(server.url, "PUT", "/rules", {"seed": 3, "rules": [rule("three")]})
        self.assertEqual(get(server.url, "k").status, 400)
        self.assertEqual(admin(server.url, "DELETE", "/rules")["rules"], [])
        self.assertEqual(get(server.url, "k").status, 200)
        self.assertIn("every call", admin(server.url, "POST", "/rules/check",
                                          {"rules": [{"name": "all", "then": ERROR}]})["says"])

    def test_1000_edits_under_load_no_call_meets_half_of_one_and_none_is_lost(self):
        """Each edit puts two rules in place that only make sense together: both say the same number."""
        server = self.serve()
        create_table(server.url)
        stop = threading.Event()
        seen = set()

        def edition(number):
            # The first rule answers one operation, the second the other, both with this message.
            then = {"error": {"type": "InternalServerError", "message": f"edition {number}"}}
            return {"rules": [rule("gets", then, operation="GetItem"), rule("puts", then, operation="PutItem")]}

        def client(operation):
            connection = Connection(server.url)
            calls, last = 0, -1
            while not stop.is_set():
                parameters = {"TableName": "notes", "Key": {"id": {"S": "k"}}} if operation == "GetItem" else \
                    {"TableName": "notes", "Item": {"id": {"S": "k"}}}
                answer = connection.call(operation, parameters)
                assert answer.status == 500, answer
                number = int(answer.message.split()[1])
                assert number >= last, f"{number} after {last}"
                last = number
                seen.add(number)
                calls += 1
            connection.close()
            return calls

        admin(server.url, "PUT", "/rules", edition(0))
        with concurrent.futures.ThreadPoolExecutor(8) as pool:
            clients = [pool.submit(client, operation) for operation in ("GetItem", "PutItem") * 4]
            try:
                for number in range(1, 1001):
                    admin(server.url, "PUT", "/rules", edition(number))
            finally:
                stop.set()
            calls = sum(one.result() for one in clients)
        self.assertGreater(len(seen), 10)
        counts = admin(server.url, "GET", "/rules")["counts"]
        self.assertEqual(sum(one["delivered"] for one in counts), calls)
        self.assertEqual(sum(one["planned"] for one in counts), calls)


class Exchanges(TestCase):
    def test_what_happened_is_told_with_its_faults_and_can_be_asked_for_by_what_it_was(self):
        server = self.serve()
        url = open_session(server.url, "a", rules={"rules": [rule("third", nth=3, operation="GetItem")]})
        create_table(url)
        put(url, "k")
        for _ in range(3):
            get(url, "k")
        create_table(server.url)
        everything = admin(server.url, "GET", "/exchanges")["exchanges"]
        self.assertEqual([one["operation"] for one in everything],
                         ["CreateTable", "GetItem", "GetItem", "GetItem", "PutItem", "CreateTable"])
        hit = admin(server.url, "GET", "/exchanges?rule=third")["exchanges"]
        self.assertEqual(len(hit), 1)
        self.assertEqual(hit[0]["faults"], [{"rule": "third", "fault": "error", "state": "delivered"}])
        self.assertEqual((hit[0]["session"], hit[0]["tables"], hit[0]["status"], hit[0]["source"]),
                         ("a", ["notes"], 400, "fault"))
        self.assertEqual(len(admin(server.url, "GET", "/exchanges?session=a&operation=GetItem&status=200")
                             ["exchanges"]), 2)
        self.assertEqual(len(admin(server.url, "GET", "/exchanges?table=notes&limit=4")["exchanges"]), 4)
        for query in ("operation=GetItems", "status=x", "colour=red"):
            with self.assertRaises(Refused):
                admin(server.url, "GET", "/exchanges?" + query)

    def test_a_stream_tells_exchanges_as_they_happen_and_ends_with_the_server(self):
        server = self.serve()
        create_table(server.url)
        connection = http.client.HTTPConnection(urllib.parse.urlsplit(server.url).netloc, timeout=60)
        connection.request("GET", ROOT + "/exchanges/stream?operation=GetItem")
        stream = connection.getresponse()
        self.assertEqual(stream.getheader("Content-Type"), "text/event-stream")
        self.assertTrue(stream.readline().startswith(b": "))
        put(server.url, "k")
        for _ in range(3):
            get(server.url, "k")
        events = []
        while len(events) < 3:
            line = stream.readline()
            if line.startswith(b"data: "):
                events.append(json.loads(line[6:]))
        self.assertEqual([one["operation"] for one in events], ["GetItem"] * 3)
        began = time.monotonic()
        self.stop(server)
        self.assertLess(time.monotonic() - began, 5)  # not the time-out for calls in flight
        stream.read()  # ends, and with a whole last chunk
        connection.close()

    def test_a_client_that_does_not_read_holds_up_nobody(self):
        server = self.serve()
        create_table(server.url)
        connection = http.client.HTTPConnection(urllib.parse.urlsplit(server.url).netloc, timeout=60)
        connection.request("GET", ROOT + "/exchanges/stream")
        with concurrent.futures.ThreadPoolExecutor(4) as pool:
            def work(_):
                mine = Connection(server.url)
                for _ in range(1500):
                    assert mine.call("ListTables", {}).status == 200
                mine.close()
            list(pool.map(work, range(4)))
        connection.close()
        self.assertEqual(admin(server.url, "GET", "/sessions/default")["summary"]["calls"], 6001)


class Clock(TestCase):
    def expiring(self, server, at):
        create_table(server.url)
        self.assertEqual(call(server.url, "UpdateTimeToLive", {
            "TableName": "notes", "TimeToLiveSpecification": {"AttributeName": "end", "Enabled": True}}).status, 200)
        self.assertEqual(call(server.url, "PutItem", {
            "TableName": "notes", "Item": {"id": {"S": "k"}, "end": {"N": str(at)}}}).status, 200)

    def test_an_advanced_clock_expires_items_and_await_sees_to_it(self):
        server = self.serve("--clock", "frozen:2030-01-01T00:00:00Z")
        self.expiring(server, 1893456000 + 3600)
        admin(server.url, "POST", "/await")
        self.assertIn("Item", get(server.url, "k").json)
        now = admin(server.url, "POST", "/clock", {"advance": "2h"})["now"]
        self.assertEqual(now, "2030-01-01T02:00:00Z")
        admin(server.url, "POST", "/await")
        items = admin(server.url, "GET", "/databases/items?account=AKIDEXAMPLE&table=notes")
        self.assertEqual(items["Count"], 0)

    def test_freeze_set_scale_resume_and_system(self):
        server = self.serve()
        frozen = admin(server.url, "POST", "/clock", {"freeze": True})
        self.assertEqual(admin(server.url, "GET", "/clock"), frozen)
        self.assertEqual(admin(server.url, "POST", "/clock", {"freeze": "2031-02-03T04:05:06.5Z"})["now"],
                         "2031-02-03T04:05:06.5Z")
        self.assertEqual(admin(server.url, "POST", "/clock", {"scale": 1000})["rate"], 1000)
        begin = admin(server.url, "GET", "/clock")["now"]
        while admin(server.url, "GET", "/clock")["now"][:16] == begin[:16]:  # another minute
            pass
        self.assertEqual(admin(server.url, "POST", "/clock", {"resume": True})["rate"], 1)
        self.assertFalse(admin(server.url, "POST", "/clock", {"system": True})["steered"])
        for body in ({}, {"freeze": True, "resume": True}, {"scale": 0}, {"advance": "soon"}, {"freeze": "noon"},
                     {"thaw": True}, {"resume": False}):
            with self.assertRaises(Refused, msg=body):
                admin(server.url, "POST", "/clock", body)

    def test_latency_follows_the_clock(self):
        rules = {"rules": [rule("slow", {"latency": "20s"})]}
        server = self.serve("--clock", "x100", "--rules", self.write("rules.json", json.dumps(rules)))
        create_table(server.url)
        began = time.monotonic()
        self.assertEqual(get(server.url, "k").status, 200)
        took = time.monotonic() - began
        self.assertGreater(took, 0.19)
        self.assertLess(took, 10)
        # Standing still, it would take its 20 s of real time, but for an advance past its end.
        admin(server.url, "POST", "/clock", {"freeze": True})
        with concurrent.futures.ThreadPoolExecutor(1) as pool:
            slow = pool.submit(get, server.url, "k")
            while not admin(server.url, "GET", "/sessions/default")["summary"]["faults_planned"] == 2:
                pass
            began = time.monotonic()
            while not slow.done():
                admin(server.url, "POST", "/clock", {"advance": "20s"})
            self.assertEqual(slow.result().status, 200)
            self.assertLess(time.monotonic() - began, 15)
        # The durations that are measured are real ones.
        latest = admin(server.url, "GET", "/exchanges?limit=1")["exchanges"][0]
        self.assertGreater(latest["ms"], 0)


class State(TestCase):
    def test_databases_fork_export_import_and_empty(self):
        server = self.serve()
        create_table(server.url)
        for id in ("a", "b"):
            put(server.url, id, text="größer\n")
        copy = open_session(server.url, "copy", fork="default")
        put(copy, "c")
        self.assertEqual(admin(server.url, "GET", "/databases")["databases"],
                         [{"account": "AKIDEXAMPLE", "region": "us-east-1",
                           "tables": [{"name": "notes", "items": 2, "bytes": 32}]}])
        _, _, lines = raw(server.url, "GET", ROOT + "/databases/export?account=AKIDEXAMPLE")
        self.assertEqual([json.loads(line)["operation"] for line in lines.splitlines()],
                         ["CreateTable", "PutItem", "PutItem"])
        admin(server.url, "DELETE", "/databases?account=AKIDEXAMPLE")
        self.assertEqual(admin(server.url, "GET", "/databases")["databases"], [])
        status, _, _ = raw(server.url, "POST", ROOT + "/databases/import?account=AKIDEXAMPLE", lines.encode(),
                           Content_Type="application/x-ndjson")
        self.assertEqual(status, 200)
        _, _, again = raw(server.url, "GET", ROOT + "/databases/export?account=AKIDEXAMPLE")
        self.assertEqual(again, lines)
        # A line that fails leaves nothing of the lines before it.
        broken = lines.replace('"PutItem"', '"PutItems"').replace("notes", "others")
        status, _, text = raw(server.url, "POST", ROOT + "/databases/import?account=AKIDEXAMPLE", broken.encode(),
                              Content_Type="application/x-ndjson")
        self.assertEqual(status, 400)
        self.assertIn("line 2: PutItems", text)
        _, _, again = raw(server.url, "GET", ROOT + "/databases/export?account=AKIDEXAMPLE")
        self.assertEqual(again, lines)
        self.assertEqual(get(copy, "c").json, {"Item": {"id": {"S": "c"}}})
        admin(server.url, "POST", "/sessions/copy/databases/fork", {"from": "default"})
        self.assertEqual(get(copy, "c").json, {})

    def test_a_cassette_is_changed_while_calls_come(self):
        server = self.serve()
        create_table(server.url)
        first, second = str(self.folder / "first.tape"), str(self.folder / "second.tape")
        admin(server.url, "PUT", "/cassette", {"cassette": first, "mode": "all"})
        put(server.url, "k")
        admin(server.url, "PUT", "/cassette", {"cassette": second, "mode": "all"})
        get(server.url, "k")
        ended = admin(server.url, "DELETE", "/cassette")
        self.assertEqual((ended["cassette"], ended["recorded"]), (second, 1))
        self.assertIsNone(admin(server.url, "GET", "/cassette"))
        admin(server.url, "PUT", "/cassette", {"cassette": first, "mode": "none"})
        self.assertEqual(put(server.url, "k").status, 200)
        self.assertEqual(get(server.url, "k").type, "CassetteMissException")
        tape = admin(server.url, "GET", "/cassette")
        self.assertEqual((tape["replayed"], tape["missed"], len(tape["misses"])), (1, 1, 1))
        with self.assertRaises(Refused) as absent:
            admin(server.url, "PUT", "/cassette", {"cassette": str(self.folder / "no.tape"), "mode": "none"})
        self.assertIn("no.tape", absent.exception.message)
        self.assertEqual(put(server.url, "k").status, 502)
        admin(server.url, "PUT", "/cassette", {"cassette": first, "mode": "none"})
        self.assertEqual(put(server.url, "k").status, 200)

    def test_a_reset_puts_everything_back_to_its_beginning(self):
        rules = {"rules": [rule("first", operation="GetItem", nth=1)]}
        server = self.serve("--rules", self.write("rules.json", json.dumps(rules)),
                            "--clock", "frozen:2030-01-01T00:00:00Z")
        for _ in range(2):
            create_table(server.url)
            self.assertEqual([get(server.url, "k").status for _ in range(2)], [400, 200])
            admin(server.url, "POST", "/rules", rule("other", operation="PutItem"))
            admin(server.url, "POST", "/clock", {"advance": "1h"})
            after = admin(server.url, "POST", "/reset")
            self.assertEqual((after["summary"]["calls"], after["summary"]["faults_delivered"]), (0, 0))
            self.assertEqual(after["clock"]["now"], "2030-01-01T00:00:00Z")
            self.assertEqual(admin(server.url, "GET", "/exchanges")["exchanges"], [])
            self.assertEqual(len(admin(server.url, "GET", "/rules")["rules"]), 1)

    def test_the_api_describes_itself(self):
        server = self.serve()
        document = admin(server.url, "GET", "/openapi.json")
        self.assertEqual(document["openapi"], "3.1.0")
        self.assertIn("/_dynatape/v1/sessions/{session}/rules/{rule}", document["paths"])
        names = {one["name"] for one in admin(server.url, "GET", "/interceptors")["interceptors"]}
        self.assertLessEqual({"latency", "error", "record", "replay"}, names)
        metrics = raw(server.url, "GET", ROOT + "/metrics")[2]
        self.assertIn("dynatape_call", metrics)


if __name__ == "__main__":
    unittest.main()
