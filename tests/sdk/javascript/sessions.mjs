// sessions.mjs COUNT path|key: works in COUNT sessions at once, chosen by the path prefix or by the access key; says
// what each of them saw.

import { CreateTableCommand, DynamoDBClient, GetItemCommand, PutItemCommand } from "@aws-sdk/client-dynamodb";

const [count, choice] = [Number(process.argv[2]), process.argv[3]];
const url = process.env.AWS_ENDPOINT_URL_DYNAMODB;
const TableName = "notes";

async function work(number) {
  const client = new DynamoDBClient(choice === "path" ? { endpoint: `${url}/session/test-${number}` } : {
    endpoint: url, credentials: { accessKeyId: `AKIDTEST${number}`, secretAccessKey: "secret" } });
  await client.send(new CreateTableCommand({
    TableName, BillingMode: "PAY_PER_REQUEST", AttributeDefinitions: [{ AttributeName: "id", AttributeType: "S" }],
    KeySchema: [{ AttributeName: "id", KeyType: "HASH" }] }));
  const seen = [];
  for (const turn of [0, 1, 2]) {
    await client.send(new PutItemCommand({ TableName, Item: { id: { S: "shared-key" }, value: { S: `${number}/${turn}` } } }));
    const { Item } = await client.send(new GetItemCommand({ TableName, Key: { id: { S: "shared-key" } } }));
    seen.push(Item.value.S);
  }
  client.destroy();
  return seen;
}

console.log(JSON.stringify(await Promise.all(Array.from({ length: count }, (_, number) => work(number)))));
