"""kill -9 while recording: the cassette opens, is whole, and holds every answered call."""

import random
import sqlite3
import threading
import unittest

from botocore.exceptions import BotoCoreError

from support.clients import dynamodb
from support.dynatape import TestCase, run
from support.wire import create_table

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


if __name__ == "__main__":
    unittest.main()
