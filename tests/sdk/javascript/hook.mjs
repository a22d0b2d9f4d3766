import { DynamoDBClient, ListTablesCommand, ResourceNotFoundException } from "@aws-sdk/client-dynamodb";

const client = new DynamoDBClient({});
try {
  await client.send(new ListTablesCommand({}));
} catch (error) {
  console.log(JSON.stringify({ name: error.name, message: error.message, attempts: error.$metadata.attempts,
                               typed: error instanceof ResourceNotFoundException }));
}
