"""Another endpoint behind the proxy: DynamoDB Local, recorded and replayed."""

import subprocess
import unittest

from support.clients import dynamodb, program
from support.dynatape import TestCase, environment, run
from support.summary import summary_of
from support.upstreams import DynamoDBLocal, Scripted, answer
from support.wire import call, put


class RealUpstream(TestCase):
    def test_dynamodb_local_is_recorded_and_replayed_in_three_sdks(self):
        for language in ("python", "javascript", "go"):
            with self.subTest(language=language):
                cassette = self.folder / f"{language}.tape"
                with DynamoDBLocal(self.folder) as upstream:
                    recorded = run("record", cassette, "--upstream", upstream.url, "--", *program(language))
                    self.assertEqual(recorded.returncode, 0, recorded.stdout + recorded.stderr)
                replayed = run("replay", cassette, "--", *program(language))
                self.assertEqual(replayed.returncode, 0, replayed.stdout + replayed.stderr)
                self.assertEqual(replayed.stdout, recorded.stdout)
                summary = summary_of(replayed.stderr)
                self.assertEqual((summary["missed"], summary["unused"]), (0, 0))

    def test_the_emulator_answers_what_dynamodb_local_answers(self):
        with DynamoDBLocal(self.folder) as upstream:
            emulator = self.serve()
            for language in ("python", "javascript", "go"):
                said = []
                for url in (upstream.url, emulator.url):
                    ended = subprocess.run(
                        program(language), capture_output=True, text=True, timeout=60,
                        env=environment(AWS_ENDPOINT_URL_DYNAMODB=url, AWS_REGION="us-east-1",
                                        AWS_ACCESS_KEY_ID="x", AWS_SECRET_ACCESS_KEY="y"))
                    self.assertEqual(ended.returncode, 0, ended.stdout + ended.stderr)
                    said.append(ended.stdout)
                self.assertEqual(said[0], said[1])


class BrokenUpstream(TestCase):
    def test_an_upstream_that_is_gone_is_a_502_that_names_it(self):
        with Scripted() as upstream:
            url = upstream.url
        server = self.serve("--upstream", url)
        refused = put(server.url, "a")
        self.assertIn(refused.status, (502, 503))
        self.assertIn(url.removeprefix("http://"), refused.body.decode())

    def test_a_truncated_answer_is_never_passed_on_as_a_success(self):
        cassette = self.folder / "truncated.tape"
        body = b'{"Item":{"id":{"S":"a"}}}'
        with Scripted(*[answer(body[:10], Content_Length=str(len(body)))] * 4) as upstream:
            server = self.serve(cassette, "--upstream", upstream.url, command="record")
            self.assertGreaterEqual(put(server.url, "a").status, 500)
            self.stop(server)
        self.assertEqual(run("cassette", "list", cassette).stdout.count("PutItem"), 0)

    def test_an_upstream_error_is_passed_on_and_replayed(self):
        cassette = self.folder / "error.tape"
        error = {"__type": "com.amazonaws.dynamodb.v20120810#InternalServerError", "message": "try later"}
        with Scripted(answer(error, status=500)) as upstream:
            server = self.serve(cassette, "--upstream", upstream.url, command="record")
            live = put(server.url, "a")
            self.stop(server)
        replay = self.serve(cassette, command="replay")
        replayed = put(replay.url, "a")
        for got in (live, replayed):
            self.assertEqual((got.status, got.json), (500, error))
            self.assertTrue(got.crc_is_right())

    def test_what_the_client_asked_reaches_the_upstream_unchanged(self):
        with Scripted(answer({}), answer({})) as upstream:
            server = self.serve("--upstream", upstream.url)
            call(server.url, "PutItem", b'{ "TableName" : "notes", "Item": {"id": {"S": "\\u00e9"}} }')
            dynamodb(server.url).put_item(TableName="notes", Item={"id": {"S": "b"}})
            self.assertEqual(upstream.requests[0][1],
                             b'{ "TableName" : "notes", "Item": {"id": {"S": "\\u00e9"}} }')
            headers = {name.lower(): value for name, value in upstream.requests[1][0].items()}
            self.assertEqual(headers["x-amz-target"], "DynamoDB_20120810.PutItem")
            self.assertIn("amz-sdk-invocation-id", headers)


if __name__ == "__main__":
    unittest.main()
