import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { breaker } from "../tools/breaker.mjs";
import { delivery, device, emptyMailbox, eventually, newUser, send, sleep } from "../tools/service.mjs";

const HTML = "HTTP/1.1 403 Forbidden\r\ncontent-type: text/html\r\ncontent-length: 4\r\nconnection: close\r\n\r\nnot ";
let between;
before(async () => (between = await breaker(delivery)));
after(() => between.close());

for (const transport of ["websocket", "stream", "poll"]) {
  test(`${transport}: messages come in order, are acked, and a restart with the cursor repeats none`, async () => {
    const user = newUser(transport);
    let kept;
    const store = { load: () => kept, save: (cursor) => void (kept = cursor) };
    const first = device(delivery, { user, store, transports: [transport] });
    await first.open(transport);
    assert.equal(first.push.state.mode, "fresh");
    await send(user, [...Array(40).keys()]);
    await first.count(40);
    await first.push.close();
    assert.deepEqual(first.handled, [...Array(40).keys()]);
    await send(user, [40, 41]);
    const second = device(delivery, { user, store, transports: [transport] });
    await second.count(2);
    assert.deepEqual(second.handled, [40, 41]);
    assert.equal(second.states.find(({ name }) => name === "open").mode, "resumed");
    await emptyMailbox(user);
    await second.push.close();
    assert.deepEqual([...first.errors, ...second.errors], []);
  });

  test(`${transport}: a connection that breaks is resumed`, async () => {
    const user = newUser(transport);
    const it = device(between.url, { user, transports: [transport] });
    await it.open();
    for (let i = 0; i < 3; i++) {
      await send(user, [2 * i, 2 * i + 1]);
      await it.count(2 * i + 1);
      between.cut();
    }
    await it.count(6);
    await emptyMailbox(user);
    assert.deepEqual(it.handled, [0, 1, 2, 3, 4, 5]);
    await it.push.close();
  });

  test(`${transport}: live messages come, and Unicode and binary payloads as they were`, async () => {
    const user = newUser(transport);
    const messages = [];
    const it = device(delivery, { user, transports: [transport], onmessage: (message) => void messages.push(message) });
    await it.open();
    const sent = { text: "Grüße 🌊\n\r\n\n: x", list: [1, null, { a: "\u2028" }] };
    await send(user, [{ data: sent }]);
    await eventually("the message", () => messages.length === 1);
    // A poll is there only while it waits.
    await eventually("a live one", async () => {
      await send(user, [{ data: "now", ttl: 0 }]);
      return messages.some(({ seq }) => seq === undefined);
    });
    assert.deepEqual(messages[0].data, sent);
    assert.match(messages[0].cursor, /^[0-9a-f]{16}-1$/);
    await it.push.close();
  });
}

test("a handler is not hurried: what waits stays within the window, and nothing is acked before", async () => {
  const user = newUser("slow");
  let running = 0;
  let most = 0;
  const handled = [];
  const it = device(delivery, {
    user, window: 8,
    onmessage: async ({ data }) => {
      most = Math.max(most, ++running);
      await sleep(5);
      handled.push(data);
      running--;
    },
  });
  await send(user, [...Array(100).keys()]);
  await eventually("all", () => handled.length === 100);
  assert.deepEqual(handled, [...Array(100).keys()]);
  assert.equal(most, 1);
  await emptyMailbox(user);
  await it.push.close();
});

test("the same device elsewhere ends this one for good", async () => {
  const user = newUser("twice");
  const first = device(delivery, { user });
  await first.open();
  const second = device(delivery, { user });
  await second.open();
  await eventually("the first is closed", () => first.push.state.name === "closed");
  assert.equal(first.push.state.code, 4500);
  await sleep(300);
  assert.equal(second.push.state.name, "open");
  await second.push.close();
});

test("our own hello that arrives late does not end us", async () => {
  const user = newUser("ghost");
  let count = 0;
  between.take(() => ({ hold: count++ === 0 }));
  const it = device(between.url, { user, transports: ["websocket"] }, { retryFirst: 20, retryMost: 100, welcome: 800, climb: 1e6 });
  const held = await eventually("a hello that is held", () => between.connections().find((pair) => pair.held));
  await it.open();
  between.release(held);
  await eventually("replaced, and back", () => it.states.some(({ code }) => code === 4500) && it.push.state.name === "open");
  await send(user, [1]);
  await it.count(1);
  await it.push.close();
  between.take(() => ({}));
});

test("where a proxy lets no WebSocket through it is a stream, where none of that a poll; later a WebSocket again", async () => {
  const user = newUser("fallback");
  const refused = new Set(["websocket"]);
  between.take((kind) => ({ refuse: refused.has(kind) && HTML }));
  const it = device(between.url, { user });
  await it.open("stream");
  await send(user, [1]);
  await it.count(1);
  refused.add("stream");
  between.cut();
  await it.open("poll");
  await send(user, [2]);
  await it.count(2);
  refused.clear();
  await it.open("websocket");
  await send(user, [3]);
  await it.count(3);
  assert.deepEqual(it.handled, [1, 2, 3]);
  await emptyMailbox(user);
  await it.push.close();
  between.take(() => ({}));
});

test("where a proxy gathers streams it is a poll", async () => {
  const user = newUser("gather");
  between.take((kind) => ({ refuse: kind === "websocket", gather: kind === "stream" }));
  const it = device(between.url, { user }, { retryFirst: 20, retryMost: 100, welcome: 1_000, climb: 1e6 });
  await it.open("poll");
  await send(user, [1]);
  await it.count(1);
  await it.push.close();
  between.take(() => ({}));
});

test("a frame that is missing is a gap: it is asked for again", async () => {
  const user = newUser("gap");
  let drops = 1;
  between.take(() => ({ drop: () => drops > 0 && drops-- > 0 }));
  const it = device(between.url, { user });
  await it.open();
  // The first frame is the welcome, which is no push.
  drops = 1;
  await send(user, [1]);
  await sleep(300);
  await send(user, [2]);
  await it.count(2);
  assert.deepEqual(it.handled, [1, 2]);
  await it.push.close();
  between.take(() => ({}));
});

test("a bad option is refused by name before anything is sent, a bad hello by the worker for good", async () => {
  assert.throws(() => device(delivery, { user: "x".repeat(257) }), { field: "user" });
  const it = device(delivery, { user: newUser("bad"), device: "\u00a0".repeat(128), urgency: "high" });
  await it.open();
  await it.push.close();
});

test("who has gone is not there: close ends the session at once", async () => {
  const user = newUser("gone");
  const it = device(delivery, { user });
  await it.open();
  await it.push.close();
  assert.equal(it.push.state.name, "closed");
  await it.push.close();
});
