"""What the benchmark asks: tables, items, and the requests of each workload. The same in every run."""

import http.client
import json
import random
import urllib.parse

ITEMS = 10_000
LISTS = 400
LIST_LENGTH = 25
REQUESTS = 2_000  # distinct ones per workload, sent in a circle
ITEM_BYTES = 1024
LIST_ITEM_BYTES = 400

AUTHORIZATION = ("AWS4-HMAC-SHA256 Credential=BENCH/20260102/us-east-1/dynamodb/aws4_request, "
                 "SignedHeaders=content-type;host;x-amz-date;x-amz-target, Signature=" + "0" * 64)

# What an SDK sends, in the sizes it sends.
HEADERS = {
    "Content-Type": "application/x-amz-json-1.0",
    "User-Agent": "aws-sdk-js/3.958.0 ua/2.1 os/linux#6.1 lang/js md/nodejs#20.20.2 api/dynamodb#3.958.0 m/N,E",
    "X-Amz-Date": "20260102T000000Z",
    "Authorization": AUTHORIZATION,
}


def _text(chance, size):
    return "".join(chance.choices("abcdefghijklmnopqrstuvwxyz     ", k=size))


def _item(chance, key, size):
    """An item of about `size` bytes with a handful of types."""
    return {**key, "name": {"S": _text(chance, 40)}, "count": {"N": str(chance.randrange(1_000_000))},
            "open": {"BOOL": True}, "tags": {"L": [{"S": _text(chance, 12)} for _ in range(3)]},
            "about": {"M": {"text": {"S": _text(chance, size - 220)}}}}


def _key(number):
    return {"id": {"S": f"item-{number:08d}"}}


def _list_key(number, position):
    return {"list": {"S": f"list-{number:06d}"}, "position": {"N": str(position)}}


def _get(chance):
    return "GetItem", {"TableName": "items", "Key": _key(chance.randrange(ITEMS))}


def _put(chance):
    return "PutItem", {"TableName": "items", "Item": _item(chance, _key(chance.randrange(ITEMS)), ITEM_BYTES)}


def _query(chance):
    return "Query", {"TableName": "lists", "KeyConditionExpression": "#list = :list",
                     "ExpressionAttributeNames": {"#list": "list"},
                     "ExpressionAttributeValues": {":list": {"S": f"list-{chance.randrange(LISTS):06d}"}}}


def _update(chance):
    return "UpdateItem", {
        "TableName": "items", "Key": _key(chance.randrange(ITEMS)),
        "UpdateExpression": "SET #count = #count + :one",
        "ConditionExpression": "attribute_exists(id) AND #count >= :zero",
        "ExpressionAttributeNames": {"#count": "count"},
        "ExpressionAttributeValues": {":one": {"N": "1"}, ":zero": {"N": "0"}}}


def _mix(chance):
    return chance.choices((_get, _query, _put, _update), (50, 20, 20, 10))[0](chance)


WORKLOADS = {"GetItem": _get, "PutItem": _put, "Query": _query, "UpdateItem": _update, "mix": _mix}


def calls(workload):
    """The workload's (operation, parameters), in order."""
    chance = random.Random(workload)
    return [WORKLOADS[workload](chance) for _ in range(REQUESTS)]


def http_request(host, number, operation, parameters):
    """The bytes of a call as an SDK would send them; `number` makes its invocation id."""
    body = json.dumps(parameters, separators=(",", ":")).encode()
    headers = {"Host": host, **HEADERS, "X-Amz-Target": f"DynamoDB_20120810.{operation}",
               "amz-sdk-invocation-id": f"00000000-0000-4000-8000-{number:012d}",
               "amz-sdk-request": "attempt=1; max=3", "Content-Length": str(len(body))}
    lines = "".join(f"{name}: {value}\r\n" for name, value in headers.items())
    return f"POST / HTTP/1.1\r\n{lines}\r\n".encode() + body


def write_requests(path, host, workload):
    """Write the workload for load.lua."""
    with open(path, "wb") as file:
        for number, (operation, parameters) in enumerate(calls(workload)):
            request = http_request(host, number, operation, parameters)
            file.write(b"%d\n" % len(request) + request)


class Client:
    """One keep-alive connection that insists on status 200."""

    def __init__(self, url):
        self._http = http.client.HTTPConnection(urllib.parse.urlsplit(url).netloc, timeout=60)

    def call(self, operation, parameters, **headers):
        self._http.request("POST", "/", json.dumps(parameters),
                           {**HEADERS, "X-Amz-Target": f"DynamoDB_20120810.{operation}", **headers})
        response = self._http.getresponse()
        text = response.read()
        if response.status != 200:
            raise RuntimeError(f"{operation}: HTTP {response.status}: {text[:300]!r}")
        return json.loads(text)


def create_table(client, table, *keys):
    client.call("CreateTable", {
        "TableName": table, "BillingMode": "PAY_PER_REQUEST",
        "AttributeDefinitions": [{"AttributeName": name, "AttributeType": type} for name, type in keys],
        "KeySchema": [{"AttributeName": name, "KeyType": role}
                      for (name, _), role in zip(keys, ("HASH", "RANGE"))]})


def seed(url):
    """Create and fill the tables the workloads use."""
    client, chance = Client(url), random.Random("seed")
    create_table(client, "items", ("id", "S"))
    create_table(client, "lists", ("list", "S"), ("position", "N"))
    items = [("items", _item(chance, _key(n), ITEM_BYTES)) for n in range(ITEMS)]
    items += [("lists", _item(chance, _list_key(n, p), LIST_ITEM_BYTES))
              for n in range(LISTS) for p in range(LIST_LENGTH)]
    for start in range(0, len(items), 25):
        batch = {}
        for table, item in items[start:start + 25]:
            batch.setdefault(table, []).append({"PutRequest": {"Item": item}})
        answer = client.call("BatchWriteItem", {"RequestItems": batch})
        if answer.get("UnprocessedItems"):
            raise RuntimeError("unprocessed items while seeding")


def send_all(url, workload):
    """Send every request of the workload once, with the invocation ids of the load: to record them."""
    client = Client(url)
    for number, (operation, parameters) in enumerate(calls(workload)):
        client.call(operation, parameters,
                    **{"amz-sdk-invocation-id": f"00000000-0000-4000-8000-{number:012d}"})
