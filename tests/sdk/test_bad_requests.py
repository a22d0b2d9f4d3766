"""Bad requests: the right HTTP answer, and a server that lives on."""

import gzip
import socket
import unittest

from support.dynatape import TestCase
from support.wire import AUTHORIZATION, call, create_table, get


class OverHttp(TestCase):
    def setUp(self):
        super().setUp()
        self.server = self.serve()
        create_table(self.server.url)

    def tearDown(self):
        """Whatever was sent, the server lives, answers, and ends well."""
        self.assertEqual(get(self.server.url, "a").status, 200)
        self.stop(self.server)

    def send(self, *pieces):
        """Send bytes, end the sending side, and return all that comes back."""
        with socket.create_connection(("127.0.0.1", self.server.port), timeout=60) as client:
            try:
                for piece in pieces:
                    client.sendall(piece)
                client.shutdown(socket.SHUT_WR)
            except OSError:
                pass  # it may refuse and close before all is sent
            received = b""
            try:
                while piece := client.recv(65536):
                    received += piece
            except ConnectionResetError:
                pass
            return received

    def status(self, *pieces):
        received = self.send(*pieces)
        self.assertRegex(received, rb"^HTTP/1.1 \d{3} ")
        return int(received[9:12])

    def head(self, *headers):
        lines = ["POST / HTTP/1.1", "Host: x", "X-Amz-Target: DynamoDB_20120810.GetItem",
                 "Content-Type: application/x-amz-json-1.0", f"Authorization: {AUTHORIZATION}",
                 "X-Amz-Date: 20260102T000000Z", *headers]
        return ("\r\n".join(lines) + "\r\n\r\n").encode()

    def test_a_body_that_is_no_json(self):
        for body in (b"", b"{", b"null", b"[]", b'"x"', b'{"TableName":}', b"\xff\xfe", b'{"TableName":"a"} x'):
            with self.subTest(body=body):
                refused = call(self.server.url, "GetItem", body)
                self.assertEqual(refused.status, 400)
                self.assertIn(refused.type, ("SerializationException", "ValidationException"))

    def test_deep_nesting(self):
        deep = 100_000
        for body in (b"[" * deep, b'{"a":' * deep, b"[" * deep + b"]" * deep,
                     b'{"TableName":"notes","Key":' + b'{"L":[' * deep + b"]}" * deep + b"}",
                     b'{"TableName":"notes","FilterExpression":"' + b"(" * deep + b'"}',
                     b'{"TableName":"notes","FilterExpression":"' + b"NOT " * deep + b'"}'):
            with self.subTest(body=body[:50]):
                self.assertEqual(call(self.server.url, "Scan", body).status, 400)
                self.assertEqual(call(self.server.url, "GetItem", body).status, 400)

    def test_a_body_above_16_mb_is_413(self):
        size = 16 * 1024 * 1024 + 1
        self.assertEqual(self.status(self.head(f"Content-Length: {size}"), b" " * size), 413)
        chunk = b"100000\r\n" + b" " * 0x100000 + b"\r\n"
        self.assertEqual(self.status(self.head("Transfer-Encoding: chunked"), *[chunk] * 17, b"0\r\n\r\n"), 413)

    def test_a_small_body_that_unpacks_above_16_mb_is_413(self):
        bomb = gzip.compress(b" " * (64 * 1024 * 1024))
        self.assertEqual(call(self.server.url, "GetItem", bomb, Content_Encoding="gzip").status, 413)

    def test_a_gzip_body_that_is_broken_is_refused(self):
        body = gzip.compress(b'{"TableName":"notes","Key":{"id":{"S":"a"}}}')
        for broken in (body[:-6], b"not gzip", b""):
            self.assertEqual(call(self.server.url, "GetItem", broken, Content_Encoding="gzip").status, 400)
        self.assertEqual(call(self.server.url, "GetItem", body, Content_Encoding="gzip").status, 200)

    def test_headers_above_16_kb_are_refused(self):
        self.assertIn(self.status(self.head("X-Long: " + "x" * 17_000)), (400, 413, 431))
        self.assertIn(self.status(b"POST /" + b"x" * 17_000 + b" HTTP/1.1\r\n\r\n"), (400, 413, 414, 431))

    def test_what_is_no_http_is_refused(self):
        for garbage in (b"\x16\x03\x01\x02\x00\x01\x00", b"hello\r\n\r\n", b"GET\r\n\r\n", b"\0" * 100,
                        self.head("Content-Length: x"), self.head("Content-Length: -1"),
                        self.head("Content-Length: 2", "Content-Length: 3") + b"{}",
                        self.head("Content-Length: 2", "Transfer-Encoding: chunked") + b"0\r\n\r\n",
                        self.head("Transfer-Encoding: chunked") + b"zz\r\n"):
            with self.subTest(garbage=garbage[-40:]):
                self.assertEqual(self.status(garbage), 400)

    def test_a_request_that_ends_early_gets_no_success(self):
        whole = self.head("Content-Length: 40") + b'{"TableName":"notes","Key":{"id":{"S":"a"}}}'[:40]
        for length in range(0, len(whole), 37):
            self.assertNotIn(b" 200 ", self.send(whole[:length])[:20])

    def test_the_gates_answer_as_the_service_does(self):
        body = {"TableName": "notes", "Key": {"id": {"S": "a"}}}
        for headers, type in (({"X_Amz_Target": "DynamoDB_20120810.Nothing"}, "UnknownOperationException"),
                              ({"X_Amz_Target": None}, "UnknownOperationException"),
                              ({"Authorization": None}, "MissingAuthenticationTokenException"),
                              ({"Authorization": "AWS4-HMAC-SHA256 x"}, "IncompleteSignatureException")):
            with self.subTest(headers=headers):
                headers = {name.replace("_", "-"): value for name, value in headers.items()}
                refused = call(self.server.url, "GetItem", body, **headers)
                self.assertEqual((refused.status, refused.type), (400, type))

    def test_an_operation_that_is_not_built_says_so(self):
        refused = call(self.server.url, "ListGlobalTables", {})
        self.assertGreaterEqual(refused.status, 400)
        self.assertIn("ListGlobalTables", refused.message)


if __name__ == "__main__":
    unittest.main()
