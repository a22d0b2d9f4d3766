// Makes the calls it reads, one after the other, and says how each of them ended: support/sdks.py says what a step is.
// Waits are a thousandth of what they are.

import { text } from "node:stream/consumers";
import * as dynamodb from "@aws-sdk/client-dynamodb";
import * as streams from "@aws-sdk/client-dynamodb-streams";

const { url, accessKeyId, steps } = JSON.parse(await text(process.stdin));

let waits = [];
const wait = globalThis.setTimeout;
globalThis.setTimeout = (then, ms, ...rest) => {
  waits.push(ms);
  return wait(then, (ms ?? 0) / 1000, ...rest);
};

async function admin(method, path, body) {
  const answer = await fetch(`${url}/_dynatape/v1${path}`, {
    method, body: body && JSON.stringify(body), headers: body && { "Content-Type": "application/json" },
  });
  if (!answer.ok) throw new Error(await answer.text());
}

function clientFor({ service, attempts, limitMs }) {
  const Client = service === "streams" ? streams.DynamoDBStreamsClient : dynamodb.DynamoDBClient;
  return new Client({
    endpoint: url, region: "us-east-1", credentials: { accessKeyId, secretAccessKey: "y" },
    maxAttempts: attempts ?? 4,  // what later releases of the client make by themselves
    // The first is for the answer to begin, the second, which is no timer of JavaScript's, for it to go on.
    requestHandler: limitMs ? { requestTimeout: 1000 * limitMs, throwOnRequestTimeout: true, socketTimeout: limitMs } : {},
  });
}

// The exception's class, unless it is the one that stands for all.
function typeOf(error) {
  const type = error.constructor.name;
  return type === "DynamoDBServiceException" || type === "DynamoDBStreamsServiceException" ? null : type;
}

async function pagesOf(client, { call, input }) {
  const pages = [];
  let attempts = 0;
  for await (const { $metadata, ...page } of dynamodb[`paginate${call}`]({ client }, input)) {
    pages.push(page);
    attempts += $metadata.attempts;
  }
  return { $metadata: { attempts }, pages };
}

async function outcomeOf(client, step) {
  const { call, service, input, case: name } = step;
  const command = new (service === "streams" ? streams : dynamodb)[`${call}Command`](input ?? {});
  const named = (next) => (args) => {
    args.request.headers["x-case"] = name ?? "";
    return next(args);
  };
  client.middlewareStack.add(named, { step: "build", name: "case", override: true });
  waits = [];
  try {
    const { $metadata, ...answer } = await (step.pages ? pagesOf(client, step) : client.send(command));
    return { ended: "answered", answer, attempts: $metadata.attempts, waits };
  } catch (error) {
    const { $metadata, $response, $fault, ...members } = error;
    return { ended: error.code ?? error.name, type: typeOf(error), error: { ...members, message: error.message },
             status: $metadata?.httpStatusCode, attempts: $metadata?.attempts, waits };
  }
}

// Of one call, or of that and those that carry on from its answer.
async function outcomesOf(client, step) {
  const outcomes = [await outcomeOf(client, step)];
  const [left, parameter] = step.again ?? [];
  for (let rest; Object.keys(rest = outcomes.at(-1).answer?.[left] ?? {}).length > 0;) {
    outcomes.push(await outcomeOf(client, { ...step, input: { ...step.input, [parameter]: rest } }));
  }
  return outcomes;
}

const outcomes = [];
const shared = new Map();
for (const step of steps) {
  if (step.admin) {
    await admin(...step.admin);
    continue;
  }
  const client = shared.get(step.client) ?? clientFor(step);
  if (step.client) shared.set(step.client, client);
  for (let time = 0; time < (step.repeat ?? 1); ++time) outcomes.push(...await outcomesOf(client, step));
  if (!step.client) client.destroy();
}
for (const client of shared.values()) client.destroy();
process.stdout.write(JSON.stringify(outcomes));
