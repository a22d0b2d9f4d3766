"""Customers whose keys are e-mail addresses, read and written in every way that a key has to DynamoDB.

Prints counts only: they are the same where the addresses are pseudonyms.
"""

import os

import boto3

EMAILS = [f"customer-{number}@shop.example" for number in range(12)]
client = boto3.client("dynamodb", region_name="us-east-1", endpoint_url=os.environ["DYNATAPE_URL"])


def pages(operation, **arguments):
    """All items, page by page, with the cursor that each answer gives."""
    items, cursor, count = [], None, 0
    while True:
        answer = operation(**arguments, **({"ExclusiveStartKey": cursor} if cursor else {}))
        items += answer["Items"]
        count += 1
        cursor = answer.get("LastEvaluatedKey")
        if not cursor:
            return items, count


client.create_table(
    TableName="customers", BillingMode="PAY_PER_REQUEST",
    AttributeDefinitions=[{"AttributeName": "shop", "AttributeType": "S"}, {"AttributeName": "email", "AttributeType": "S"}],
    KeySchema=[{"AttributeName": "shop", "KeyType": "HASH"}, {"AttributeName": "email", "KeyType": "RANGE"}])

for number, email in enumerate(EMAILS[:8]):
    client.put_item(TableName="customers", ConditionExpression="attribute_not_exists(email)", Item={
        "shop": {"S": "north"}, "email": {"S": email}, "phone": {"N": str(4915550100000 + number)},
        "friends": {"SS": EMAILS[number:number + 2]}, "photo": {"B": email.encode()},
        "contact": {"M": {"email": {"S": email}}}})
client.batch_write_item(RequestItems={"customers": [
    {"PutRequest": {"Item": {"shop": {"S": "north"}, "email": {"S": email}}}} for email in EMAILS[8:10]]})
client.transact_write_items(TransactItems=[
    {"Put": {"TableName": "customers", "Item": {"shop": {"S": "north"}, "email": {"S": email}}}} for email in EMAILS[10:]])

items, count = pages(client.query, TableName="customers", Limit=5, KeyConditionExpression="shop = :s AND email >= :e",
                     ExpressionAttributeValues={":s": {"S": "north"}, ":e": {"S": EMAILS[0]}})
print("query", len(items), count)
# What an answer gave finds its item.
for item in items:
    key = {"shop": item["shop"], "email": item["email"]}
    client.update_item(TableName="customers", Key=key, UpdateExpression="SET contact = :c, seen = :n",
                       ConditionExpression="email = :e",
                       ExpressionAttributeValues={":c": {"M": {"email": item["email"]}}, ":n": {"N": "1"}, ":e": item["email"]})
    assert client.get_item(TableName="customers", Key=key)["Item"]["contact"]["M"]["email"] == item["email"]
# So does what the program knew all along.
print("get", sum("Item" in client.get_item(TableName="customers", Key={"shop": {"S": "north"}, "email": {"S": email}})
                 for email in EMAILS))
items, count = pages(client.scan, TableName="customers", Limit=7, FilterExpression="contains(friends, :f) OR contact.email = :e",
                     ExpressionAttributeValues={":f": {"S": EMAILS[1]}, ":e": {"S": EMAILS[11]}})
print("scan", len(items), count)
found = client.batch_get_item(RequestItems={"customers": {"Keys": [
    {"shop": {"S": "north"}, "email": {"S": email}} for email in EMAILS[:3]]}})
print("batch", len(found["Responses"]["customers"]))
found = client.transact_get_items(TransactItems=[
    {"Get": {"TableName": "customers", "Key": {"shop": {"S": "north"}, "email": {"S": email}}}} for email in EMAILS[:3]])
print("transaction", len(found["Responses"]))
found = client.execute_statement(Statement=f"SELECT * FROM customers WHERE shop = 'north' AND email = '{EMAILS[4]}'")
print("statement", len(found["Items"]))
found = client.execute_statement(Statement="SELECT * FROM customers WHERE shop = ? AND email = ?",
                                 Parameters=[{"S": "north"}, {"S": EMAILS[4]}])
print("parameters", len(found["Items"]))
items, token = [], None
while True:
    found = client.execute_statement(Statement="SELECT email FROM customers WHERE shop = 'north'", Limit=5,
                                     **({"NextToken": token} if token else {}))
    items += found["Items"]
    token = found.get("NextToken")
    if not token:
        break
print("statement pages", len(items))
try:
    client.put_item(TableName="customers", ConditionExpression="attribute_not_exists(email)",
                    Item={"shop": {"S": "north"}, "email": {"S": EMAILS[0]}})
except client.exceptions.ConditionalCheckFailedException:
    print("refused")
for email in EMAILS:
    client.delete_item(TableName="customers", Key={"shop": {"S": "north"}, "email": {"S": email}})
