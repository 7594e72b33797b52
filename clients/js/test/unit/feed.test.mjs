import assert from "node:assert/strict";
import test from "node:test";
import { Feed } from "../../build/feed.js";

const EPOCH = "00c0ffee00c0ffee";
const OTHER = "00c0ffee00c0fff0";
const at = (seq, epoch = EPOCH) => ({ epoch, seq });
const welcome = (mode, seq, epoch = EPOCH) => ({ op: "welcome", at: at(seq, epoch), mode, head: seq, session: "s" });
const message = (seq) => ({ seq, id: `m${seq}`, source: "/test", data: seq });
const push = (prev, ...seqs) => ({ op: "push", prev, messages: seqs.map(message) });
const live = (...ids) => ({ op: "live", messages: ids.map((id) => ({ id, source: "/test" })) });

/** Everything that waits, as short words. */
function drain(feed) {
  const words = [];
  for (let item; (item = feed.next()); ) {
    words.push(item.what === "message" ? (item.message.seq ?? item.message.id) : item.what);
    feed.handled(item);
  }
  return words;
}

function store(feed) {
  const cursor = feed.unstored();
  feed.stored(cursor);
  return cursor;
}

test("a new device begins where the worker says, and stores that", () => {
  const feed = new Feed(undefined, 256);
  assert.equal(feed.resume(), undefined);
  feed.take(welcome("fresh", 7));
  assert.deepEqual(drain(feed), ["begin"]);
  assert.deepEqual(store(feed), at(7));
  assert.deepEqual(feed.resume(), at(7));
});

test("messages come in order, each with its cursor", () => {
  const feed = new Feed(at(41), 256);
  feed.take(welcome("resumed", 41));
  assert.equal(feed.take(push(41, 42, 45)), true);
  assert.equal(feed.next().message.cursor, `${EPOCH}-42`);
  assert.deepEqual(drain(feed), [45]);
});

test("what was received is dropped when it comes again, in a frame or over a reconnect", () => {
  const feed = new Feed(at(0), 256);
  feed.take(welcome("resumed", 0));
  feed.take(push(0, 1, 2, 3));
  feed.take(push(0, 1, 2, 3));
  feed.take(push(1, 2, 3, 4));
  feed.left();
  feed.take(welcome("resumed", 0));
  feed.take(push(0, 1, 2, 3, 4, 5));
  assert.deepEqual(drain(feed), [1, 2, 3, 4, 5]);
});

test("a push that does not link is a gap, and changes nothing", () => {
  const feed = new Feed(at(5), 256);
  feed.take(welcome("resumed", 5));
  assert.equal(feed.take(push(6, 7)), false);
  assert.deepEqual(drain(feed), []);
  assert.equal(feed.take(push(5, 6, 7)), true);
  assert.deepEqual(drain(feed), [6, 7]);
});

test("a hello resumes from what is stored, not from what was received or handled", () => {
  const feed = new Feed(at(0), 256);
  feed.take(welcome("resumed", 0));
  feed.take(push(0, 1, 2));
  feed.handled(feed.next());
  assert.deepEqual(feed.resume(), at(0));
  assert.equal(feed.ackable(), 0);
  store(feed);
  assert.deepEqual(feed.resume(), at(1));
  assert.equal(feed.ackable(), 1);
});

test("no ack goes beyond what this session was sent", () => {
  const feed = new Feed(at(0), 256);
  feed.take(welcome("resumed", 0));
  feed.take(push(0, 1, 2, 3));
  drain(feed);
  feed.left();
  assert.equal(feed.ackable(), undefined);
  feed.take(welcome("resumed", 0));
  store(feed);
  assert.equal(feed.ackable(), 0);
  feed.take(push(0, 1, 2));
  assert.equal(feed.ackable(), 2);
});

test("a reset is told in its place, and what was received beyond it comes again", () => {
  const feed = new Feed(at(0), 256);
  feed.take(welcome("resumed", 0));
  feed.take(push(0, 1, 2, 9));
  feed.take({ op: "reset", at: at(4) });
  feed.take(push(4, 9));
  assert.deepEqual(drain(feed), [1, 2, "missed", 9]);
});

test("another epoch is a reset, and an ack of the old one is never sent in it", () => {
  const feed = new Feed(at(50), 256);
  feed.take(welcome("reset", 3, OTHER));
  assert.equal(feed.ackable(), undefined);
  feed.take(push(3, 4));
  assert.equal(feed.ackable(), undefined);
  assert.deepEqual(drain(feed), ["missed", 4]);
  assert.deepEqual(store(feed), at(4, OTHER));
  assert.equal(feed.ackable(), 4);
});

test("a device that was forgotten may have missed something", () => {
  const feed = new Feed(at(50), 256);
  feed.take(welcome("fresh", 60));
  assert.deepEqual(drain(feed), ["missed"]);
});

test("live messages move no cursor, and come once", () => {
  const feed = new Feed(at(0), 256);
  feed.take(welcome("resumed", 0));
  feed.take(live("a", "b", "a"));
  assert.deepEqual(drain(feed), ["a", "b"]);
  assert.equal(feed.unstored(), undefined);
});

test("of live messages the last 256 ids are remembered", () => {
  const feed = new Feed(at(0), 4096);
  feed.take(welcome("resumed", 0));
  feed.take(live(...Array.from({ length: 257 }, (_, i) => `l${i}`)));
  drain(feed);
  feed.take(live("l0", "l256"));
  assert.deepEqual(drain(feed), ["l0"]);
});

test("what waits is bounded: more than twice the window is a fault, live messages beyond it are over", () => {
  const feed = new Feed(at(0), 2);
  feed.take(welcome("resumed", 0));
  feed.take(push(0, 1, 2, 3, 4));
  feed.take(live("late"));
  assert.throws(() => feed.take(push(4, 5)), /window/);
  assert.deepEqual(drain(feed), [1, 2, 3, 4]);
});

test("a push before the welcome is a fault", () => {
  assert.throws(() => new Feed(at(0), 2).take(push(0, 1)), /welcome/);
});
