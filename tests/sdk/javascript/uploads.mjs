// Puts one item at each of the endpoints it is given, in ways in which a request's own way matters: with
// "Expect: 100-continue", with a body of so many bytes, with a limit on how long an answer may take. Says how each ended.
// Waits are a hundredth of what they are, but for that limit.

import { DynamoDBClient, PutItemCommand } from "@aws-sdk/client-dynamodb";

const wait = globalThis.setTimeout;
globalThis.setTimeout = (then, ms, ...rest) => wait(then, (ms ?? 0) / 100, ...rest);

const expectContinue = (next) => (args) => {
  args.request.headers.Expect = "100-continue";
  return next(args);
};

const ended = {};
for (const { name, endpoint, expects, bytes, limitMs } of JSON.parse(process.argv[2])) {
  const requestHandler = limitMs ? { requestTimeout: limitMs * 100, throwOnRequestTimeout: true } : {};
  const client = new DynamoDBClient({ endpoint, maxAttempts: 4, requestHandler });
  if (expects) client.middlewareStack.add(expectContinue, { step: "finalizeRequest", priority: "low" });
  const item = { id: { S: "a" }, text: { S: "x".repeat(bytes) } };
  try {
    await client.send(new PutItemCommand({ TableName: "notes", Item: item }));
    ended[name] = "answered";
  } catch (error) {
    ended[name] = error.code ?? error.name;
  }
  client.destroy();
}
console.log(JSON.stringify(ended));
