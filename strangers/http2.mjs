// HTTP/2 for streams, polls and acks as strangers' clients see it, against a Tidegate of its own whose delivery port speaks TLS.
// Usage: node http2.mjs INGEST_URL DELIVERY_URL, of one without TLS.
import { execFileSync, spawn } from "node:child_process";
import { randomUUID } from "node:crypto";
import { mkdtempSync, rmSync } from "node:fs";
import { createServer } from "node:http";
import http2 from "node:http2";
import { once } from "node:events";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { chromium } from "playwright-core";
import { check, equal, summary } from "./harness.mjs";

const [plainIngest, plainDelivery] = process.argv.slice(2);
const [ingest, delivery] = ["http://127.0.0.1:18095", "https://127.0.0.1:18096"];
const START_MS = 120_000;

const folder = mkdtempSync(join(tmpdir(), "tidegate-http2-"));
const [cert, key] = [join(folder, "cert.pem"), join(folder, "key.pem")];
execFileSync("openssl", [
  "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes", "-days", "2", "-subj", "/CN=tidegate",
  "-addext", "subjectAltName=DNS:localhost,IP:127.0.0.1", "-keyout", key, "-out", cert,
], { stdio: "ignore" });
const up = spawn("../tidegate", [
  "up", "--data-dir", join(folder, "data"), "--ingest-port", "18095", "--delivery-port", "18096", "--fanout-port", "18097",
], {
  env: { ...process.env, TIDEGATE_DELIVERY_TLS_CERT: cert, TIDEGATE_DELIVERY_TLS_KEY: key, TIDEGATE_DELIVERY_ORIGINS: "*" },
  stdio: ["ignore", "pipe", "pipe"],
});
let log = "";
for (const stream of [up.stdout, up.stderr]) stream.on("data", (text) => (log += text));
const ended = once(up, "exit");

function curl(...options) {
  return execFileSync("curl", ["-sS", "-m", "15", "--cacert", cert, ...options], { encoding: "utf8", stdio: "pipe" });
}

function isReady() {
  try {
    return curl("-o", "/dev/null", "-w", "%{http_code}", `${delivery}/health/ready`) === "200" &&
      curl("-o", "/dev/null", "-w", "%{http_code}", `${ingest}/health/ready`) === "200";
  } catch {
    return false;
  }
}

const start = Date.now();
while (!isReady()) {
  if (up.exitCode !== null || Date.now() - start > START_MS) {
    console.error(`${log}\nstrangers: up is not ready`);
    up.kill();
    process.exit(1);
  }
  await new Promise((go) => setTimeout(go, 500));
}

async function send(to, user, data) {
  const answer = await fetch(`${to}/v1/messages`, {
    method: "POST",
    headers: { "content-type": "application/json" },
    body: JSON.stringify({ to: { user }, data }),
  });
  equal(answer.status, 202, "status of a send");
}

async function eventually(test) {
  while (!(await test())) await new Promise((go) => setTimeout(go, 50));
}

/** A stream of events on a connection of Node's HTTP/2. */
function listen(client, path, headers = {}) {
  const stream = client.request({ ":path": path, ...headers });
  const heard = { text: "", status: 0, ended: false, stream };
  stream.on("response", (head) => (heard.status = head[":status"]));
  stream.setEncoding("utf8").on("data", (more) => (heard.text += more));
  stream.on("error", () => {});
  stream.on("end", () => (heard.ended = true));
  // Whole lines only: the last may go on.
  heard.frames = (op) => heard.text.split("\n").slice(0, -1).filter((line) => line.startsWith(`data: {"op":"${op}"`)).map((line) => JSON.parse(line.slice(6)));
  heard.data = () => heard.frames("push").flatMap((frame) => frame.messages.map((m) => m.data));
  return heard;
}

async function ask(client, path, body) {
  const stream = client.request(body === undefined ? { ":path": path } : { ":path": path, ":method": "POST", "content-type": "application/json" });
  const answered = once(stream, "response");
  stream.end(body);
  const [headers] = await answered;
  let text = "";
  for await (const more of stream.setEncoding("utf8")) text += more;
  return { status: headers[":status"], text };
}

await check("curl: -N --http2-prior-knowledge prints events as they come, and has polls, acks and problems", async () => {
  const user = `h2-${randomUUID()}`;
  const stream = spawn("curl", ["-sN", "-m", "15", "-D", "-", "--http2-prior-knowledge", `${plainDelivery}/v1/stream?user=${user}`]);
  let out = "";
  stream.stdout.on("data", (more) => (out += more));
  try {
    await eventually(() => out.includes("event: welcome\n"));
    await send(plainIngest, user, "now");
    await eventually(() => out.includes('"data":"now"'));
    equal(out.split("\r\n")[0].trim(), "HTTP/2 200", "status line");
    const session = JSON.parse(out.split("\n").find((line) => line.startsWith("data:")).slice(5)).session;
    const ack = curl("--http2-prior-knowledge", `${plainDelivery}/v1/acks?user=${user}`, "-H", "content-type: application/json",
      "-d", JSON.stringify({ session, seq: 1 }), "-w", "%{http_code} %{http_version}");
    equal(ack, "204 2", "ack");
  } finally {
    stream.kill();
  }
  const poll = curl("--http2-prior-knowledge", `${plainDelivery}/v1/poll?user=${user}&device=tv&wait=0`, "-w", "\n%{http_code} %{http_version}");
  equal(poll.split("\n")[1], "200 2", "poll");
  const bad = curl("--http2-prior-knowledge", `${plainDelivery}/v1/stream?user=${user}&window=0`, "-o", "/dev/null", "-w", "%{http_code} %{content_type}");
  equal(bad, "400 application/problem+json", "problem");
});

await check("curl: ALPN has HTTP/2 where it is offered, and HTTP/1.1 where not", async () => {
  const version = (...options) => curl(...options, "-o", "/dev/null", "-w", "%{http_version}", `${delivery}/health/live`);
  equal([version("--http2"), version("--http1.1"), version("--no-alpn")], ["2", "1.1", "1.1"], "versions");
});

for (const [name, url, to] of [["prior knowledge", plainDelivery, plainIngest], ["TLS", delivery, ingest]]) {
  await check(`node http2, ${name}: 90 streams, polls and acks on one connection, each a session of its own`, async () => {
    const client = http2.connect(url, { rejectUnauthorized: false });
    const user = `h2-${randomUUID()}`;
    try {
      const streams = Array.from({ length: 90 }, (_, i) => listen(client, `/v1/stream?user=${user}-${i}&device=node`));
      await eventually(() => streams.every((s) => s.frames("welcome").length === 1));
      await Promise.all(streams.map((_, i) => send(to, `${user}-${i}`, i)));
      await eventually(() => streams.every((s) => s.data().length === 1));
      equal(streams.map((s) => s.data()[0]), [...Array(90).keys()], "data");
      const acks = await Promise.all(streams.slice(0, 8).map((s, i) => ask(client,
        `/v1/acks?user=${user}-${i}&device=node`, JSON.stringify({ session: s.frames("welcome")[0].session, seq: 1 }))));
      equal(acks.map((a) => a.status), Array(8).fill(204), "acks");
      const poll = JSON.parse((await ask(client, `/v1/poll?user=${user}-8&device=other&wait=1`)).text);
      equal(poll.frames.flatMap((f) => f.messages.map((m) => m.data)), [8], "poll");
      // One that is closed ends alone.
      streams[0].stream.close(http2.constants.NGHTTP2_CANCEL);
      await send(to, `${user}-1`, "after");
      await eventually(() => streams[1].data().length === 2);
    } finally {
      client.destroy();
    }
  });

  await check(`node http2, ${name}: a stream that is not read costs those beside it nothing`, async () => {
    const client = http2.connect(url, { rejectUnauthorized: false, settings: { initialWindowSize: 1024 * 1024 } });
    client.on("connect", () => client.setLocalWindowSize(64 * 1024 * 1024));
    const user = `h2-${randomUUID()}`;
    try {
      const slow = listen(client, `/v1/stream?user=${user}-slow&device=node&ack=write`);
      const quick = listen(client, `/v1/stream?user=${user}-quick&device=node&ack=write`);
      await eventually(() => slow.frames("welcome").length + quick.frames("welcome").length === 2);
      slow.stream.pause();
      const large = "x".repeat(100_000);
      for (let i = 0; i < 15; i++) {
        await send(to, `${user}-slow`, large);
        await send(to, `${user}-quick`, i);
      }
      await eventually(() => quick.data().length === 15);
      slow.stream.resume();
      await eventually(() => slow.data().length === 15);
    } finally {
      client.destroy();
    }
  });
}

await check("chromium: a page has 30 EventSources over HTTP/2, where HTTP/1.1 allows 6", async () => {
  const page = createServer((_, answer) => answer.end("<!doctype html><title>Tidegate</title>"));
  page.listen(0, "127.0.0.1");
  await once(page, "listening");
  const browser = await chromium.launch({
    executablePath: process.env.CHROMIUM ?? "/usr/bin/chromium",
    args: ["--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking", "--disable-component-update", "--disable-sync"],
  });
  try {
    const context = await browser.newContext({ ignoreHTTPSErrors: true });
    const user = `browser-${randomUUID()}`;
    const open = async (url, count) => {
      const tab = await context.newPage();
      await tab.goto(`http://127.0.0.1:${page.address().port}/`);
      await tab.evaluate(([url, user, count]) => {
        window.welcomes = 0;
        window.shown = [];
        window.sources = Array.from({ length: count }, (_, i) => {
          const source = new EventSource(`${url}/v1/stream?user=${user}-${i}&device=tab`);
          source.addEventListener("welcome", () => window.welcomes++);
          source.addEventListener("push", ({ data }) => window.shown.push(...JSON.parse(data).messages.map((m) => m.data)));
          return source;
        });
      }, [url, user, count]);
      return tab;
    };
    const secure = await open(delivery, 30);
    await secure.waitForFunction(() => window.welcomes === 30);
    await Promise.all(Array.from({ length: 30 }, (_, i) => send(ingest, `${user}-${i}`, i)));
    await secure.waitForFunction(() => window.shown.length === 30);
    equal(await secure.evaluate(() => window.shown.sort((a, b) => a - b)), [...Array(30).keys()], "shown");
    const metrics = curl(`${delivery}/metrics`);
    equal(/tidegate_delivery_http2_connections (\d+)/.exec(metrics)[1] >= 1, true, "connections of HTTP/2");
    const plain = await open(plainDelivery, 8);
    await plain.waitForFunction(() => window.welcomes === 6);
    await new Promise((go) => setTimeout(go, 1000));
    equal(await plain.evaluate(() => window.welcomes), 6, "streams over HTTP/1.1");
  } finally {
    await browser.close();
    page.close();
  }
});

await check("node http2: a worker that stops tells its streams to go, then the connection, and ends both", async () => {
  const client = http2.connect(delivery, { rejectUnauthorized: false });
  client.on("error", () => {});
  const order = [];
  client.on("goaway", (code) => order.push(`GOAWAY ${code}`));
  const stream = listen(client, `/v1/stream?user=h2-${randomUUID()}&device=node`);
  await eventually(() => stream.frames("welcome").length === 1);
  stream.stream.on("data", (more) => more.includes("event: goaway") && order.push("goaway"));
  const closed = once(client, "close");
  up.kill();
  await closed;
  equal(order.slice(0, 2), ["goaway", "GOAWAY 0"], "what was told");
  equal([stream.ended, stream.frames("close").map((f) => f.code)], [true, [1001]], "the end of the stream");
});

up.kill();
await ended;
rmSync(folder, { recursive: true, force: true });
process.exit(summary());
