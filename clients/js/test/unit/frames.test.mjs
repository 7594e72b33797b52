import assert from "node:assert/strict";
import test from "node:test";
import { readCursor, writeCursor } from "../../build/cursor.js";
import { frame } from "../../build/frames.js";

const EPOCH = "00c0ffee00c0ffee";

test("the frames of docs/PROTOCOL.md are understood", () => {
  assert.deepEqual(frame({ op: "welcome", epoch: EPOCH, mode: "resumed", seq: 41, head: 57, session: "0.1" }), {
    op: "welcome", at: { epoch: EPOCH, seq: 41 }, mode: "resumed", head: 57, session: "0.1",
  });
  assert.deepEqual(frame({ op: "reset", epoch: EPOCH, seq: 60 }), { op: "reset", at: { epoch: EPOCH, seq: 60 } });
  assert.deepEqual(frame({ op: "goaway", retry_after_ms: [500, 30000] }), { op: "goaway", wait: [500, 30000] });
  assert.deepEqual(frame({ op: "token", expires_in_ms: 1000 }), { op: "token", expires: 1000 });
  assert.equal(frame({ op: "push", prev: 1, messages: [{ seq: 2 }] }).messages[0].seq, 2);
  assert.equal(frame({ op: "close", code: 4500, reason: "x", reconnect: "never" }).code, 4500);
});

test("a frame or a mode that only a newer worker knows is passed over, or a reset", () => {
  assert.equal(frame({ op: "tomorrow" }), undefined);
  assert.equal(frame({ op: "welcome", epoch: EPOCH, mode: "merged", seq: 1, head: 1 }).mode, "reset");
});

test("what is no frame names the field", () => {
  const bad = [
    [{ op: "welcome", epoch: "beef", seq: 1, head: 1 }, /epoch or seq/],
    [{ op: "welcome", epoch: EPOCH, seq: -1, head: 1 }, /epoch or seq/],
    [{ op: "reset", epoch: EPOCH, seq: 1.5 }, /epoch or seq/],
    [{ op: "welcome", epoch: EPOCH, seq: 1, head: "1" }, /head/],
    [{ op: "push", prev: 1.5, messages: [] }, /prev/],
    [{ op: "push", prev: 1, messages: {} }, /iterable/],
    [{ op: "push", prev: 1, messages: [{}] }, /seq/],
    [{ op: "push", prev: 1, messages: [null] }, /null/],
    [{ op: "live", messages: 7 }, /iterable/],
    [{ op: "goaway" }, /undefined/],
    [{ op: "goaway", retry_after_ms: [1] }, /1 is not of the protocol/],
    [{ op: "token" }, /expires_in_ms/],
    [null, /null/],
  ];
  for (const [value, words] of bad) assert.throws(() => frame(value), words, JSON.stringify(value));
});

test("a range that is too long or the wrong way round is bounded", () => {
  assert.deepEqual(frame({ op: "goaway", retry_after_ms: [1e12, 5] }).wait, [600_000, 600_000]);
});

test("a cursor is one word, and nothing else is a cursor", () => {
  const cursor = { epoch: EPOCH, seq: 41 };
  assert.deepEqual(readCursor(writeCursor(cursor)), cursor);
  for (const text of ["", "41", `${EPOCH}-`, `${EPOCH}-1e3`, `${EPOCH}--1`, `${EPOCH}-1234567890123456`, ` ${EPOCH}-1`, null, undefined, {}]) {
    assert.equal(readCursor(text), undefined, String(text));
  }
});
