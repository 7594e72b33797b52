import assert from "node:assert/strict";
import test from "node:test";
import { closed, lost } from "../../build/end.js";
import { refused } from "../../build/refusal.js";
import { EPOCH, held, promise, push, welcome } from "../tools/links.mjs";
import { settle } from "../tools/time.mjs";

test("connects, says who it is, and hands on what comes, in order", async () => {
  const client = held({ device: "tab", urgency: "low", window: 7 });
  await client.stand(0, "fresh");
  assert.deepEqual(client.link.hello, { user: "alice", device: "tab", window: 7, urgency: "low", token: undefined, resume: undefined });
  await client.come(push(0, 1, 2), push(2, 5));
  assert.deepEqual(client.handled, [1, 2, 5]);
  assert.deepEqual(client.states, [
    { name: "connecting", transport: "websocket" },
    { name: "open", transport: "websocket", mode: "fresh", backlog: 0 },
  ]);
});

test("a message is acked only after its handler is done and its cursor is stored", async () => {
  const handler = promise();
  const saving = [];
  const client = held({
    window: 1,
    onmessage: () => handler.promise,
    store: { load: () => `${EPOCH}-0`, save: (cursor) => (saving.push({ cursor, ...promise() }), saving.at(-1).promise) },
  });
  await client.stand(0);
  await client.come(push(0, 1));
  await client.time.pass(1000);
  assert.deepEqual([client.link.acks, saving.length], [[], 0], "while it is handled");
  handler.yes();
  await client.time.pass(1000);
  assert.deepEqual([client.link.acks, saving[0].cursor], [[], `${EPOCH}-1`], "while it is stored");
  saving[0].yes();
  await client.time.pass(1000);
  assert.deepEqual(client.link.acks, [1]);
});

test("acks gather for 200 ms or 16 messages", async () => {
  const client = held();
  await client.stand(0);
  await client.come(push(0, 1));
  await client.time.pass(199);
  assert.deepEqual(client.link.acks, []);
  await client.time.pass(1);
  assert.deepEqual(client.link.acks, [1]);
  await client.come(push(1, ...Array.from({ length: 16 }, (_, i) => i + 2)));
  await client.time.pass(10);
  assert.deepEqual(client.link.acks, [1, 17]);
});

test("a handler that throws gets the same message again, later and later; nothing passes it", async () => {
  let failing = 3;
  const tries = [];
  const client = held({
    onmessage: ({ seq }) => {
      tries.push([seq, client.time.now()]);
      if (failing-- > 0) throw new Error("not now");
    },
  });
  await client.stand(0);
  await client.come(push(0, 1, 2));
  await client.time.pass(10_000);
  assert.deepEqual(tries, [[1, 0], [1, 500], [1, 1500], [1, 3500], [2, 3500]]);
  assert.deepEqual(client.errors.map(String), Array(3).fill("Error: onmessage: not now"));
  assert.deepEqual(client.link.acks, [2]);
});

test("a cursor that cannot be stored is tried again, and acked only then", async () => {
  let failing = 2;
  const client = held({
    store: {
      load: () => `${EPOCH}-0`,
      save: () => {
        if (failing-- > 0) throw new Error("full");
      },
    },
  });
  await client.stand(0);
  await client.come(push(0, 1));
  await client.time.pass(1499);
  assert.deepEqual(client.link.acks, []);
  await client.time.pass(300);
  assert.deepEqual(client.link.acks, [1]);
  assert.equal(client.errors[0].field, "store");
});

test("resumes from what is stored; what had been received comes again and is handled once", async () => {
  const first = promise();
  const client = held({ onmessage: ({ seq }) => (client.handled.push(seq), seq === 1 ? first.promise : undefined) });
  await client.stand(0, "fresh");
  await client.come(push(0, 1, 2, 3));
  assert.deepEqual(client.handled, [1]);
  assert.ok(await client.again(lost("")));
  client.link.open();
  assert.deepEqual(client.link.hello.resume, { epoch: EPOCH, seq: 0 });
  client.link.listener.heard(welcome(0));
  first.yes();
  await client.come(push(0, 1, 2, 3, 4));
  assert.deepEqual(client.handled, [1, 2, 3, 4]);
});

test("a cursor from an earlier run is resumed from; what is none is told, and is none", async () => {
  const good = held({ store: { load: async () => `${EPOCH}-41`, save() {} } });
  await good.stand(41);
  assert.deepEqual(good.link.hello.resume, { epoch: EPOCH, seq: 41 });
  assert.equal(good.push.cursor, `${EPOCH}-41`);
  const bad = held({ store: { load: () => "41", save() {} } });
  await bad.stand(0);
  assert.equal(bad.link.hello.resume, undefined);
  assert.equal(bad.errors[0].field, "store");
});

test("a store that cannot be read is waited for; one that is optional is done without", async () => {
  let failing = 2;
  const load = async () => {
    if (failing-- > 0) throw new Error("broken");
    return `${EPOCH}-41`;
  };
  const client = held({ store: { load, save() {} } });
  await client.time.pass(9_999);
  assert.deepEqual([client.links.length, client.errors.length], [0, 2]);
  await client.time.pass(1);
  await client.stand(41);
  assert.deepEqual(client.link.hello.resume, { epoch: EPOCH, seq: 41 });

  failing = Infinity;
  const without = held({ store: { optional: true, load, save: load } });
  await without.stand(0);
  await without.come(push(0, 1));
  await without.time.pass(200);
  assert.deepEqual([without.handled, without.link.acks, without.errors.length], [[1], [1], 1]);

  const closed = held({ store: { load, save() {} } });
  await settle();
  await closed.push.close();
  await closed.time.pass(60_000);
  assert.deepEqual([closed.links.length, closed.errors.length], [0, 1]);
});

test("a gap: says hello again at once, and nothing is handled that does not link", async () => {
  const client = held();
  await client.stand(0);
  await client.time.pass(10_000);
  await client.come(push(3, 4));
  await client.time.pass(0);
  assert.equal(client.links.length, 2);
  assert.equal(client.links[0].ended, "in order");
  await client.stand(0);
  await client.come(push(0, 3), push(3, 4));
  assert.deepEqual(client.handled, [3, 4]);
});

test("what was missed is told in its place, and stored", async () => {
  const client = held();
  await client.stand(5, "reset");
  await client.come(push(5, 6), { op: "reset", epoch: EPOCH, seq: 9 }, push(9, 10));
  assert.deepEqual(client.handled, ["missed", 6, "missed", 10]);
  assert.equal(client.push.cursor, `${EPOCH}-10`);
});

test("a close code that says never ends it, and another does not", async () => {
  const client = held();
  await client.stand(0);
  assert.ok(await client.again(closed(4000, "fenced")));
  await client.stand(0);
  client.link.listener.ended(closed(4502, "device: want 1 to 128 characters"));
  await client.time.pass(3_600_000);
  assert.equal(client.links.length, 2);
  assert.deepEqual(client.push.state, { name: "closed", reason: "device: want 1 to 128 characters", code: 4502 });
});

test("after a goaway it stays, and comes again within the range", async () => {
  const client = held();
  await client.stand(0);
  await client.come({ op: "goaway", retry_after_ms: [500, 30_000] }, push(0, 1));
  await client.time.pass(1000);
  assert.deepEqual([client.handled, client.link.acks, client.link.ended], [[1], [1], undefined]);
  client.link.listener.ended(closed(1001, ""));
  await settle();
  client.push.retry();
  await client.time.pass(15_249);
  assert.equal(client.links.length, 1);
  await client.time.pass(1);
  assert.equal(client.links.length, 2);
});

test("where a WebSocket does not get through, a stream, then polls, then the WebSocket again", async () => {
  const client = held();
  await settle();
  for (const transport of ["websocket", "stream", "poll", "websocket"]) {
    assert.equal(client.link.transport, transport);
    assert.ok(await client.again(lost("")));
  }
});

test("no welcome in time counts as not getting through", async () => {
  const client = held();
  await settle();
  client.link.open();
  await client.time.pass(20_000);
  assert.equal(client.link.ended, "at once");
  await client.time.pass(500);
  assert.equal(client.link.transport, "stream");
});

test("a worker that says later is met again by the same transport, after Retry-After", async () => {
  const client = held({ transports: ["stream", "poll"] });
  await settle();
  client.link.listener.ended(refused(503, true, "2", "not ready"));
  await settle();
  assert.deepEqual(client.push.state, { name: "waiting", delay: 3250, reason: "not ready", code: 503 });
  await client.time.pass(3250);
  assert.equal(client.link.transport, "stream");
});

test("a worker that has no room now refuses WebSockets, too, without a word: it is met again by the best transport", async () => {
  const client = held();
  await settle();
  assert.ok(await client.again(lost("")));
  assert.equal(client.link.transport, "stream");
  assert.ok(await client.again(refused(503, true, "2", "not ready")));
  assert.equal(client.link.transport, "websocket");
});

test("on a stream a better transport is tried after a while, and taken when it gets through", async () => {
  const sockets = [];
  const client = held({ WebSocket: class { constructor() { sockets.push(this); } close() {} } });
  await settle();
  await client.again(lost(""));
  await client.stand(0);
  await client.live(300_000);
  assert.equal(sockets.length, 1);
  sockets[0].onclose();
  await client.live(600_000);
  assert.equal(sockets.length, 2);
  // One that says nothing is given up in time.
  await client.live(1_200_000 + 10_000);
  assert.equal(sockets.length, 3);
  assert.equal(client.link.transport, "stream");
  sockets[2].onopen();
  await client.time.pass(0);
  assert.deepEqual([client.links[1].ended, client.link.transport], ["in order", "websocket"]);
});

test("silence where pings are heard is the end of a connection", async () => {
  const client = held({ transports: ["stream"] });
  await client.stand(0);
  await client.time.pass(59_000);
  client.link.listener.alive();
  await client.time.pass(59_000);
  assert.equal(client.link.ended, undefined);
  await client.time.pass(2_000);
  assert.equal(client.links[0].ended, "at once");
});

test("where pings are not heard a token is shown, which must be answered if one was before", async () => {
  const client = held({ token: "t" });
  await client.stand(0);
  assert.deepEqual(client.link.tokens, ["t"]);
  await client.come({ op: "token", expires_in_ms: 3_600_000 });
  await client.time.pass(121_000);
  assert.deepEqual(client.link.tokens, ["t", "t"]);
  await client.time.pass(10_000);
  assert.equal(client.links[0].ended, "at once");

  const unasked = held({ token: "t" });
  await unasked.stand(0);
  await unasked.time.pass(600_000);
  assert.ok(unasked.link.tokens.length > 1);
  assert.equal(unasked.links[0].ended, undefined);
});

test("another token is shown a minute before the old one ends, without a new connection", async () => {
  let count = 0;
  const client = held({ token: async () => `t${++count}` });
  await client.stand(0);
  assert.equal(client.link.hello.token, "t1");
  await client.come({ op: "token", expires_in_ms: 600_000 });
  await client.live(539_000);
  client.link.tokens.length = 0;
  await client.time.pass(1_000);
  assert.deepEqual([client.link.tokens, client.links.length], [["t2"], 1]);
});

test("a token that was refused is replaced at once; a second refusal ends it", async () => {
  let count = 0;
  const client = held({ token: async () => `t${++count}` });
  await client.stand(0);
  await client.time.pass(10_000);
  assert.ok(await client.again(closed(4507, "expired")));
  client.link.open();
  assert.equal(client.link.hello.token, "t2");
  client.link.listener.ended(closed(4505, "token: revoked"));
  await client.time.pass(3_600_000);
  assert.deepEqual(client.push.state, { name: "closed", reason: "token: revoked", code: 4505 });
});

test("a token that cannot be had is asked for again; one that is none ends it", async () => {
  let failing = 2;
  const client = held({ token: () => { if (failing-- > 0) throw new Error("502"); return "t"; } });
  await client.time.pass(10_000);
  assert.equal(client.link.transport, "websocket");
  assert.deepEqual(client.errors.map(String), Array(2).fill("Error: token: 502"));
  const bad = held({ token: () => null });
  await bad.time.pass(10_000);
  assert.equal(bad.push.state.name, "closed");
});

test("a session that our own late hello replaced comes again, one that another client replaced does not", async () => {
  const client = held({ transports: ["websocket"] });
  await settle();
  client.link.open();
  await client.time.pass(20_000);
  await client.time.pass(500);
  await client.stand(0);
  assert.ok(await client.again(closed(4500, "")));
  await client.stand(0);
  client.link.listener.ended(closed(4500, ""));
  await client.time.pass(3_600_000);
  assert.equal(client.push.state.code, 4500);
});

test("close waits for the message that is being handled, acks it, and begins no other", async () => {
  const handler = promise();
  const client = held({ onmessage: ({ seq }) => (client.handled.push(seq), handler.promise) });
  await client.stand(0);
  await client.come(push(0, 1, 2));
  let isClosed = false;
  const closing = client.push.close().then(() => (isClosed = true));
  await client.time.pass(5_000);
  assert.equal(isClosed, false);
  handler.yes();
  await closing;
  assert.deepEqual([client.handled, client.link.acks, client.link.ended], [[1], [1], "in order"]);
  assert.deepEqual(client.push.state, { name: "closed", reason: "close", code: undefined });
  await client.time.pass(3_600_000);
  assert.deepEqual([client.links.length, client.time.next], [1, undefined], "no timer is left");
});

test("close does not wait for a handler that fails, nor for the next attempt", async () => {
  const client = held({ onmessage: () => { throw new Error("never"); } });
  await client.stand(0);
  await client.come(push(0, 1));
  await client.push.close();
  assert.deepEqual(client.link.acks, []);
  const waiting = held();
  await settle();
  waiting.link.listener.ended(lost(""));
  await settle();
  await waiting.push.close();
  await waiting.time.pass(60_000);
  assert.equal(waiting.links.length, 1);
});

test("retry shortens a wait of ours to half a second at most", async () => {
  const client = held({ transports: ["stream"] }, { random: () => 0.999 });
  await settle();
  for (let i = 0; i < 7; i++) await client.again(lost(""));
  client.link.listener.ended(lost(""));
  await settle();
  assert.ok(client.push.state.delay > 29_000);
  await client.time.pass(1_000);
  assert.equal(client.links.length, 8);
  client.push.retry();
  await client.time.pass(500);
  assert.equal(client.links.length, 9);
});

test("what a link sends that is no frame for now ends it, and it comes again", async () => {
  const client = held();
  await settle();
  client.link.open();
  client.link.listener.told(JSON.stringify(push(0, 1)));
  await settle();
  assert.deepEqual([client.link.ended, client.push.state.reason], ["at once", "a push before the welcome"]);
  await client.time.pass(500);
  for (const text of ["{", "7", "null", '{"op":"push","prev":0}', '{"op":"welcome"}', "x".repeat(16_777_217)]) {
    const { link } = client;
    link.open?.();
    link.listener.told(text);
    assert.equal(link.ended, text === "7" ? undefined : "at once", text.slice(0, 20));
    await client.time.pass(30_000);
  }
});

test("callbacks that throw do no harm", async () => {
  const client = held({
    onstate: () => { throw new Error("state"); },
    onerror: (error) => { client.errors.push(error); },
  });
  await client.stand(0);
  await client.come(push(0, 1));
  assert.deepEqual(client.handled, [1]);
  assert.equal(client.errors[0].field, "onstate");
});
