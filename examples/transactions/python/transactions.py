"""Transactions of users, kept in a DynamoDB table keyed by user_id and id."""

from dataclasses import dataclass
from decimal import Decimal

from botocore.exceptions import ClientError


class NotFound(Exception):
    """No such transaction."""


class AlreadyExists(Exception):
    """The user already has a transaction of this id."""


@dataclass(frozen=True)
class Transaction:
    user_id: str
    id: str
    amount: Decimal
    note: str
    created_at: str  # RFC 3339, UTC


class Transactions:
    """The repository. `dynamodb` is a boto3 service resource."""

    def __init__(self, dynamodb, table_name="transactions", page_size=100):
        self._dynamodb = dynamodb
        self._table = dynamodb.Table(table_name)
        self._page_size = page_size

    def create_table(self, poll_seconds=0.2):
        """Create the table and return when it can be used."""
        self._dynamodb.create_table(
            TableName=self._table.name,
            AttributeDefinitions=[
                {"AttributeName": "user_id", "AttributeType": "S"},
                {"AttributeName": "id", "AttributeType": "S"},
            ],
            KeySchema=[
                {"AttributeName": "user_id", "KeyType": "HASH"},
                {"AttributeName": "id", "KeyType": "RANGE"},
            ],
            BillingMode="PAY_PER_REQUEST",
        )
        waiter = self._table.meta.client.get_waiter("table_exists")
        waiter.wait(TableName=self._table.name, WaiterConfig={"Delay": poll_seconds, "MaxAttempts": 50})

    def drop_table(self):
        self._table.delete()

    def add(self, transaction):
        """Store a new transaction; raise AlreadyExists where its key is taken."""
        try:
            self._table.put_item(Item=vars(transaction), ConditionExpression="attribute_not_exists(id)")
        except ClientError as error:
            if error.response["Error"]["Code"] == "ConditionalCheckFailedException":
                raise AlreadyExists(f"{transaction.user_id}/{transaction.id}") from error
            raise

    def get(self, user_id, id):
        """Return the transaction; raise NotFound where there is none."""
        answer = self._table.get_item(Key={"user_id": user_id, "id": id}, ConsistentRead=True)
        if "Item" not in answer:
            raise NotFound(f"{user_id}/{id}")
        return Transaction(**answer["Item"])

    def list(self, user_id):
        """Return all transactions of a user in the order of their ids."""
        found = []
        start = {}
        while True:
            page = self._table.query(
                KeyConditionExpression="user_id = :user",
                ExpressionAttributeValues={":user": user_id},
                Limit=self._page_size,
                **start,
            )
            found += [Transaction(**item) for item in page["Items"]]
            if "LastEvaluatedKey" not in page:
                return found
            start = {"ExclusiveStartKey": page["LastEvaluatedKey"]}
