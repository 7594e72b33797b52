import assert from "node:assert/strict";
import test from "node:test";
import { Ladder } from "../../build/ladder.js";

const ladder = () => new Ladder(["websocket", "stream", "poll"], 1000, () => 0.5);

test("what does not get through makes place for the next, and after the last comes the first", () => {
  const all = ladder();
  const used = [];
  for (let i = 0; i < 4; i++) {
    used.push(all.transport);
    all.failed(0);
  }
  assert.deepEqual(used, ["websocket", "stream", "poll", "websocket"]);
});

test("a better one is tried later, each time after twice as long up to an hour", () => {
  const all = ladder();
  assert.equal(all.climbIn(0), undefined);
  all.failed(0);
  assert.equal(all.climbIn(0), 1000);
  assert.equal(all.climbIn(400), 600);
  assert.deepEqual(all.better, ["websocket"]);
  const waits = [];
  for (let i = 0; i < 13; i++) {
    all.tried(0);
    waits.push(all.climbIn(0));
  }
  assert.deepEqual(waits.slice(0, 3), [2000, 4000, 8000]);
  assert.equal(waits.at(-1), 3_600_000);
});

test("the wait is not begun anew by each session on a lesser one", () => {
  const all = ladder();
  all.failed(0);
  all.failed(900);
  assert.equal(all.climbIn(900), 100);
});

test("once the best stands, waits are short again", () => {
  const all = ladder();
  all.failed(0);
  all.tried(0);
  all.climb("websocket");
  assert.equal(all.climbIn(0), undefined);
  all.welcomed();
  all.failed(0);
  assert.equal(all.climbIn(0), 1000);
});

test("another network is another chance for the best", () => {
  const all = ladder();
  all.failed(0);
  all.restart();
  assert.equal(all.transport, "websocket");
});
