"""Two takes of one test replay into each other, and recordings of AWS replay for other generated values."""

import json
import re
import unittest
import uuid

from support import golden_tapes
from support.admin import close_session, open_session
from support.clients import orders
from support.dynatape import TestCase, environment, run
from support.repository import RepositoryTest
from support.summary import summary_of
from support.wire import Connection

UUID = re.compile(r"[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}")


def lines(cassette):
    """The recordings of a cassette, without attempts that failed."""
    done = run("cassette", "export", "--exact", cassette)
    assert done.returncode == 0, done.stderr
    return [json.loads(line) for line in done.stdout.splitlines()]


class Takes(TestCase):
    def take(self, name):
        cassette = self.folder / name
        recorded = run("record", cassette, "--", *orders("python"), env=environment(ORDERS_WITHOUT_RACE="1"))
        self.assertEqual(recorded.returncode, 0, recorded.stdout + recorded.stderr)
        return cassette

    def test_two_takes_replay_into_each_other(self):
        """What the one take asked is answered from the other as it was answered then: recording that again is the same."""
        takes = [self.take("one.tape"), self.take("two.tape")]
        for asked, answering in (takes, reversed(takes)):
            again = self.folder / f"{asked.name}.again"
            replay = self.serve(answering, command="replay")
            recorder = self.serve(again, "--upstream", replay.url, command="record")
            connection = Connection(recorder.url)
            for line in lines(asked):
                body = line["request"]["body"]
                answer = connection.call(line["operation"], json.dumps(body).encode())
                self.assertEqual(answer.status, line["response"]["status"], (line, answer))
            connection.close()
            self.stop(recorder)
            summary = summary_of(self.stop(replay))
            self.assertEqual((summary["missed"], summary["unused"]), (0, 0))
            done = run("cassette", "diff", asked, again)
            self.assertEqual((done.returncode, done.stdout), (0, ""))


class InGit(RepositoryTest):
    def test_a_program_recorded_again_shows_no_difference(self):
        """Every key and time is another, and eight threads interleave in another way."""
        takes = []
        for _ in range(2):
            recorded = run("record", self.tape, "--", *orders("python"), env=environment(ORDERS_WITHOUT_RACE="1"))
            self.assertEqual(recorded.returncode, 0, recorded.stdout + recorded.stderr)
            takes.append(self.tape.read_bytes())
            if len(takes) == 1:
                self.commit("first take")
        self.assertNotEqual(*takes)
        first = self.folder / "first.tape"
        first.write_bytes(takes[0])
        done = run("cassette", "diff", first, self.tape)
        self.assertEqual((done.returncode, done.stdout), (0, ""))
        shown = [line for line in self.git("diff").splitlines() if line.startswith(("+{", "-{"))]
        self.assertEqual(shown, [])


class RecordingsOfAws(TestCase):
    """Sessions that google/go-cloud recorded on AWS, asked again with other UUIDs in the place of theirs."""

    def test_they_replay_for_other_values(self):
        replayed, changed = 0, 0
        sessions = [[one for one in told if "response" in one] for _, _, told in golden_tapes.sessions()]
        chosen = sorted((told for told in sessions if UUID.search(json.dumps(told))), key=len)[-25:]
        self.assertEqual(len(chosen), 25)
        server = self.serve()
        for number, told in enumerate(chosen):
            tape = self.folder / f"{number}.tape"
            imported = run("cassette", "import", self.write("session.jsonl", golden_tapes.text(told)), "-o", tape)
            self.assertEqual(imported.returncode, 0, imported.stderr)
            session = open_session(server.url, f"s{number}", cassette=str(tape), mode="none")
            asked, answered = set(), set()  # what an answer brings in, a program sends as it is
            for one in told:
                asked |= set(UUID.findall(json.dumps(one["request"]))) - answered
                answered |= set(UUID.findall(json.dumps(one["response"]))) - asked
            others = {value: str(uuid.uuid4()) for value in asked}

            def renewed(value):
                return json.loads(UUID.sub(lambda found: others.get(found[0], found[0]), json.dumps(value)))

            connection = Connection(session)
            for one in told:
                answer = connection.call(one["operation"], renewed(one["request"]["body"]))
                expected = renewed(one["response"]["body"])
                self.assertEqual((answer.status, self.unordered(answer.json)),
                                 (one["response"]["status"], self.unordered(expected)), one)
                replayed += 1
            connection.close()
            changed += len(others)
            summary = close_session(server.url, f"s{number}")
            self.assertEqual((summary["missed"], summary["unused"]), (0, 0))
        self.assertGreater(replayed, 200)
        self.assertGreater(changed, 100)

    @staticmethod
    def unordered(answer):
        """The items of a Query may stand in another order where their sort keys are others."""
        if isinstance(answer.get("Items"), list):
            answer["Items"].sort(key=json.dumps)
        return answer


if __name__ == "__main__":
    unittest.main()
