// Calls once under each of the rules it is given, with a client of its own; says how each call ended and in how many
// attempts. Waits between attempts are a hundredth of what they are.

import { DynamoDBClient, GetItemCommand, TransactWriteItemsCommand } from "@aws-sdk/client-dynamodb";

const commands = { GetItem: GetItemCommand, TransactWriteItems: TransactWriteItemsCommand };
const rules = process.env.AWS_ENDPOINT_URL_DYNAMODB + "/_dynatape/v1/rules";

const wait = globalThis.setTimeout;
globalThis.setTimeout = (then, ms, ...rest) => wait(then, (ms ?? 0) / 100, ...rest);

async function admin(method, body) {
  const answer = await fetch(rules, {
    method, body: body && JSON.stringify(body), headers: body && { "Content-Type": "application/json" },
  });
  if (!answer.ok) throw new Error(await answer.text());
  return answer.json();
}

const outcomes = {};
for (const { name, then, operation, input } of JSON.parse(process.argv[2])) {
  await admin("PUT", { rules: [{ name, when: { operation }, then }] });
  // Four attempts are what later releases of the client make by themselves.
  const credentials = { accessKeyId: "AKIDEXAMPLE", secretAccessKey: "y" };
  const client = new DynamoDBClient({ credentials, maxAttempts: 4 });
  const outcome = {};
  try {
    const answer = await client.send(new commands[operation](input));
    outcome.ended = answer.Item ? "answered" : "empty";
  } catch (error) {
    outcome.ended = error.name;
    outcome.code = error.code;
  }
  client.destroy();
  const { counts } = await admin("GET");
  outcome.attempts = counts.find(({ rule }) => rule === name).planned;
  outcomes[name] = outcome;
}
await admin("DELETE");
console.log(JSON.stringify(outcomes));
