// The shop of orders.py, written as people write it for the AWS SDK for JavaScript: other placeholders, another
// order of attributes and operands, values of its own.

import { randomUUID } from "node:crypto";

import {
  BatchGetItemCommand, BatchWriteItemCommand, ConditionalCheckFailedException, CreateTableCommand, DeleteItemCommand,
  DeleteTableCommand, DynamoDBClient, GetItemCommand, PutItemCommand, QueryCommand, ScanCommand,
  TransactWriteItemsCommand, UpdateItemCommand, waitUntilTableExists,
} from "@aws-sdk/client-dynamodb";

const WORKERS = 8;
const ORDERS = 3;
const TableName = "orders";
const MONTH = 30 * 86400;
const client = new DynamoDBClient({ endpoint: process.env.DYNATAPE_URL, region: "us-east-1", maxAttempts: 10 });
const send = (Command, input) => client.send(new Command({ TableName, ...input }));
const key = (customer, placed) => ({ placed: { S: placed }, customer: { S: customer } });
const seconds = () => Math.floor(Date.now() / 1000);

function canonical(value) {
  if (Array.isArray(value)) return value.map(canonical);
  if (value === null || typeof value !== "object") return value;
  return Object.fromEntries(Object.keys(value).sort().map((name) => [name, canonical(value[name])]));
}
function same(a, b) {
  return JSON.stringify(canonical(a)) === JSON.stringify(canonical(b));
}
function expect(right, ...what) {
  if (!right) throw new Error("WRONG: " + JSON.stringify(what));
}

async function placeOrder(customer, number) {
  const id = randomUUID();
  const placed = new Date().toISOString() + "#" + id;
  await send(PutItemCommand, {
    ConditionExpression: "attribute_not_exists(#hash)", ExpressionAttributeNames: { "#hash": "customer" },
    Item: {
      amount: { N: `${10 * number + 1}` }, at: { N: `${Date.now() / 1000}` }, id: { S: id },
      lines: { L: [{ M: { count: { N: "1" }, sku: { S: `sku-${number}` } } }] }, state: { S: "new" },
      tags: { SS: ["fast", "gift"] }, ...key(customer, placed),
    },
  });
  const paid = (await send(UpdateItemCommand, {
    Key: key(customer, placed),
    UpdateExpression: "ADD #v :increment SET #when = :when, #state = :to",
    ConditionExpression: ":nothing < amount AND #state = :from",
    ExpressionAttributeNames: { "#v": "version", "#when": "paid_at", "#state": "state" },
    ExpressionAttributeValues: {
      ":increment": { N: "1" }, ":when": { N: `${seconds()}` }, ":to": { S: "paid" }, ":from": { S: "new" }, ":nothing": { N: "0" },
    },
    ReturnValues: "ALL_NEW",
  })).Attributes;
  expect(paid.id.S === id && paid.state.S === "paid" && paid.placed.S === placed, paid, id);
  const read = (await send(GetItemCommand, { Key: key(customer, placed), ConsistentRead: true })).Item;
  expect(same(read, paid), read, paid);
  return placed;
}

async function ordersOf(customer) {
  const found = [];
  let ExclusiveStartKey;
  do {
    const page = await send(QueryCommand, {
      KeyConditionExpression: "begins_with(#p, :p) AND #c = :c", FilterExpression: "(amount >= :min) AND (:s = #s)",
      ExpressionAttributeNames: { "#p": "placed", "#c": "customer", "#s": "state" },
      ExpressionAttributeValues: { ":p": { S: "20" }, ":c": { S: customer }, ":min": { N: "1.0" }, ":s": { S: "paid" } },
      Limit: 2, ExclusiveStartKey, ScanIndexForward: true,
    });
    found.push(...page.Items.map((item) => item.placed.S));
    ExclusiveStartKey = page.LastEvaluatedKey;
  } while (ExclusiveStartKey);
  return found;
}

async function receipt(customer) {
  const placed = "receipt#" + randomUUID().replaceAll("-", "");
  await client.send(new TransactWriteItemsCommand({
    TransactItems: [
      { Put: { TableName, Item: { of: { S: `customer ${customer}` }, ...key(customer, placed) } } },
      { Update: { TableName, Key: key(customer, "profile"), UpdateExpression: "SET #r = #r + :one",
                  ExpressionAttributeNames: { "#r": "receipts" }, ExpressionAttributeValues: { ":one": { N: "1" } } } },
      { ConditionCheck: { TableName, Key: key("shop", "settings"), ConditionExpression: "attribute_exists(#k)",
                          ExpressionAttributeNames: { "#k": "customer" } } },
    ],
  }));
}

async function notes(customer) {
  const keys = [0, 1, 2].map(() => key(customer, "note#" + randomUUID()));
  await client.send(new BatchWriteItemCommand({
    RequestItems: { [TableName]: keys.map((Item) => ({ PutRequest: { Item } })) },
  }));
  const read = (await client.send(new BatchGetItemCommand({
    RequestItems: { [TableName]: { Keys: keys.toReversed() } },
  }))).Responses[TableName];
  const sorted = (items) => items.map((item) => JSON.stringify(canonical(item))).sort();
  expect(same(sorted(read), sorted(keys)), read, keys);
  const old = (await send(DeleteItemCommand, { Key: keys[0], ReturnValues: "ALL_OLD" })).Attributes;
  expect(same(old, keys[0]), old, keys[0]);
}

async function visit() {
  const customer = "customer#" + randomUUID();
  const now = seconds();
  await send(PutItemCommand, {
    Item: { expires: { N: `${now + MONTH}` }, since: { N: `${now}` }, receipts: { N: "0" }, ...key(customer, "profile") },
  });
  const placed = [];
  for (let order = 0; order < ORDERS; order++) placed.push(await placeOrder(customer, order));
  const found = await ordersOf(customer);
  expect(same(found.toSorted(), placed.toSorted()), found, placed);
  expect(same(await ordersOf(customer), found), found);
  await receipt(customer);
  await notes(customer);
  await send(UpdateItemCommand, {
    Key: key("shop", "visitors"), UpdateExpression: "ADD #n :n", ExpressionAttributeNames: { "#n": "visitors" },
    ExpressionAttributeValues: { ":n": { N: "1" } },
  });
  await send(GetItemCommand, { Key: key("shop", "visitors") });
  expect((await send(GetItemCommand, { Key: key(randomUUID(), "profile") })).Item === undefined, "nobody");
  try {
    await send(PutItemCommand, { Item: key(customer, placed[0]), ConditionExpression: "attribute_not_exists(customer)" });
    expect(false, "an order was overwritten");
  } catch (error) {
    if (!(error instanceof ConditionalCheckFailedException)) throw error;
  }
  const profile = (await send(GetItemCommand, { Key: key(customer, "profile") })).Item;
  expect(profile.receipts.N === "1" && profile.expires.N === `${now + MONTH}`, profile, now);
}

await send(CreateTableCommand, {
  KeySchema: [{ AttributeName: "customer", KeyType: "HASH" }, { AttributeName: "placed", KeyType: "RANGE" }],
  AttributeDefinitions: [{ AttributeName: "customer", AttributeType: "S" }, { AttributeName: "placed", AttributeType: "S" }],
  BillingMode: "PAY_PER_REQUEST",
});
await waitUntilTableExists({ client, minDelay: 1, maxDelay: 1, maxWaitTime: 30 }, { TableName });
await send(PutItemCommand, { Item: { opened: { S: new Date().toISOString() }, ...key("shop", "settings") } });
await Promise.all(Array.from({ length: WORKERS }, visit));
let count = 0;
let ExclusiveStartKey;
do {
  const page = await send(ScanCommand, { Select: "COUNT", ExclusiveStartKey });
  count += page.Count;
  ExclusiveStartKey = page.LastEvaluatedKey;
} while (ExclusiveStartKey);
expect(count === WORKERS * (ORDERS + 4) + 2, count);
await send(DeleteTableCommand, {});
console.log("all as expected");
