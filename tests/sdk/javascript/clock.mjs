// Sends a request and says by how many milliseconds the SDK then believes its own clock to be wrong.

import { DynamoDBClient, GetItemCommand } from "@aws-sdk/client-dynamodb";

const client = new DynamoDBClient({});
await client.send(new GetItemCommand({ TableName: "notes", Key: { id: { S: "a" } } }));
console.log(JSON.stringify({ offset: client.config.systemClockOffset }));
