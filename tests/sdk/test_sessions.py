"""Sessions: many tests on one process, each with its own cassette, rules, databases, seed and clock."""

import concurrent.futures
import unittest

from botocore.exceptions import ClientError

from support.admin import Refused, admin, close_session, open_session
from support.clients import dynamodb, run_sessions_go
from support.dynatape import TestCase
from support.javascript import run_javascript
from support.summary import summary_of
from support.wire import call, create_table, get, put

SESSIONS = 200
WORKERS = 32  # clients at work at one time


def work(url, number):
    """What one test does: the same calls in every session, with answers of its own."""
    create_table(url)
    seen = []
    for turn in range(3):
        assert put(url, "shared-key", value=f"{number}/{turn}").status == 200
        seen.append(get(url, "shared-key").json)
    return seen


class ManySessions(TestCase):
    def in_sessions(self, server, mode):
        """Run work() in all sessions at once; returns what each saw and its summary."""
        def run(number):
            name = f"test-{number}"
            url = open_session(server.url, name, cassette=str(self.folder / f"{name}.tape"), mode=mode)
            return work(url, number), close_session(server.url, name)

        with concurrent.futures.ThreadPoolExecutor(WORKERS) as pool:
            return list(pool.map(run, range(SESSIONS)))

    def test_200_sessions_record_and_replay_each_its_own_cassette(self):
        server = self.serve()
        recorded = self.in_sessions(server, "all")
        for number, (seen, summary) in enumerate(recorded):
            self.assertEqual([one["Item"]["value"]["S"] for one in seen], [f"{number}/{turn}" for turn in range(3)])
            self.assertEqual((summary["calls"], summary["recorded"]), (7, 7))
        replayed = self.in_sessions(server, "none")
        for number, (seen, summary) in enumerate(replayed):
            self.assertEqual(seen, recorded[number][0])
            self.assertEqual((summary["replayed"], summary["missed"], summary["unused"]), (7, 0, 0), summary)
        self.assertEqual(summary_of(self.stop(server))["calls"], 0)


class OtherLanguages(TestCase):
    """The same work, by one program of another SDK with a client for each session."""

    def in_sessions(self, server, mode, program, choice):
        for number in range(SESSIONS):
            open_session(server.url, f"test-{number}", access_keys=[f"AKIDTEST{number}"], mode=mode,
                         cassette=str(self.folder / f"{choice}-{number}.tape"))
        seen = program(self, server.url, str(SESSIONS), choice)
        self.assertEqual(seen, [[f"{number}/{turn}" for turn in range(3)] for number in range(SESSIONS)])
        summaries = [close_session(server.url, f"test-{number}") for number in range(SESSIONS)]
        return {(one["calls"], one["recorded"], one["replayed"], one["missed"], one["unused"]) for one in summaries}

    def both_ways(self, program):
        server = self.serve()
        for choice in ("path", "key"):
            self.assertEqual(self.in_sessions(server, "all", program, choice), {(7, 7, 0, 0, 0)})
            self.assertEqual(self.in_sessions(server, "none", program, choice), {(7, 0, 7, 0, 0)})
        self.assertEqual(summary_of(self.stop(server))["calls"], 0)

    def test_200_sessions_of_javascript_by_path_and_by_access_key(self):
        self.both_ways(lambda test, url, *arguments: run_javascript(test, "sessions.mjs", url, *arguments))

    def test_200_sessions_of_go_by_path_and_by_access_key(self):
        self.both_ways(run_sessions_go)


class Choosing(TestCase):
    def test_a_session_has_a_port_of_its_own(self):
        server = self.serve()
        session = admin(server.url, "POST", "/sessions", {"name": "own", "port": 0})
        self.assertNotEqual(session["port"], server.port)
        self.assertEqual(session["url"], f"http://127.0.0.1:{session['port']}")
        create_table(session["url"], "mine")
        self.assertEqual(dynamodb(session["url"]).list_tables()["TableNames"], ["mine"])
        self.assertEqual(dynamodb(server.url).list_tables()["TableNames"], [])
        # A path goes before the port; the admin API there is about the session.
        self.assertEqual(dynamodb(session["url"] + "/session/default").list_tables()["TableNames"], [])
        admin(session["url"], "POST", "/clock", {"freeze": "2026-01-02T03:04:05Z"})
        self.assertTrue(admin(server.url, "GET", "/sessions/own")["clock"]["now"].startswith("2026-01-02T03:04:05"))
        with self.assertRaises(Refused) as taken:
            admin(server.url, "POST", "/sessions", {"name": "other", "port": session["port"]})
        self.assertIn(str(session["port"]), taken.exception.message)
        self.assertEqual([one["name"] for one in admin(server.url, "GET", "/sessions")["sessions"]], ["default", "own"])
        # Closed over its own port, too; then nobody answers there.
        close_session(session["url"], "own")
        with self.assertRaises(ConnectionError):
            for _ in range(1000):
                self.assertEqual(call(session["url"], "ListTables", {}).status, 400)
        self.stop(server)

    def test_boto3_chooses_by_path_and_by_access_key(self):
        server = self.serve()
        by_path = dynamodb(open_session(server.url, "by-path"))
        open_session(server.url, "by-key", access_keys=["AKIDBYKEY"])
        by_key = dynamodb(server.url, aws_access_key_id="AKIDBYKEY")
        fallback = dynamodb(server.url)
        for client, name in ((by_path, "paths"), (by_key, "keys"), (fallback, "defaults")):
            client.create_table(
                TableName=name, BillingMode="PAY_PER_REQUEST",
                AttributeDefinitions=[{"AttributeName": "id", "AttributeType": "S"}],
                KeySchema=[{"AttributeName": "id", "KeyType": "HASH"}])
        for client, name in ((by_path, "paths"), (by_key, "keys"), (fallback, "defaults")):
            self.assertEqual(client.list_tables()["TableNames"], [name])
        self.assertEqual(close_session(server.url, "by-path")["calls"], 2)
        self.assertEqual(close_session(server.url, "by-key")["calls"], 2)
        with self.assertRaises(ClientError) as gone:
            by_path.list_tables()
        self.assertEqual(gone.exception.response["Error"]["Code"], "SessionNotFoundException")
        # Its key chooses nothing any more.
        self.assertEqual(by_key.list_tables()["TableNames"], [])
        self.assertEqual(summary_of(self.stop(server))["calls"], 3)

    def test_an_account_is_one_whatever_the_access_keys(self):
        server = self.serve()
        url = open_session(server.url, "shared", account="team")
        create_table(url)
        tables = dynamodb(url, aws_access_key_id="AKIDOTHER").list_tables()["TableNames"]
        self.assertEqual(tables, ["notes"])

    def test_names_and_keys_are_taken_once(self):
        server = self.serve()
        open_session(server.url, "a", access_keys=["AKIDA"])
        for settings in ({"name": "a"}, {"name": "b", "access_keys": ["AKIDA"]}, {"name": "default"}):
            with self.assertRaises(Refused) as refused:
                admin(server.url, "POST", "/sessions", settings)
            self.assertEqual(refused.exception.status, 409)


class Apart(TestCase):
    def test_rules_counters_and_seeds_are_a_sessions_own(self):
        server = self.serve()
        rules = {"rules": [{"name": "third", "when": {"operation": "GetItem", "nth": 3},
                            "then": {"error": {"type": "InternalServerError"}}}]}
        urls = [open_session(server.url, name, rules=rules) for name in ("a", "b")]
        for url in urls:
            create_table(url)
        statuses = [[get(url, "k").status for url in urls] for _ in range(4)]
        self.assertEqual(statuses, [[200, 200], [200, 200], [500, 500], [200, 200]])
        self.assertEqual(close_session(server.url, "a")["faults_delivered"], 1)
        self.assertEqual(admin(server.url, "GET", "/sessions/b")["summary"]["faults_delivered"], 1)

    def test_each_session_has_its_clock_also_in_the_date_header(self):
        server = self.serve("--clock", "frozen:2030-01-01T00:00:00Z")
        url = open_session(server.url, "past", clock="frozen:2020-02-03T04:05:06Z")
        for base, date in ((server.url, "Tue, 01 Jan 2030 00:00:00 GMT"), (url, "Mon, 03 Feb 2020 04:05:06 GMT")):
            create_table(base)
            answer = put(base, "a")
            self.assertEqual(answer.headers["date"], date)

    def test_a_session_closes_while_its_calls_are_under_way(self):
        server = self.serve()
        rules = {"rules": [{"name": "slow", "when": {"operation": "GetItem"}, "then": {"latency": "300ms"}}]}
        url = open_session(server.url, "slow", rules=rules, cassette=str(self.folder / "slow.tape"))
        create_table(url)
        with concurrent.futures.ThreadPoolExecutor(8) as pool:
            calls = [pool.submit(get, url, "k") for _ in range(8)]
            while admin(server.url, "GET", "/sessions/slow")["summary"]["faults_planned"] < 8:
                pass
            summary = close_session(server.url, "slow")
            self.assertEqual([one.result().status for one in calls], [200] * 8)
        self.assertEqual((summary["recorded"], summary["faults_delivered"]), (9, 8), summary)

    def test_sessions_left_open_are_in_the_summary_at_the_end(self):
        server = self.serve()
        url = open_session(server.url, "left", cassette=str(self.folder / "left.tape"))
        create_table(url)
        errors = self.stop(server)
        self.assertEqual(summary_of(errors)["calls"], 0)
        self.assertIn("dynatape: session left: 1 calls, 0 replayed, 1 recorded, ", errors)
        replay = self.serve(self.folder / "left.tape", command="replay")
        create_table(replay.url)


if __name__ == "__main__":
    unittest.main()
