// Makes a table and deletes it, waiting each time as the SDK waits; says what it saw.

import {
  CreateTableCommand, DeleteTableCommand, DescribeTableCommand, DynamoDBClient,
  waitUntilTableExists, waitUntilTableNotExists,
} from "@aws-sdk/client-dynamodb";

const client = new DynamoDBClient({});
const table = { TableName: "notes" };
const waiter = { client, minDelay: 1, maxDelay: 1, maxWaitTime: 30 };

const made = await client.send(new CreateTableCommand({
  ...table, BillingMode: "PAY_PER_REQUEST",
  AttributeDefinitions: [{ AttributeName: "id", AttributeType: "S" }],
  KeySchema: [{ AttributeName: "id", KeyType: "HASH" }],
}));
const exists = await waitUntilTableExists(waiter, table);
const active = await client.send(new DescribeTableCommand(table));
const deleted = await client.send(new DeleteTableCommand(table));
const notExists = await waitUntilTableNotExists(waiter, table);
console.log(JSON.stringify({
  created: made.TableDescription.TableStatus, exists: exists.state, active: active.Table.TableStatus,
  deleted: deleted.TableDescription.TableStatus, notExists: notExists.state,
}));
