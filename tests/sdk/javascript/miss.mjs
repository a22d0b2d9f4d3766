// Sends a request that is on no cassette and says how often the SDK tried, and what it was told.

import { DynamoDBClient, GetItemCommand } from "@aws-sdk/client-dynamodb";

try {
  await new DynamoDBClient({}).send(new GetItemCommand({ TableName: "notes", Key: { id: { S: "b" } } }));
  throw new Error("answered");
} catch (error) {
  console.log(JSON.stringify({ attempts: error.$metadata.attempts, status: error.$metadata.httpStatusCode }));
}
