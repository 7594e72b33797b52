// Tokens that `jose` makes and checks, against a Tidegate of its own that asks everyone who they are.
import { execFileSync, spawn } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { createServer } from "node:http";
import { once } from "node:events";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { EventSource } from "eventsource";
import { SignJWT, createRemoteJWKSet, exportJWK, generateKeyPair, jwtVerify } from "jose";
import WebSocket from "ws";
import { check, equal, summary } from "./harness.mjs";

const [ingest, delivery, fanout] = [18090, 18091, 18092].map((port) => `http://127.0.0.1:${port}`);
const ISSUER = "https://login.example";
const START_MS = 120_000;

/** The keys that the identity provider signs with. */
const keys = {
  es: { alg: "ES256", ...(await generateKeyPair("ES256")) },
  rs: { alg: "RS256", ...(await generateKeyPair("RS256")) },
  ed: { alg: "EdDSA", ...(await generateKeyPair("Ed25519")) },
  late: { alg: "ES256", ...(await generateKeyPair("ES256")) },
};
const shown = ["es", "rs", "ed"];
const provider = createServer(async (_, answer) => {
  const set = shown.map(async (kid) => ({ ...(await exportJWK(keys[kid].publicKey)), kid, alg: keys[kid].alg }));
  answer.setHeader("content-type", "application/json");
  answer.end(JSON.stringify({ keys: await Promise.all(set) }));
});
provider.listen(0, "127.0.0.1");
await once(provider, "listening");
const jwks = `http://127.0.0.1:${provider.address().port}/jwks`;

function token(kid, { scope = "tidegate:send", audience = "tidegate", life = 300, tenant = "acme" } = {}) {
  return new SignJWT({ tenant, scope })
    .setProtectedHeader({ alg: keys[kid].alg, kid })
    .setIssuer(ISSUER)
    .setAudience(audience)
    .setSubject("billing")
    .setIssuedAt()
    .setExpirationTime(Math.floor(Date.now() / 1000) + life)
    .sign(keys[kid].privateKey);
}

/** Asks with curl; status, WWW-Authenticate and the parsed body. */
function curl(url, bearer, body) {
  const sent = body === undefined ? [] : ["-H", "content-type: application/json", "--data-binary", "@-"];
  const out = execFileSync("curl", [
    "-sS", "-m", "15", url, "-H", `authorization: Bearer ${bearer}`, ...sent,
    "-w", "\n%{http_code} %header{www-authenticate}",
  ], { input: body === undefined ? "" : JSON.stringify(body), encoding: "utf8" });
  const cut = out.lastIndexOf("\n");
  const [status, ...challenge] = out.slice(cut + 1).split(" ");
  const text = out.slice(0, cut);
  return { status: Number(status), challenge: challenge.join(" "), body: text ? JSON.parse(text) : null };
}

const message = (data) => ({ to: { user: "alice" }, data });

const folder = mkdtempSync(join(tmpdir(), "tidegate-auth-"));
const variables = {
  TIDEGATE_INGEST_AUTH: "keys",
  TIDEGATE_FANOUT_AUTH: "keys",
  TIDEGATE_DELIVERY_AUTH: "tokens",
};
for (const service of ["INGEST", "FANOUT"]) {
  variables[`TIDEGATE_${service}_TOKEN_KEYS`] = jwks;
  variables[`TIDEGATE_${service}_TOKEN_ISSUER`] = ISSUER;
}
const up = spawn("../tidegate", [
  "up", "--data-dir", join(folder, "data"),
  "--ingest-port", "18090", "--delivery-port", "18091", "--fanout-port", "18092",
], { env: { ...process.env, ...variables }, stdio: ["ignore", "pipe", "pipe"] });
let log = "";
for (const stream of [up.stdout, up.stderr]) stream.on("data", (text) => (log += text));
const ended = once(up, "exit");

async function isReady() {
  const answers = await Promise.all(
    [ingest, delivery, fanout].map((url) =>
      fetch(`${url}/health/ready`, { signal: AbortSignal.timeout(2000) }).then((a) => a.ok, () => false)),
  );
  return answers.every(Boolean);
}

const start = Date.now();
while (!(await isReady())) {
  if (up.exitCode !== null || Date.now() - start > START_MS) {
    console.error(`${log}\nstrangers: up is not ready`);
    up.kill();
    process.exit(1);
  }
  await new Promise((go) => setTimeout(go, 200));
}

for (const kid of shown) {
  await check(`jose: a token signed with ${keys[kid].alg} lets a caller in`, async () => {
    equal(curl(`${ingest}/v1/messages`, await token(kid), message(kid)).status, 202, "status");
    const inspecting = await token(kid, { scope: "openid tidegate:inspect" });
    let found = curl(`${fanout}/v1/users/alice`, inspecting);
    // Until fan-out comes to the message, nothing is known of its user.
    while (found.status === 404) {
      await new Promise((go) => setTimeout(go, 100));
      found = curl(`${fanout}/v1/users/alice`, inspecting);
    }
    equal(found.status, 200, "status at fan-out");
  });
}

await check("jose: what a token does not say is not allowed", async () => {
  const lacking = curl(`${ingest}/v1/messages`, await token("es", { scope: "groups tidegate:groups" }), message(1));
  equal([lacking.status, lacking.body.detail], [403, "the token of sub:billing lacks the scope send"], "scope");
  const other = curl(`${ingest}/v1/messages`, await token("es", { audience: "tidegate-device" }), message(1));
  equal([other.status, other.challenge], [401, 'Bearer realm="tidegate", error="invalid_token"'], "audience");
  equal(curl(`${ingest}/v1/messages`, await token("es", { life: -60 }), message(1)).status, 401, "expired");
  equal(curl(`${ingest}/v1/messages`, await token("es", { tenant: "Acme" }), message(1)).status, 401, "tenant");
  equal(curl(`${fanout}/v1/users/alice`, await token("es")).status, 403, "scope at fan-out");
});

await check("jose: a key that the provider adds is known within seconds", async () => {
  const bearer = await token("late");
  equal(curl(`${ingest}/v1/messages`, bearer, message(1)).status, 401, "before");
  shown.push("late");
  while (curl(`${ingest}/v1/messages`, bearer, message(1)).status !== 202) {
    await new Promise((go) => setTimeout(go, 500));
  }
});

await check("jose: a device's token is checked with the keys that ingest shows, and opens a WebSocket", async () => {
  const made = curl(`${ingest}/v1/tokens`, await token("es", { scope: "tidegate:tokens" }), { user: "carol", ttl: "PT1M" });
  equal(made.status, 200, "status");
  const remote = createRemoteJWKSet(new URL(`${ingest}/.well-known/jwks.json`));
  const { payload } = await jwtVerify(made.body.token, remote, { issuer: "tidegate", audience: "tidegate-device" });
  equal([payload.sub, payload.tenant], ["carol", "acme"], "claims");
  const socket = new WebSocket(delivery.replace(/^http/, "ws") + "/v1/connect", "tidegate.v1");
  socket.on("open", () => socket.send(JSON.stringify({ op: "hello", token: made.body.token })));
  const [text] = await once(socket, "message");
  equal(JSON.parse(text).op, "welcome", "first frame");
  socket.close();
  const wrong = new WebSocket(delivery.replace(/^http/, "ws") + "/v1/connect", "tidegate.v1");
  const bearer = await token("es");
  wrong.on("open", () => wrong.send(JSON.stringify({ op: "hello", token: bearer })));
  const [code] = await once(wrong, "close");
  equal(code, 4008, "close code for a caller's token, whose key is none of those for devices");
});

await check("eventsource: a device's token opens a stream, in a header or the URL, and a bad one ends it for good", async () => {
  const made = curl(`${ingest}/v1/tokens`, await token("es", { scope: "tidegate:tokens" }), { user: "dora", ttl: "PT1M" });
  const stream = `${delivery}/v1/stream`;
  const bearer = (input, init) => fetch(input, { ...init, headers: { ...init.headers, authorization: `Bearer ${made.body.token}` } });
  // One after the other, since they are one device.
  for (const [url, options] of [[stream, { fetch: bearer }], [`${stream}?access_token=${made.body.token}`, {}]]) {
    const source = new EventSource(url, options);
    const [{ data }] = await once(source, "welcome");
    equal(JSON.parse(data).op, "welcome", "first event");
    source.close();
  }
  for (const [query, code] of [["", 401], ["?access_token=x.y.z", 401], [`?user=carol&access_token=${made.body.token}`, 403]]) {
    const bad = new EventSource(stream + query);
    const [error] = await once(bad, "error");
    equal([error.code, bad.readyState], [code, EventSource.CLOSED], `answer to ${query.slice(0, 25)}`);
  }
});

up.kill();
await ended;
provider.close();
rmSync(folder, { recursive: true, force: true });
process.exit(summary());
