import assert from "node:assert/strict";
import test from "node:test";
import { Acks } from "../../build/acks.js";

test("an ack is due after 16 messages, or 200 ms after the first", () => {
  const acks = new Acks(10, 256);
  assert.equal(acks.due(10, 0), undefined);
  assert.equal(acks.due(undefined, 0), undefined);
  assert.equal(acks.due(11, 1000), 200);
  assert.equal(acks.due(12, 1150), 50);
  assert.equal(acks.due(12, 1200), 0);
  acks.sent(12, 1200);
  assert.equal(acks.due(12, 1300), undefined);
  assert.equal(acks.due(28, 1300), 0);
});

test("a small window is acked sooner", () => {
  assert.equal(new Acks(0, 1).due(1, 0), 0);
  assert.equal(new Acks(0, 4).due(1, 0), 200);
  assert.equal(new Acks(0, 4).due(2, 0), 0);
});

test("acks keep 10 ms apart, since workers bound the frames of a second", () => {
  const acks = new Acks(0, 4096);
  assert.equal(acks.due(1000, 5), 0);
  acks.sent(1000, 5);
  assert.equal(acks.due(2000, 6), 9);
  assert.equal(acks.due(2000, 15), 0);
});
