"""Strict authentication: the signatures of real SDKs are verified, and the wrong ones refused by name."""

import contextlib
import gzip
import hashlib
import http.client
import json
import subprocess
import unittest

from botocore.auth import SigV4Auth, SigV4QueryAuth
from botocore.awsrequest import AWSRequest
from botocore.credentials import Credentials
from botocore.exceptions import ClientError

from support.clients import dynamodb
from support.dynatape import ROOT, TestCase, environment, run

KEY = ("AKIDSTRICT", "wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY")
SESSION = ("ASIASTRICT", "other/secret", "AQoDYXdzEPT//////////wEXAMPLE==")
INVALID_TOKEN = "The security token included in the request is invalid."
MISMATCH = "The request signature we calculated does not match the signature you provided."
RIGHT_KEY = {"aws_access_key_id": KEY[0], "aws_secret_access_key": KEY[1]}


class Presigning(SigV4QueryAuth):
    """botocore's own moves the body into the query."""

    def payload(self, request):
        return hashlib.sha256(b"{}").hexdigest()


class StrictAuth(TestCase):
    def setUp(self):
        super().setUp()
        self.server = self.serve("--auth", "strict", "--auth-key", ":".join(KEY), "--auth-key", ":".join(SESSION))

    def refusal(self, **settings):
        """The error that a boto3 client with these settings gets."""
        with self.assertRaises(ClientError) as caught:
            dynamodb(self.server.url, **settings).list_tables()
        return caught.exception.response["Error"]

    def test_boto3_with_a_right_key_is_answered(self):
        client = dynamodb(self.server.url, **RIGHT_KEY)
        client.create_table(TableName="notes", BillingMode="PAY_PER_REQUEST",
                            AttributeDefinitions=[{"AttributeName": "id", "AttributeType": "S"}],
                            KeySchema=[{"AttributeName": "id", "KeyType": "HASH"}])
        client.put_item(TableName="notes", Item={"id": {"S": "a"}, "text": {"S": "é€𝄞 " * 100}})
        self.assertEqual(client.list_tables()["TableNames"], ["notes"])

    def test_boto3_with_a_session_token_is_answered(self):
        settings = dict(zip(("aws_access_key_id", "aws_secret_access_key", "aws_session_token"), SESSION))
        self.assertEqual(dynamodb(self.server.url, **settings).list_tables()["TableNames"], [])
        self.assertEqual(self.refusal(**{**settings, "aws_session_token": "stale"})["Code"],
                         "UnrecognizedClientException")

    def test_boto3_with_a_wrong_secret_is_refused(self):
        error = self.refusal(aws_access_key_id=KEY[0], aws_secret_access_key="wrong")
        self.assertEqual(error["Code"], "InvalidSignatureException")
        self.assertTrue(error["Message"].startswith(MISMATCH), error)

    def test_boto3_with_an_unknown_key_is_refused(self):
        self.assertEqual(self.refusal(aws_access_key_id="AKIDNOBODY"),
                         {"Code": "UnrecognizedClientException", "Message": INVALID_TOKEN})

    def list_tables_of_javascript(self, key, secret):
        ended = subprocess.run(
            ["node", str(ROOT / "tests/sdk/javascript/list_tables.mjs")], capture_output=True, text=True, timeout=60,
            env=environment(AWS_ENDPOINT_URL_DYNAMODB=self.server.url, AWS_REGION="eu-west-1",
                            AWS_ACCESS_KEY_ID=key, AWS_SECRET_ACCESS_KEY=secret))
        self.assertEqual(ended.returncode, 0, ended.stderr)
        return json.loads(ended.stdout)

    def test_javascript_is_answered_with_the_right_secret_only(self):
        self.assertEqual(self.list_tables_of_javascript(*KEY), {"tables": []})
        wrong = self.list_tables_of_javascript(KEY[0], "wrong")
        self.assertEqual(wrong["error"], "InvalidSignatureException")
        self.assertTrue(wrong["message"].startswith(MISMATCH), wrong)
        self.assertEqual(self.list_tables_of_javascript("AKIDNOBODY", "x"),
                         {"error": "UnrecognizedClientException", "message": INVALID_TOKEN})

    def post(self, auth, body=b"{}", **headers):
        """The answer to ListTables signed by `auth`: (status, body)."""
        request = AWSRequest("POST", self.server.url + "/", data=body, headers={
            "Content-Type": "application/x-amz-json-1.0", "X-Amz-Target": "DynamoDB_20120810.ListTables", **headers})
        auth.add_auth(request)
        sent = request.prepare()
        with contextlib.closing(http.client.HTTPConnection("127.0.0.1", self.server.port, timeout=60)) as connection:
            path = sent.url[len(self.server.url):]
            headers = {name: value for name, value in sent.headers.items() if name != "Content-Length"}
            connection.request("POST", path, body=body, headers=headers)
            answer = connection.getresponse()
            return answer.status, json.loads(answer.read())

    def test_a_presigned_request_is_answered(self):
        for secret, status in ((KEY[1], 200), ("wrong", 400)):
            auth = Presigning(Credentials(KEY[0], secret), "dynamodb", "us-east-1", expires=600)
            answered, body = self.post(auth)
            self.assertEqual(answered, status, body)

    def test_a_compressed_body_is_signed_as_it_was_sent(self):
        auth = SigV4Auth(Credentials(*KEY), "dynamodb", "us-east-1")
        status, body = self.post(auth, gzip.compress(b"{}"), **{"Content-Encoding": "gzip"})
        self.assertEqual((status, body), (200, {"TableNames": []}))

    def test_a_session_by_path_is_signed_with_its_path(self):
        client = dynamodb(self.server.url + "/session/default", **RIGHT_KEY)
        self.assertEqual(client.list_tables()["TableNames"], [])
        with self.assertRaises(ClientError):
            dynamodb(self.server.url + "/session/default").list_tables()

    def test_a_signature_for_another_service_is_refused(self):
        status, body = self.post(SigV4Auth(Credentials(*KEY), "s3", "us-east-1"))
        self.assertEqual((status, body["__type"]), (400, "com.amazon.coral.service#InvalidSignatureException"))
        self.assertEqual(body["message"], "Credential should be scoped to correct service: 'dynamodb'. ")


class OtherWays(TestCase):
    def test_the_time_is_the_proxys(self):
        server = self.serve("--auth", "strict", "--auth-key", ":".join(KEY), "--clock", "frozen:2026-10-09T12:00:00Z")
        with self.assertRaises(ClientError) as caught:
            dynamodb(server.url, **RIGHT_KEY).list_tables()
        error = caught.exception.response["Error"]
        self.assertEqual(error["Code"], "InvalidSignatureException")
        self.assertRegex(error["Message"], r"^Signature (expired|not yet current): \d{8}T\d{6}Z is ")

    def test_without_a_key_the_environments_is_the_good_one(self):
        server = self.serve("--auth", "strict", env=environment(
            AWS_ACCESS_KEY_ID=KEY[0], AWS_SECRET_ACCESS_KEY=KEY[1]))
        self.assertEqual(dynamodb(server.url, **RIGHT_KEY).list_tables()["TableNames"], [])
        with self.assertRaises(ClientError):
            dynamodb(server.url).list_tables()

    def test_without_any_key_it_does_not_start(self):
        ended = run("serve", "--auth", "strict", "--listen", "127.0.0.1:0")
        self.assertEqual(ended.returncode, 2, ended.stderr)
        self.assertIn("--auth-key ID:SECRET", ended.stderr)

    def test_a_command_without_a_key_signs_with_the_given_one(self):
        program = ROOT / "tests/sdk/javascript/list_tables.mjs"
        ended = run("exec", "--auth", "strict", "--auth-key", ":".join(KEY), "--", "node", program)
        self.assertEqual((ended.returncode, json.loads(ended.stdout)), (0, {"tables": []}), ended.stderr)

    def test_nothing_is_verified_unless_asked(self):
        self.assertEqual(dynamodb(self.serve().url).list_tables()["TableNames"], [])


if __name__ == "__main__":
    unittest.main()
