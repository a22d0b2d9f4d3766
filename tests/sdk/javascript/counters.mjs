// Adds 1 to each of the counters it is given, in the way given with it; says how each call ended and in how many attempts.

import { DynamoDBClient, TransactWriteItemsCommand, UpdateItemCommand } from "@aws-sdk/client-dynamodb";

const wait = globalThis.setTimeout;
globalThis.setTimeout = (then, ms, ...rest) => wait(then, (ms ?? 0) / 100, ...rest);

const counter = (id) => ({ TableName: "notes", Key: { id: { S: id } } });
const add = (id) => ({
  ...counter(id), UpdateExpression: "ADD n :one", ExpressionAttributeValues: { ":one": { N: "1" } } });
const ways = {
  plain: (id) => new UpdateItemCommand(add(id)),
  condition: (id) => new UpdateItemCommand({
    ...counter(id), UpdateExpression: "SET n = n + :one", ConditionExpression: "n = :zero",
    ExpressionAttributeValues: { ":one": { N: "1" }, ":zero": { N: "0" } } }),
  token: (id) => new TransactWriteItemsCommand({ TransactItems: [{ Update: add(id) }] }),
};

const client = new DynamoDBClient({ maxAttempts: 4 });
const said = {};
for (const [id, way] of Object.entries(JSON.parse(process.argv[2]))) {
  try {
    const answer = await client.send(ways[way](id));
    said[id] = ["answered", answer.$metadata.attempts];
  } catch (error) {
    said[id] = [error.name, error.$metadata.attempts];
  }
}
console.log(JSON.stringify(said));
