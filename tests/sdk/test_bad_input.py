"""Bad input on the command line and on the disk: one clear line and status 2, nothing lost."""

import contextlib
import ctypes
import os
import pathlib
import random
import resource
import signal
import socket
import sqlite3
import sys
import unittest

from support.dynatape import TestCase, run
from support.summary import summary_of
from support.wire import call, create_table, get, put

HERE = pathlib.Path(__file__).resolve().parent
RULE = '{ "rules": [ { "name": "r", %s } ] }'
THEN = '"then": { "error": { "type": "ThrottlingException" } }'


class CommandLine(TestCase):
    def assert_refused(self, arguments, *parts, **options):
        """It must end with status 2 and one line on standard error that has every part."""
        ended = run(*arguments, **options)
        self.assertEqual(ended.returncode, 2, ended.stdout + ended.stderr)
        lines = ended.stderr.splitlines()
        self.assertEqual(len(lines), 1, ended.stderr)
        for part in parts:
            self.assertIn(str(part), lines[0])

    def test_an_unknown_option_is_named(self):
        self.assert_refused(["serve", "--lisen", "127.0.0.1:0"], "--lisen")

    def test_an_unknown_command_is_named(self):
        self.assert_refused(["sevre"], "sevre")

    def test_values_that_cannot_be_are_named_with_what_would_be_right(self):
        for option, value, right in (("--listen", "nowhere", "ADDRESS:PORT"), ("--seed", "x", "number"),
                                     ("--mode", "twice", "once"), ("--upstream", "ftp://x", "http://"),
                                     ("--clock", "stopped", "frozen:"), ("--profile", "bad-day", "throttle-storm")):
            with self.subTest(option=option):
                self.assert_refused(["serve", "--cassette", self.folder / "t", option, value], value, right)

    def test_a_profile_beside_a_rule_file_is_refused_with_what_to_write_instead(self):
        self.assert_refused(["serve", "--rules", "r.json", "--profile", "slow-p99"], '"profile": "slow-p99"')
        self.assert_refused(["rules", "profile", "bad-day"], "bad-day", "slow-p99")

    def test_rule_files_are_read_strictly(self):
        cases = (('"when": { "operatoin": "GetItem" }, ' + THEN, "operatoin"),
                 ('"when": { "operation": "GetItems" }, ' + THEN, "GetItems"),
                 ('"when": { "probability": 2 }, ' + THEN, "probability"),
                 ('"then": { "eror": {} }', "eror"),
                 ('"then": { "error": { "type": "NoSuchException" } }', "NoSuchException"),
                 ('"then": { "error": { "type": "ThrottlingException" }, "latency": { "fixed": "1s" } }', "then"),
                 ('"then": { "latency": { "fixed": "fast" } }', "fast"))
        for rule, named in cases:
            with self.subTest(named=named):
                rules = self.write("rules.json", RULE % rule)
                self.assert_refused(["rules", "check", rules], named)
                self.assert_refused(["serve", "--rules", rules, "--listen", "127.0.0.1:0"], named, rules)

    def test_a_rule_file_that_is_no_json_says_where(self):
        self.assert_refused(["rules", "check", self.write("rules.json", '{ "rules": [ }')], "rules.json")
        self.assert_refused(["rules", "check", self.write("deep.json", "[" * 100_000)], "deep.json")
        self.assert_refused(["rules", "check", self.folder / "absent.json"], "absent.json")

    def test_a_file_that_is_no_cassette_is_left_alone(self):
        for text in ("dear diary\n" * 1000, "x"):
            path = self.write("diary.txt", text)
            for command in (["replay", path, "--listen", "127.0.0.1:0"], ["cassette", "list", path],
                            ["record", path, "--listen", "127.0.0.1:0"]):
                self.assert_refused(command, path)
            self.assertEqual(path.read_text(), text)

    def test_another_programs_database_is_left_alone(self):
        path = self.folder / "other.db"
        with sqlite3.connect(path) as database:
            database.execute("CREATE TABLE t (x)")
        before = path.read_bytes()
        self.assert_refused(["replay", path, "--listen", "127.0.0.1:0"], path)
        self.assert_refused(["record", path, "--listen", "127.0.0.1:0"], path)
        self.assertEqual(path.read_bytes(), before)

    def recorded(self):
        cassette = self.folder / "good.tape"
        server = self.serve(cassette, command="record")
        create_table(server.url)
        self.stop(server)
        return cassette

    def test_a_newer_cassette_says_so(self):
        cassette = self.recorded()
        with sqlite3.connect(cassette) as database:
            version = database.execute("PRAGMA user_version").fetchone()[0]
            database.execute(f"PRAGMA user_version = {version + 1}")
        database.close()
        for command in (["replay", cassette, "--listen", "127.0.0.1:0"], ["cassette", "export", cassette]):
            self.assert_refused(command, cassette, version + 1, "newer")

    def test_an_absent_cassette_cannot_be_replayed(self):
        self.assert_refused(["replay", self.folder / "absent.tape", "--listen", "127.0.0.1:0"], "absent.tape")
        self.assertFalse((self.folder / "absent.tape").exists())

    def test_unwritable_places_are_named(self):
        nowhere = self.folder / "no" / "such" / "folder"
        self.assert_refused(["record", nowhere / "x.tape", "--listen", "127.0.0.1:0"], nowhere)
        self.assert_refused(["serve", "--listen", "127.0.0.1:0", "--ready-file", nowhere / "ready"], nowhere)

    def test_a_busy_port_is_named(self):
        with socket.create_server(("127.0.0.1", 0)) as taken:
            port = taken.getsockname()[1]
            self.assert_refused(["serve", "--listen", f"127.0.0.1:{port}"], f"127.0.0.1:{port}")

    def test_a_second_server_on_one_port_is_refused(self):
        server = self.serve()
        self.assert_refused(["serve", "--listen", f"127.0.0.1:{server.port}"], str(server.port))

    def test_a_command_that_is_not_there_is_named(self):
        self.assert_refused(["exec", "--", "no-such-program"], "no-such-program")

    def test_the_commands_status_is_passed_on(self):
        self.assertEqual(run("exec", "--", "sh", "-c", "exit 7").returncode, 7)

    def test_a_replay_that_missed_exits_3_and_prints_the_misses(self):
        cassette = self.recorded()
        ask = [sys.executable, str(HERE / "programs" / "ask.py"), "GetItem", '{"TableName":"other"}']
        ended = run("replay", cassette, "--", *ask)
        self.assertEqual((ended.returncode, ended.stdout), (3, "400\n"), ended.stderr)
        self.assertIn("GetItem", ended.stderr)
        self.assertEqual(summary_of(ended.stderr)["missed"], 1)

    def test_a_recording_into_a_read_only_file_is_refused(self):
        cassette = self.recorded()
        before = cassette.read_bytes()
        cassette.chmod(0o444)
        self.folder.chmod(0o555)
        self.addCleanup(self.folder.chmod, 0o755)
        self.assert_refused(["record", cassette, "--listen", "127.0.0.1:0"], cassette,
                            preexec_fn=obey_permissions)
        self.assertEqual(cassette.read_bytes(), before)

    def test_a_cassette_in_use_says_how(self):
        cassette = self.recorded()
        replay = self.serve(cassette, command="replay")
        self.serve(cassette, command="replay")  # as many as like may read it
        self.assert_refused(["serve", "--cassette", cassette, "--mode", "new", "--listen", "127.0.0.1:0"], cassette,
                            "another process is replaying")
        self.assertEqual(call(replay.url, "ListTables", {}).status, 400, "it still replays")
        fresh = self.folder / "fresh.tape"
        server = self.serve(fresh, command="record")
        create_table(server.url)
        for command in ("record", "replay"):
            self.assert_refused([command, fresh, "--listen", "127.0.0.1:0"], fresh, "another process is recording it")
        self.stop(server)
        self.assertEqual(run("cassette", "list", fresh).stdout.count("CreateTable"), 1)

    def test_a_read_only_cassette_replays(self):
        cassette = self.recorded()
        cassette.chmod(0o444)
        self.folder.chmod(0o555)
        self.addCleanup(self.folder.chmod, 0o755)
        ask = [sys.executable, str(HERE / "programs" / "ask.py"), "ListTables", "{}"]
        ended = run("replay", cassette, "--", *ask, preexec_fn=obey_permissions)
        self.assertEqual(ended.returncode, 3, ended.stderr)
        self.assertEqual(run("cassette", "list", cassette, preexec_fn=obey_permissions).returncode, 0)


def obey_permissions():
    """In a child about to start: even root has no more right to a file than its mode says."""
    dac_override, dac_read_search, drop_from_bounding_set = 1, 2, 24
    if os.geteuid() == 0:
        for capability in (dac_override, dac_read_search):
            if ctypes.CDLL(None).prctl(drop_from_bounding_set, capability, 0, 0, 0) != 0:
                os._exit(126)


class FullDisk(TestCase):
    def test_what_cannot_be_stored_is_not_acknowledged(self):
        cassette = self.folder / "full.tape"
        server = self.serve(cassette, command="record", preexec_fn=limit_files)
        create_table(server.url)
        answered = []
        for number in range(400):
            answer = put(server.url, f"item-{number}", text=text_of(number))
            if answer.status != 200:
                break
            answered.append(f"item-{number}")
        self.assertEqual((answer.status, answer.type), (400, "RecordingFailedException"))
        self.assertIn(str(cassette), answer.message)
        self.assertEqual(get(server.url, "item-0").type, "RecordingFailedException", "a tape has no hole")
        self.assertIn(str(cassette), self.stop(server, status=1))
        with contextlib.closing(sqlite3.connect(cassette)) as database:
            self.assertEqual(database.execute("PRAGMA integrity_check").fetchall(), [("ok",)])
        replay = self.serve(cassette, command="replay")
        create_table(replay.url)
        for number, id in enumerate(answered):
            self.assertEqual(put(replay.url, id, text=text_of(number)).status, 200)


def limit_files():
    """In a child about to start: files end at 512 KB, and writing on is an error and no signal."""
    signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
    resource.setrlimit(resource.RLIMIT_FSIZE, (512 * 1024, 512 * 1024))


def text_of(number):
    """8 KB that no compression makes much smaller."""
    return random.Random(number).randbytes(4096).hex()


if __name__ == "__main__":
    unittest.main()
