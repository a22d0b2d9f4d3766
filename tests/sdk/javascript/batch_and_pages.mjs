// Writes 25 items by batches, sending again what comes back as unprocessed, and reads them by pages.

import {
  BatchWriteItemCommand, CreateTableCommand, DynamoDBClient, paginateScan,
} from "@aws-sdk/client-dynamodb";

const client = new DynamoDBClient({});
await client.send(new CreateTableCommand({
  TableName: "notes", BillingMode: "PAY_PER_REQUEST",
  AttributeDefinitions: [{ AttributeName: "id", AttributeType: "S" }],
  KeySchema: [{ AttributeName: "id", KeyType: "HASH" }],
}));

const requests = [...Array(25).keys()].map((n) => (
  { PutRequest: { Item: { id: { S: String(n).padStart(2, "0") } } } }));
let left = { notes: requests };
let batches = 0;
while (Object.keys(left).length > 0) {
  const answer = await client.send(new BatchWriteItemCommand({ RequestItems: left }));
  left = answer.UnprocessedItems;
  batches += 1;
}

const scanned = [];
let pages = 0;
for await (const page of paginateScan({ client }, { TableName: "notes" })) {
  scanned.push(...page.Items.map((item) => item.id.S));
  pages += 1;
}
console.log(JSON.stringify({ batches, pages, scanned: scanned.sort() }));
