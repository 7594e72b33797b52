// Webhook endpoints, checked by the library of those who wrote the standard: node webhooks.mjs INGEST
import { createServer } from "node:http";
import { Webhook } from "standardwebhooks";
import { check, equal, summary } from "./harness.mjs";

const [ingest] = process.argv.slice(2);
const received = [];
const server = createServer(async (request, response) => {
  const chunks = [];
  for await (const chunk of request) chunks.push(chunk);
  received.push({ headers: request.headers, body: Buffer.concat(chunks).toString() });
  response.writeHead(204).end();
});
await new Promise((done) => server.listen(0, "127.0.0.1", done));
const url = `http://127.0.0.1:${server.address().port}/hook`;
const user = `stranger-${process.pid}`;
const endpoint = `${ingest}/v1/users/${user}/endpoints/library`;

async function call(method, to, body) {
  const answer = await fetch(to, {
    method,
    headers: body === undefined ? {} : { "content-type": "application/json" },
    body: body === undefined ? undefined : JSON.stringify(body),
  });
  if (!answer.ok) throw new Error(`${method} ${to}: ${answer.status} ${await answer.text()}`);
  return answer.status === 204 ? null : answer.json();
}

async function sendAndAwait(data) {
  const before = received.length;
  await call("POST", `${ingest}/v1/messages`, { to: { user }, data });
  while (received.length === before) await new Promise((r) => setTimeout(r, 20));
  return received[before];
}

let secret;

await check("standardwebhooks verifies what is posted", async () => {
  secret = (await call("PUT", endpoint, { url })).secret;
  const hook = await sendAndAwait({ text: 'a "quoted" \u{1f600} text' });
  const event = new Webhook(secret).verify(hook.body, hook.headers);
  equal(event.specversion, "1.0", "specversion");
  equal(event.data, { text: 'a "quoted" \u{1f600} text' }, "data");
  equal(hook.headers["content-type"], "application/cloudevents+json; charset=utf-8", "type");
});

await check("standardwebhooks refuses what was changed on its way", async () => {
  const hook = await sendAndAwait({ n: 2 });
  let refused = 0;
  for (const [body, headers] of [
    [hook.body.replace("2", "3"), hook.headers],
    [hook.body, { ...hook.headers, "webhook-id": "msg_other" }],
    [hook.body, { ...hook.headers, "webhook-timestamp": String(+hook.headers["webhook-timestamp"] + 1) }],
  ]) {
    try {
      new Webhook(secret).verify(body, headers);
    } catch {
      refused++;
    }
  }
  equal(refused, 3, "refused");
});

await check("both secrets verify after a rotation", async () => {
  const fresh = (await call("POST", `${endpoint}/rotate`)).secret;
  // The worker hears of it a moment later.
  let hook;
  do {
    hook = await sendAndAwait({ n: 3 });
  } while (!hook.headers["webhook-signature"].includes(" "));
  new Webhook(secret).verify(hook.body, hook.headers);
  new Webhook(fresh).verify(hook.body, hook.headers);
});

await call("DELETE", endpoint);
server.close();
process.exit(summary());
