// Sets a table's time to live, and meets its refusals.

import { CreateTableCommand, DescribeTimeToLiveCommand, DynamoDBClient, ResourceNotFoundException,
         UpdateTimeToLiveCommand } from "@aws-sdk/client-dynamodb";

const client = new DynamoDBClient({});
const wanted = { TableName: "notes", TimeToLiveSpecification: { Enabled: true, AttributeName: "ends" } };

async function refusalOf(command) {
  try {
    await client.send(command);
  } catch (error) {
    return error;
  }
}

await client.send(new CreateTableCommand({
  TableName: "notes", BillingMode: "PAY_PER_REQUEST",
  AttributeDefinitions: [{ AttributeName: "id", AttributeType: "S" }],
  KeySchema: [{ AttributeName: "id", KeyType: "HASH" }] }));
const updated = await client.send(new UpdateTimeToLiveCommand(wanted));
const described = await client.send(new DescribeTimeToLiveCommand({ TableName: "notes" }));
const refused = await refusalOf(new UpdateTimeToLiveCommand(wanted));
const missing = await refusalOf(new DescribeTimeToLiveCommand({ TableName: "none" }));
console.log(JSON.stringify({ updated: updated.TimeToLiveSpecification, described: described.TimeToLiveDescription,
                             refused: { name: refused.name, message: refused.message },
                             missing: missing instanceof ResourceNotFoundException && missing.name }));
