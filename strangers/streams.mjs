// Server-Sent Events and polls as strangers' clients see them. Usage: node streams.mjs INGEST_URL DELIVERY_URL FANOUT_URL
import { execFileSync, spawn } from "node:child_process";
import { randomUUID } from "node:crypto";
import { createServer } from "node:http";
import { connect, createServer as createPassage } from "node:net";
import { once } from "node:events";
import { EventSource } from "eventsource";
import { chromium } from "playwright-core";
import { check, equal, summary } from "./harness.mjs";

const [ingest, delivery, fanout] = process.argv.slice(2);

async function send(user, data, more = {}) {
  const answer = await fetch(`${ingest}/v1/messages`, {
    method: "POST",
    headers: { "content-type": "application/json" },
    body: JSON.stringify({ to: { user }, data, ...more }),
  });
  equal(answer.status, 202, "status of a send");
}

async function eventually(what, test) {
  for (;;) {
    const value = await test();
    if (value) return value;
    await new Promise((yes) => setTimeout(yes, 100));
  }
}

async function emptyMailbox(user) {
  await eventually("an empty mailbox", async () => {
    const view = await (await fetch(`${fanout}/v1/users/${user}`)).json();
    return view.waiting === 0 && view.released === 0;
  });
}

/** A port that passes all on to the worker's, and can break what goes through it. */
async function passage() {
  const sockets = new Set();
  const server = createPassage((near) => {
    const far = connect(Number(new URL(delivery).port), "127.0.0.1");
    for (const each of [near, far]) {
      sockets.add(each);
      each.on("error", () => {});
      each.on("close", () => {
        sockets.delete(each);
        near.destroy();
        far.destroy();
      });
    }
    near.pipe(far);
    far.pipe(near);
  }).listen(0, "127.0.0.1");
  await once(server, "listening");
  return {
    url: `http://127.0.0.1:${server.address().port}`,
    cut: () => sockets.forEach((socket) => socket.destroy()),
    close: () => server.close(),
  };
}

/** Everything that an EventSource hears. */
function listen(source) {
  const heard = [];
  for (const op of ["welcome", "push", "live", "reset", "goaway", "close"]) {
    source.addEventListener(op, ({ data, lastEventId }) => heard.push({ ...JSON.parse(data), lastEventId }));
  }
  const all = (op) => heard.filter((frame) => frame.op === op);
  return {
    heard,
    all,
    data: () => all("push").flatMap((frame) => frame.messages.map((m) => m.data)),
    until: (what, test) => eventually(what, () => test(heard)),
  };
}

await check("eventsource: pushes come in order, and a broken connection is resumed by Last-Event-ID", async () => {
  const user = `es-${randomUUID()}`;
  const between = await passage();
  const source = new EventSource(`${between.url}/v1/stream?user=${user}&device=node&ack=write`);
  const device = listen(source);
  try {
    await device.until("a welcome", () => device.all("welcome").length === 1);
    equal(device.all("welcome")[0].mode, "fresh", "mode");
    for (let i = 0; i < 20; i++) await send(user, i);
    await device.until("20 messages", () => device.data().length === 20);
    between.cut();
    for (let i = 20; i < 25; i++) await send(user, i);
    await device.until("5 more", () => device.data().length >= 25);
    equal(device.data(), [...Array(25).keys()], "data");
    equal(device.all("welcome")[1].mode, "resumed", "mode after the break");
    equal(device.all("welcome")[1].seq, 20, "where from");
  } finally {
    source.close();
    between.close();
  }
});

await check("eventsource: what was received and not acked comes again after a break", async () => {
  const user = `es-${randomUUID()}`;
  const between = await passage();
  const source = new EventSource(`${between.url}/v1/stream?user=${user}&device=node`);
  const device = listen(source);
  try {
    for (let i = 0; i < 3; i++) await send(user, i);
    await device.until("3 messages", () => device.data().length === 3);
    between.cut();
    await device.until("the same again", () => device.data().length === 6);
    equal(device.data(), [0, 1, 2, 0, 1, 2], "data");
  } finally {
    source.close();
    between.close();
  }
});

await check("eventsource: an ack by POST empties the mailbox", async () => {
  const user = `es-${randomUUID()}`;
  const source = new EventSource(`${delivery}/v1/stream?user=${user}`);
  const device = listen(source);
  try {
    await send(user, { text: "Grüße 🌊\n" });
    await device.until("a message", () => device.data().length === 1);
    equal(device.data(), [{ text: "Grüße 🌊\n" }], "data");
    const [{ session }] = device.all("welcome");
    const ack = (body) => fetch(`${delivery}/v1/acks?user=${user}`, {
      method: "POST", headers: { "content-type": "application/json" }, body: JSON.stringify(body),
    });
    equal((await ack({ session, seq: 99 })).status, 204, "an ack beyond what was sent");
    equal((await ack({ session: "x", seq: 1 })).status, 400, "an ack of no session");
    const view = await (await fetch(`${fanout}/v1/users/${user}`)).json();
    equal([view.released, view.devices[0].acked], [1, 0], "before the ack");
    equal((await ack({ session, seq: 1 })).status, 204, "status");
    await emptyMailbox(user);
  } finally {
    source.close();
  }
});

await check("eventsource: where asked, what was written is acked", async () => {
  const user = `es-${randomUUID()}`;
  const source = new EventSource(`${delivery}/v1/stream?user=${user}&ack=write`);
  const device = listen(source);
  try {
    for (let i = 0; i < 5; i++) await send(user, i);
    await device.until("5 messages", () => device.data().length === 5);
    await emptyMailbox(user);
  } finally {
    source.close();
  }
});

await check("eventsource: the same device elsewhere is told with close, and a bad request ends it for good", async () => {
  const user = `es-${randomUUID()}`;
  const first = new EventSource(`${delivery}/v1/stream?user=${user}`);
  const device = listen(first);
  await device.until("a welcome", () => device.all("welcome").length === 1);
  const second = new EventSource(`${delivery}/v1/stream?user=${user}`);
  try {
    await device.until("a close", () => device.all("close").length === 1);
    const { code, reconnect } = device.all("close")[0];
    equal([code, reconnect], [4500, "never"], "close");
  } finally {
    first.close();
    second.close();
  }
  const bad = new EventSource(`${delivery}/v1/stream?user=${user}&window=0`);
  const [error] = await once(bad, "error");
  equal([error.code, bad.readyState], [400, EventSource.CLOSED], "answer to a bad parameter");
});

await check("curl: -N prints events as they come, ttl 0 among them", async () => {
  const user = `curl-${randomUUID()}`;
  const curl = spawn("curl", ["-sN", "-m", "15", `${delivery}/v1/stream?user=${user}`]);
  let out = "";
  curl.stdout.on("data", (more) => (out += more));
  try {
    await eventually("a welcome", () => out.includes("event: welcome\n"));
    await send(user, "now", { ttl: 0 });
    await eventually("a live message", () => out.includes("event: live\n"));
    await send(user, "later");
    await eventually("a push", () => out.includes('"data":"later"'));
    const [retry, ...events] = out.trim().split("\n\n");
    if (!/^retry: [1-5][0-9]{3}$/.test(retry)) throw new Error(`no retry first: ${retry}`);
    equal(events.map((event) => event.split("\n").map((line) => line.split(":")[0])), [
      ["event", "id", "data"], ["event", "data"], ["event", "id", "data"],
    ], "lines");
  } finally {
    curl.kill();
  }
});

await check("curl: what is no stream is a problem with its status", async () => {
  const status = (...more) => execFileSync("curl", [
    "-sS", "-m", "15", "-o", "/dev/null", "-w", "%{http_code} %{content_type}", ...more,
  ], { encoding: "utf8" });
  const stream = `${delivery}/v1/stream`;
  equal(status(stream), "400 application/problem+json", "no user");
  equal(status(`${stream}?user=a%FF`), "400 application/problem+json", "no UTF-8");
  equal(status(`${stream}?user=a`, "-H", "accept: text/html"), "406 application/problem+json", "accept");
  equal(status(`${stream}?user=a`, "-d", "x"), "405 application/problem+json", "POST");
  equal(status(`${stream}?user=a`, "-H", "last-event-id: 7"), "400 application/problem+json", "Last-Event-ID");
});

await check("fetch: polls have what comes, ack what came before, and miss nothing between", async () => {
  const user = `poll-${randomUUID()}`;
  const poll = async (cursor, wait) => {
    const answer = await fetch(`${delivery}/v1/poll?user=${user}&wait=${wait}&cursor=${cursor}`);
    equal(answer.status, 200, "status");
    return answer.json();
  };
  const first = await poll("", 0);
  equal([first.welcome.mode, first.frames], ["fresh", []], "nothing yet");
  const waiting = poll(first.cursor, 10);
  await send(user, 0);
  const second = await waiting;
  equal(second.frames[0].messages.map((m) => m.data), [0], "what came while it waited");
  const data = [];
  let { cursor } = second;
  for (let i = 1; i <= 10; i++) await send(user, i);
  while (data.length < 10) {
    const next = await poll(cursor, 5);
    equal(next.welcome.mode, "resumed", "mode");
    cursor = next.cursor;
    data.push(...next.frames.flatMap((frame) => frame.messages.map((m) => m.data)));
  }
  equal(data, [1, 2, 3, 4, 5, 6, 7, 8, 9, 10], "what came between");
  await poll(cursor, 0);
  await emptyMailbox(user);
});

await check("chromium: a page of another origin has a stream and acks, and comes again by itself", async () => {
  const user = `browser-${randomUUID()}`;
  const page = createServer((_, answer) => answer.end("<!doctype html><title>Tidegate</title>"));
  page.listen(0, "127.0.0.1");
  await once(page, "listening");
  const between = await passage();
  const browser = await chromium.launch({
    executablePath: process.env.CHROMIUM ?? "/usr/bin/chromium",
    args: ["--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking", "--disable-component-update", "--disable-sync"],
  });
  try {
    const tab = await browser.newPage();
    await tab.goto(`http://127.0.0.1:${page.address().port}/`);
    await tab.evaluate(([url, user]) => {
      window.shown = [];
      window.modes = [];
      const source = new EventSource(`${url}/v1/stream?user=${user}&device=tab`);
      source.addEventListener("welcome", ({ data }) => {
        const frame = JSON.parse(data);
        window.session = frame.session;
        window.modes.push(frame.mode);
      });
      source.addEventListener("push", async ({ data }) => {
        const messages = JSON.parse(data).messages;
        for (const m of messages) window.shown.push(m.data);
        const answer = await fetch(`${url}/v1/acks?user=${user}&device=tab`, {
          method: "POST",
          headers: { "content-type": "application/json" },
          body: JSON.stringify({ session: window.session, seq: messages.at(-1).seq }),
        });
        window.acked = answer.status;
      });
    }, [between.url, user]);
    await tab.waitForFunction(() => window.modes.length === 1);
    await send(user, "Grüße 🌊");
    await tab.waitForFunction(() => window.acked === 204);
    await emptyMailbox(user);
    between.cut();
    await send(user, "two");
    await tab.waitForFunction(() => window.shown.length === 2);
    equal(await tab.evaluate(() => [window.shown, window.modes]), [["Grüße 🌊", "two"], ["fresh", "resumed"]], "shown");
  } finally {
    await browser.close();
    page.close();
    between.close();
  }
});

process.exit(summary());
