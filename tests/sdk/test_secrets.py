"""No secret of a client reaches the disk, in any encoding."""

import base64
import json
import pathlib
import shutil
import sys
import tempfile
import unittest

from support.clients import dynamodb, program
from support.dynatape import TestCase, environment, run
from support.leaks import leaks, values
from support.upstreams import Scripted, answer, gzipped
from support.wire import AUTHORIZATION, call, create_table

SECRETS = {
    "access key": "AKIAQ3EGU5HXZPLW7RTB",
    "secret key": "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",
    "session token": "IQoJb3JpZ2luX2VjEJr//////////wEaCXVzLWVhc3QtMSJHMEUCIQDnZ4Vh0x7k+5bQ3aWcYt1uR9sKf2LxPq"
                     "8mVdJ6eTgHwIgZ0yBnXoCrUaSiDlFjGkWvQpRmEtYuIoP1A2S3D4F5G6Hq8CCJP//////////wEQABoM=",
}
CREDENTIALS = {"AWS_ACCESS_KEY_ID": SECRETS["access key"], "AWS_SECRET_ACCESS_KEY": SECRETS["secret key"],
               "AWS_SESSION_TOKEN": SECRETS["session token"]}
SIGNATURE = AUTHORIZATION.rsplit("=", 1)[1]


class Secrets(TestCase):
    def assert_clean(self, cassette, secrets=SECRETS):
        """Neither in the files' bytes (the log of a running recording as well) nor in a value."""
        copies = pathlib.Path(tempfile.mkdtemp(dir=self.folder))  # the recorder lets nobody else in
        for path in sorted(self.folder.glob(cassette.name + "*")):
            self.assertEqual(leaks(path.read_bytes(), secrets), [], path.name)
            shutil.copy(path, copies)
        found = [leak for value in values(copies / cassette.name) for leak in leaks(value, secrets)]
        self.assertEqual(found, [])

    def test_the_search_finds_what_is_there(self):
        token = SECRETS["session token"].encode()
        for hidden in (token, token.hex().encode(), b"padding" + base64.b64encode(b"xy" + token + b"z"),
                       b"head" + gzipped(b"inner " + token), base64.b64encode(gzipped(token))):
            self.assertIn("session token", [name for name, _ in leaks(hidden, SECRETS)])
        self.assertEqual(leaks(b"nothing to see, " + gzipped(b"here"), SECRETS), [])

    def record_with(self, language):
        cassette = self.folder / "session.tape"
        ended = run("record", cassette, "--", *program(language), env=environment(**CREDENTIALS))
        self.assertEqual(ended.returncode, 0, ended.stdout + ended.stderr)
        self.assert_clean(cassette)

    def test_python_credentials_are_not_on_tape(self):
        self.record_with("python")

    def test_javascript_credentials_are_not_on_tape(self):
        self.record_with("javascript")

    def test_go_credentials_are_not_on_tape(self):
        self.record_with("go")

    def test_nothing_leaks_while_the_recording_runs(self):
        cassette = self.folder / "running.tape"
        server = self.serve(cassette, command="record")
        client = dynamodb(server.url, aws_access_key_id=SECRETS["access key"],
                          aws_secret_access_key=SECRETS["secret key"],
                          aws_session_token=SECRETS["session token"])
        client.create_table(TableName="notes", BillingMode="PAY_PER_REQUEST",
                            AttributeDefinitions=[{"AttributeName": "id", "AttributeType": "S"}],
                            KeySchema=[{"AttributeName": "id", "KeyType": "HASH"}])
        for number in range(50):
            client.put_item(TableName="notes", Item={"id": {"S": f"n-{number}"}})
            client.get_item(TableName="notes", Key={"id": {"S": f"n-{number}"}})
        self.assert_clean(cassette)
        self.stop(server)
        self.assert_clean(cassette)

    def test_signatures_are_not_on_tape(self):
        cassette = self.folder / "signed.tape"
        server = self.serve(cassette, command="record")
        create_table(server.url)
        self.stop(server)
        self.assert_clean(cassette, {"signature": SIGNATURE})

    def test_a_token_inside_the_body_is_not_on_tape(self):
        token = SECRETS["session token"]
        hiding = {"plain": {"S": token}, "base64": {"S": base64.b64encode(token.encode()).decode()},
                  "binary": {"B": base64.b64encode(b"token: " + token.encode()).decode()},
                  "gzip": {"B": base64.b64encode(gzipped(token.encode())).decode()}}
        cassette = self.folder / "body.tape"
        server = self.serve(cassette, command="record")
        create_table(server.url)
        stored = call(server.url, "PutItem", {"TableName": "notes", "Item": {"id": {"S": "n"}, **hiding}},
                      X_Amz_Security_Token=token)
        self.assertEqual(stored.status, 200)
        got = call(server.url, "GetItem", {"TableName": "notes", "Key": {"id": {"S": "n"}}},
                   X_Amz_Security_Token=token)
        self.assertEqual(got.json["Item"]["plain"], {"S": token}, "the client still gets what it stored")
        self.stop(server)
        self.assert_clean(cassette)

    def test_a_secret_key_that_the_program_writes_into_an_item_is_not_on_tape(self):
        cassette = self.folder / "key.tape"
        ask = pathlib.Path(__file__).resolve().parent / "programs" / "ask.py"
        body = json.dumps({"TableName": "notes", "Item": {"id": {"S": SECRETS["secret key"]}}})
        ended = run("record", cassette, "--", sys.executable, ask, "PutItem", body, env=environment(**CREDENTIALS))
        self.assertEqual(ended.returncode, 0, ended.stderr)
        self.assertEqual(run("cassette", "list", cassette).stdout.count("PutItem"), 1)
        self.assert_clean(cassette)

    def test_a_gzipped_request_does_not_hide_a_token(self):
        token = SECRETS["session token"]
        cassette = self.folder / "gzip.tape"
        with Scripted(answer({"Attributes": {"echo": {"S": token}}}, encoding="gzip")) as upstream:
            server = self.serve(cassette, "--upstream", upstream.url, command="record")
            body = gzipped(b'{"TableName":"notes","Item":{"id":{"S":"%s"}}}' % token.encode())
            stored = call(server.url, "PutItem", body, Content_Encoding="gzip", Accept_Encoding="gzip",
                          X_Amz_Security_Token=token)
            self.assertEqual(stored.status, 200)
            self.stop(server)
        self.assert_clean(cassette)


if __name__ == "__main__":
    unittest.main()
