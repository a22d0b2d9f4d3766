// Makes an on-demand table, and says how it is billed.

import { CreateTableCommand, DescribeTableCommand, DynamoDBClient } from "@aws-sdk/client-dynamodb";

const client = new DynamoDBClient({});
await client.send(new CreateTableCommand({
  TableName: "notes", BillingMode: "PAY_PER_REQUEST",
  AttributeDefinitions: [{ AttributeName: "id", AttributeType: "S" }],
  KeySchema: [{ AttributeName: "id", KeyType: "HASH" }],
  OnDemandThroughput: { MaxReadRequestUnits: 7, MaxWriteRequestUnits: 8 },
  WarmThroughput: { ReadUnitsPerSecond: 13000, WriteUnitsPerSecond: 5000 } }));
const { Table } = await client.send(new DescribeTableCommand({ TableName: "notes" }));
console.log(JSON.stringify({ mode: Table.BillingModeSummary.BillingMode,
                             units: Table.ProvisionedThroughput.ReadCapacityUnits,
                             limits: Table.OnDemandThroughput, warm: Table.WarmThroughput.Status,
                             isDate: Table.BillingModeSummary.LastUpdateToPayPerRequestDateTime instanceof Date }));
