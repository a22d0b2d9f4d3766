// Writes an item twice and reads it both ways; then writes item `a`, and says how that is refused.

import { DynamoDBClient, GetItemCommand, PutItemCommand } from "@aws-sdk/client-dynamodb";

const client = new DynamoDBClient({ maxAttempts: 2 });
const put = (id, value) => client.send(new PutItemCommand({
  TableName: "notes", Item: { id: { S: id }, value: { S: value } } }));
const read = async (ConsistentRead) => (await client.send(new GetItemCommand({
  TableName: "notes", Key: { id: { S: "mine" } }, ConsistentRead }))).Item.value.S;

await put("mine", "old");
await put("mine", "new");
const said = { eventual: await read(false), consistent: await read(true), refused: null };
try {
  await put("a", "again");
} catch (error) {
  said.refused = error.name;
  said.attempts = error.$metadata.attempts;
}
console.log(JSON.stringify(said));
