// Runs the transaction scenario and checks every result; the exit status says whether all was right.

import assert from "node:assert/strict";
import { DynamoDBClient } from "@aws-sdk/client-dynamodb";
import { AlreadyExists, NotFound, Transactions } from "./transactions.js";

const alice = [
  { user_id: "alice", id: "t-001", amount: 12.5, note: "coffee beans", created_at: "2026-01-02T09:30:00Z" },
  { user_id: "alice", id: "t-002", amount: 1999, note: "a bicycle", created_at: "2026-01-03T16:05:00Z" },
  { user_id: "alice", id: "t-003", amount: 0.99, note: "a song", created_at: "2026-01-04T20:45:00Z" },
];
const bob = [
  { user_id: "bob", id: "t-001", amount: -7.25, note: "a returned book", created_at: "2026-01-02T11:00:00Z" },
];

/** Counts what the SDK does under the repository: calls, and attempts beyond each call's first. */
function countTraffic(client) {
  const traffic = { calls: 0, retries: 0 };
  const settled = (metadata) => {
    traffic.calls += 1;
    traffic.retries += (metadata?.attempts ?? 1) - 1;
  };
  client.middlewareStack.add((next) => async (args) => {
    try {
      const result = await next(args);
      settled(result.output.$metadata);
      return result;
    } catch (error) {
      settled(error.$metadata);
      throw error;
    }
  }, { step: "initialize", name: "countTraffic" });
  return traffic;
}

async function runScenario(transactions) {
  await transactions.createTable();
  for (const transaction of [...alice, ...bob]) await transactions.add(transaction);
  assert.deepEqual(await transactions.get("alice", "t-002"), alice[1]);
  assert.deepEqual(await transactions.list("alice"), alice);
  assert.deepEqual(await transactions.list("bob"), bob);
  assert.deepEqual(await transactions.list("carol"), []);
  await assert.rejects(transactions.get("alice", "t-999"), NotFound);
  await assert.rejects(transactions.add(alice[0]), AlreadyExists);
  await transactions.dropTable();
}

const client = new DynamoDBClient({}); // reads AWS_ENDPOINT_URL_DYNAMODB by itself
const traffic = countTraffic(client);
try {
  await runScenario(new Transactions(client, { pageSize: 2 }));
  console.log("javascript: 4 added, 1 read, 3 lists, 1 not found, 1 duplicate refused: all as expected"
    + ` (${traffic.calls} calls, ${traffic.retries} retried attempts)`);
} catch (error) {
  console.error(`javascript: WRONG: ${error.name}: ${error.message}`);
  process.exitCode = 1;
}
