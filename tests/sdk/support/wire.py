"""DynamoDB calls by hand, so that a test sees every byte and header of the answer."""

import http.client
import json
import urllib.parse
import zlib
from dataclasses import dataclass

AUTHORIZATION = ("AWS4-HMAC-SHA256 Credential=AKIDEXAMPLE/20260102/us-east-1/dynamodb/aws4_request, "
                 "SignedHeaders=host;x-amz-date;x-amz-target, Signature=" + "5d672d79c15b13162d9279b0855cfba6" * 2)


@dataclass
class Answer:
    status: int
    headers: dict  # names in lower case
    raw: bytes

    @property
    def body(self):
        """The body's bytes without their content encoding."""
        encoding = self.headers.get("content-encoding")
        if encoding == "gzip":
            return zlib.decompress(self.raw, 31)
        assert encoding in (None, "identity"), encoding
        return self.raw

    @property
    def json(self):
        return json.loads(self.body)

    @property
    def type(self):
        """The error's short name; None where the answer is no error."""
        named = self.json.get("__type")
        return named and named.rsplit("#", 1)[-1]

    @property
    def message(self):
        return self.json.get("message", self.json.get("Message"))

    def crc_is_right(self):
        return int(self.headers["x-amz-crc32"]) == zlib.crc32(self.raw)


class Connection:
    """One keep-alive connection to `url`."""

    def __init__(self, url):
        parts = urllib.parse.urlsplit(url)
        self._path = parts.path.rstrip("/") + "/"
        self._http = http.client.HTTPConnection(parts.netloc, timeout=60)

    def call(self, operation, parameters, **headers):
        """Call `operation`; header names are given with _ for -, and None leaves one out."""
        body = parameters if isinstance(parameters, bytes) else json.dumps(parameters).encode()
        sent = {"Content-Type": "application/x-amz-json-1.0", "Authorization": AUTHORIZATION,
                "X-Amz-Date": "20260102T000000Z", "X-Amz-Target": "DynamoDB_20120810." + operation}
        sent.update({name.replace("_", "-"): value for name, value in headers.items()})
        sent = {name: value for name, value in sent.items() if value is not None}
        self._http.request("POST", self._path, body, sent)
        return self._answer()

    def get(self, path):
        self._http.request("GET", path)
        return self._answer()

    def _answer(self):
        response = self._http.getresponse()
        headers = {name.lower(): value for name, value in response.getheaders()}
        return Answer(response.status, headers, response.read())

    def close(self):
        self._http.close()


def call(url, operation, parameters, **headers):
    """One call on a connection of its own."""
    connection = Connection(url)
    try:
        return connection.call(operation, parameters, **headers)
    finally:
        connection.close()


def create_table(url, name="notes"):
    """Create a table keyed by the string `id`."""
    answer = call(url, "CreateTable", {
        "TableName": name, "BillingMode": "PAY_PER_REQUEST",
        "AttributeDefinitions": [{"AttributeName": "id", "AttributeType": "S"}],
        "KeySchema": [{"AttributeName": "id", "KeyType": "HASH"}]})
    assert answer.status == 200, answer
    return name


def put(url, id, table="notes", **attributes):
    """Put an item of string attributes."""
    item = {"id": {"S": id}, **{name: {"S": value} for name, value in attributes.items()}}
    return call(url, "PutItem", {"TableName": table, "Item": item})


def get(url, id, table="notes", **headers):
    return call(url, "GetItem", {"TableName": table, "Key": {"id": {"S": id}}}, **headers)
