"""A shop: eight threads take orders, every key and time made anew in every run; it checks all that it reads.

orders.mjs and orders.go are the same program, written as people write it there.
"""

import concurrent.futures
import datetime
import os
import sys
import time
import uuid

import boto3
from botocore.config import Config

WORKERS = 8
ORDERS = 3
TABLE = "orders"
MONTH = 30 * 86400
client = boto3.client(
    "dynamodb", region_name="us-east-1", endpoint_url=os.environ["DYNATAPE_URL"],
    config=Config(retries={"max_attempts": 10}, max_pool_connections=WORKERS, read_timeout=60))


def key(customer, placed):
    return {"customer": {"S": customer}, "placed": {"S": placed}}


def expect(right, *what):
    if not right:
        raise AssertionError(f"WRONG: {what}")


def place_order(customer, number):
    """Put an order, pay it, read it back; returns its key."""
    id = str(uuid.uuid4())
    placed = datetime.datetime.now(datetime.timezone.utc).isoformat() + "#" + id
    item = {**key(customer, placed), "id": {"S": id}, "state": {"S": "new"}, "amount": {"N": str(10 * number + 1)},
            "tags": {"SS": ["gift", "fast"]}, "at": {"N": str(time.time())},
            "lines": {"L": [{"M": {"sku": {"S": f"sku-{number}"}, "count": {"N": "1"}}}]}}
    client.put_item(TableName=TABLE, Item=item, ConditionExpression="attribute_not_exists(customer)")
    paid = client.update_item(
        TableName=TABLE, Key=key(customer, placed), ReturnValues="ALL_NEW",
        UpdateExpression="SET #s = :paid, paid_at = :now ADD version :one",
        ConditionExpression="#s = :new AND amount > :zero",
        ExpressionAttributeNames={"#s": "state"},
        ExpressionAttributeValues={":paid": {"S": "paid"}, ":new": {"S": "new"}, ":one": {"N": "1"}, ":zero": {"N": "0"},
                                   ":now": {"N": str(int(time.time()))}})["Attributes"]
    expect(paid["id"]["S"] == id and paid["state"]["S"] == "paid" and paid["placed"]["S"] == placed, paid, id)
    read = client.get_item(TableName=TABLE, Key=key(customer, placed), ConsistentRead=True)["Item"]
    expect(read == paid, read, paid)
    return placed


def orders_of(customer):
    """The keys of the paid orders, page by page."""
    found, cursor = [], {}
    while True:
        page = client.query(
            TableName=TABLE, Limit=2, KeyConditionExpression="customer = :c AND begins_with(placed, :century)",
            FilterExpression="#state = :paid AND amount >= :least",
            ExpressionAttributeNames={"#state": "state"},
            ExpressionAttributeValues={":c": {"S": customer}, ":century": {"S": "20"}, ":paid": {"S": "paid"},
                                       ":least": {"N": "1"}}, **cursor)
        found += [item["placed"]["S"] for item in page["Items"]]
        if "LastEvaluatedKey" not in page:
            return found
        cursor = {"ExclusiveStartKey": page["LastEvaluatedKey"]}


def receipt(customer):
    """In one transaction a receipt, the count of the profile, and a look at the shop."""
    placed = "receipt#" + uuid.uuid4().hex
    client.transact_write_items(TransactItems=[
        {"Put": {"TableName": TABLE, "Item": {**key(customer, placed), "of": {"S": f"customer {customer}"}}}},
        {"Update": {"TableName": TABLE, "Key": key(customer, "profile"),
                    "UpdateExpression": "SET receipts = receipts + :n", "ExpressionAttributeValues": {":n": {"N": "1"}}}},
        {"ConditionCheck": {"TableName": TABLE, "Key": key("shop", "settings"),
                            "ConditionExpression": "attribute_exists(customer)"}}])


def notes(customer):
    """Write notes in one batch, read them in another, delete one."""
    keys = [key(customer, "note#" + str(uuid.uuid4())) for _ in range(3)]
    client.batch_write_item(RequestItems={TABLE: [{"PutRequest": {"Item": one}} for one in keys]})
    read = client.batch_get_item(RequestItems={TABLE: {"Keys": keys}})["Responses"][TABLE]
    by_place = lambda one: one["placed"]["S"]
    expect(sorted(read, key=by_place) == sorted(keys, key=by_place), read, keys)
    old = client.delete_item(TableName=TABLE, Key=keys[1], ReturnValues="ALL_OLD")["Attributes"]
    expect(old == keys[1], old, keys[1])


def visit(number):
    """What one thread does: a new customer comes, orders, and looks."""
    customer = "customer#" + str(uuid.uuid4())
    now = int(time.time())
    client.put_item(TableName=TABLE, Item={**key(customer, "profile"), "receipts": {"N": "0"}, "since": {"N": str(now)},
                                           "expires": {"N": str(now + MONTH)}})
    placed = [place_order(customer, order) for order in range(ORDERS)]
    expect(orders_of(customer) == placed, orders_of(customer), placed)
    receipt(customer)
    notes(customer)
    client.update_item(TableName=TABLE, Key=key("shop", "visitors"), UpdateExpression="ADD visitors :one",
                       ExpressionAttributeValues={":one": {"N": "1"}})
    if "ORDERS_WITHOUT_RACE" not in os.environ:  # how many others have been counted by now is open
        client.get_item(TableName=TABLE, Key=key("shop", "visitors"))
    expect("Item" not in client.get_item(TableName=TABLE, Key=key(str(uuid.uuid4()), "profile")), "nobody")
    try:
        client.put_item(TableName=TABLE, Item=key(customer, placed[0]), ConditionExpression="attribute_not_exists(customer)")
        expect(False, "an order was overwritten")
    except client.exceptions.ConditionalCheckFailedException:
        pass
    profile = client.get_item(TableName=TABLE, Key=key(customer, "profile"))["Item"]
    expect(profile["receipts"]["N"] == "1" and profile["expires"]["N"] == str(now + MONTH), profile, now)


def main():
    client.create_table(
        TableName=TABLE, BillingMode="PAY_PER_REQUEST",
        AttributeDefinitions=[{"AttributeName": "customer", "AttributeType": "S"}, {"AttributeName": "placed", "AttributeType": "S"}],
        KeySchema=[{"AttributeName": "customer", "KeyType": "HASH"}, {"AttributeName": "placed", "KeyType": "RANGE"}])
    client.get_waiter("table_exists").wait(TableName=TABLE, WaiterConfig={"Delay": 0.1, "MaxAttempts": 100})
    client.put_item(TableName=TABLE, Item={**key("shop", "settings"), "opened": {"S": datetime.datetime.now(datetime.timezone.utc).isoformat()}})
    with concurrent.futures.ThreadPoolExecutor(WORKERS) as pool:
        list(pool.map(visit, range(WORKERS)))
    count, cursor = 0, {}
    while True:
        page = client.scan(TableName=TABLE, Select="COUNT", **cursor)
        count += page["Count"]
        if "LastEvaluatedKey" not in page:
            break
        cursor = {"ExclusiveStartKey": page["LastEvaluatedKey"]}
    expect(count == WORKERS * (ORDERS + 4) + 2, count)
    client.delete_table(TableName=TABLE)
    print("all as expected")


if __name__ == "__main__":
    sys.exit(main())
