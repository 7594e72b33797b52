import assert from "node:assert/strict";
import test from "node:test";
import { Events } from "../../build/events.js";

const TEXT = 'retry: 3453\n\nevent: welcome\nid: e-0\ndata: {"op":"welcome"}\n\n:\n\nevent: push\ndata: {"a":\ndata: 1}\n\ndata:x\u2028data: y\n\n';
const DATA = ['{"op":"welcome"}', '{"a":\n1}', "x\u2028data: y"];

test("events are read whatever the pieces they come in, and whichever way lines end", () => {
  for (const end of ["\n", "\r\n", "\r"]) {
    const text = TEXT.replaceAll("\n", end);
    for (let size = 1; size <= text.length; size++) {
      const events = new Events(1000);
      const got = [];
      for (let i = 0; i < text.length; i += size) got.push(...events.take(text.slice(i, i + size)));
      assert.deepEqual(got, DATA, `${JSON.stringify(end)}, ${size} at a time`);
    }
  }
});

test("an event that does not end is given up", () => {
  const events = new Events(100);
  events.take(`data: ${"x".repeat(90)}`);
  assert.throws(() => events.take("xxxxx"), /too long/);
});
