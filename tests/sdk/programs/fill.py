"""Fills databases: the command that `dynatape db build` runs in tests."""

import os
import pathlib
import sys

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1]))

from support.wire import AUTHORIZATION, Connection, create_table  # noqa: E402

url = os.environ["DYNATAPE_URL"]
connection = Connection(url)

if "--change" in sys.argv:
    connection.call("PutItem", {"TableName": "orders", "Item": {"id": {"S": "id-1"}, "n": {"N": "100"}}})
    connection.call("DeleteItem", {"TableName": "orders", "Key": {"id": {"S": "id-2"}}})
    create_table(url, "added")
    sys.exit(0)
create_table(url, "orders")
connection.call("UpdateTimeToLive", {"TableName": "orders", "TimeToLiveSpecification": {
    "Enabled": True, "AttributeName": "ends"}})
for number in range(30):
    connection.call("PutItem", {"TableName": "orders", "Item": {"id": {"S": f"id-{number}"},
                                                                "n": {"N": str(number)}}})
made = connection.call("CreateTable", {
    "TableName": "elsewhere", "BillingMode": "PAY_PER_REQUEST",
    "AttributeDefinitions": [{"AttributeName": "id", "AttributeType": "S"}],
    "KeySchema": [{"AttributeName": "id", "KeyType": "HASH"}]},
    Authorization=AUTHORIZATION.replace("us-east-1", "eu-west-1"))
assert made.status == 200, made
if "--fail" in sys.argv:
    sys.exit(7)
