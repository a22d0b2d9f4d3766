"""kill -9 while recording: the cassette opens, is whole, and holds every answered call."""

import pathlib
import random
import sqlite3
import threading
import unittest

from botocore.exceptions import BotoCoreError

from support.clients import dynamodb
from support.dynatape import TestCase, run
from support.wire import create_table, put

ROUNDS = 20
THREADS = 8


class Load:
    """Threads that put numbered items, and remember which were answered."""

    def __init__(self, url):
        self._client = dynamodb(url)
        self._changed = threading.Condition()
        self.answered = []
        self._threads = [threading.Thread(target=self._work, args=(number,)) for number in range(THREADS)]
        for thread in self._threads:
            thread.start()

    def _work(self, number):
        for count in range(100_000):
            id = f"item-{number}-{count}"
            try:
                self._client.put_item(TableName="notes", Item={"id": {"S": id}, "text": {"S": "x" * 200}})
            except BotoCoreError:
                return  # the proxy is dead
            with self._changed:
                self.answered.append(id)
                self._changed.notify()

    def await_answers(self, count):
        with self._changed:
            assert self._changed.wait_for(lambda: len(self.answered) >= count, 60), "no answers"

    def join(self):
        for thread in self._threads:
            thread.join()


class Killed(TestCase):
    def test_kill_9_loses_no_answered_call(self):
        seed = random.SystemRandom().randrange(1 << 32)
        chance = random.Random(seed)
        for number in range(ROUNDS):
            with self.subTest(round=number, seed=seed):
                self.one_round(self.folder / f"round-{number}.tape", chance.randint(1, 400))

    def one_round(self, cassette, answers_before_death):
        server = self.serve(cassette, command="record")
        create_table(server.url)
        load = Load(server.url)
        load.await_answers(answers_before_death)
        server.kill()
        load.join()
        self.assert_whole(cassette)
        self.assert_replays(cassette, load.answered)

    def assert_whole(self, cassette):
        database = sqlite3.connect(cassette)
        self.assertEqual(database.execute("PRAGMA integrity_check").fetchall(), [("ok",)])
        database.close()
        listed = run("cassette", "list", cassette)
        self.assertEqual(listed.returncode, 0, listed.stderr)

    def assert_replays(self, cassette, ids):
        # Only the writes are asked for again, without the table that was made before them.
        replay = self.serve(cassette, "--order", "any", command="replay")
        client = dynamodb(replay.url)
        for id in ids:
            client.put_item(TableName="notes", Item={"id": {"S": id}, "text": {"S": "x" * 200}})
        self.stop(replay)


class Torn(TestCase):
    """What a failure of power may leave of the log: a page in its midst that never reached the disk."""

    def killed_recording(self):
        cassette = self.folder / "torn.tape"
        server = self.serve(cassette, command="record")
        create_table(server.url)
        ids = [f"item-{number}" for number in range(40)]
        for id in ids:
            self.assertEqual(put(server.url, id, text="x" * 3000).status, 200)
        server.kill()
        return cassette, ids

    def test_a_torn_log_is_refused_by_name_and_recovered_up_to_the_damage(self):
        cassette, ids = self.killed_recording()
        log = pathlib.Path(f"{cassette}-wal")
        torn = bytearray(log.read_bytes())
        middle = len(torn) // 2
        torn[middle:middle + 4096] = bytes(4096)
        log.write_bytes(torn)
        for command in (["replay", cassette, "--listen", "127.0.0.1:0"], ["record", cassette, "--listen", "127.0.0.1:0"],
                        ["cassette", "list", cassette]):
            refused = run(*command)
            self.assertEqual(refused.returncode, 2, refused.stderr)
            self.assertEqual(refused.stderr.count("\n"), 1, refused.stderr)
            for part in (str(log), "is damaged at byte", f"dynatape cassette recover {cassette}"):
                self.assertIn(part, refused.stderr)
        self.assertEqual(log.read_bytes(), torn)
        recovered = run("cassette", "recover", cassette)
        self.assertEqual(recovered.returncode, 0, recovered.stderr)
        self.assertIn(f"{log}.damaged", recovered.stdout + recovered.stderr)
        self.assertEqual(pathlib.Path(f"{log}.damaged").read_bytes(), torn)
        self.assertFalse(log.exists())
        whole = len(run("cassette", "list", cassette).stdout.splitlines()) - 1  # but for CreateTable
        self.assertIn(f"{whole + 1} recordings", recovered.stdout + recovered.stderr)
        self.assertGreater(whole, 10)
        self.assertLess(whole, 40)
        replay = self.serve(cassette, command="replay")
        create_table(replay.url)
        for id in ids[:whole]:
            self.assertEqual(put(replay.url, id, text="x" * 3000).status, 200)

    def test_what_is_whole_has_nothing_to_recover(self):
        cassette, ids = self.killed_recording()
        recovered = run("cassette", "recover", cassette)
        self.assertEqual(recovered.returncode, 0, recovered.stderr)
        self.assertIn(f"{len(ids) + 1} recordings, all whole", recovered.stdout + recovered.stderr)
        self.assertEqual([path.name for path in self.folder.glob("torn.tape*")], ["torn.tape"])


if __name__ == "__main__":
    unittest.main()
