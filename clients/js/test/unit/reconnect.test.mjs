import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import test from "node:test";
import { closed, lost } from "../../build/end.js";
import { refused } from "../../build/refusal.js";
import { Reconnect } from "../../build/reconnect.js";

const rule = ({ random = () => 0.999999, canRenew = false } = {}) => new Reconnect(500, 30_000, random, canRenew);
const delay = (step) => Math.round(step.delay);

test("every close code of docs/PROTOCOL.md has the rule that stands there", () => {
  const page = readFileSync(new URL("../../../../docs/PROTOCOL.md", import.meta.url), "utf8");
  const rows = [...page.matchAll(/^\| (\d{4}) \| (\w+) \| (never|backoff|now) \|$/gm)];
  assert.ok(rows.length >= 22, `${rows.length} rows`);
  // Ours are finer: with another token, or when it was ourselves, a client may come again.
  const finer = { replaced: "ghost", unauthorized: "token", token_expired: "token" };
  for (const [, code, name, expected] of rows) {
    assert.equal(closed(Number(code), "").rule, finer[name] ?? expected, name);
  }
});

test("codes that only a newer worker knows: 45xx never, others later, and what a stream says", () => {
  assert.equal(closed(4599, "").rule, "never");
  assert.equal(closed(4099, "").rule, "backoff");
  assert.equal(closed(4099, "", "never").rule, "never");
  assert.equal(closed(1006, "").rule, "another");
});

test("never is final", () => {
  for (const code of [1000, 1002, 1003, 1007, 1009, 4502, 4503, 4504, 4506, 4508]) {
    assert.equal(rule().after(closed(code, ""), 0, 60_000), undefined, String(code));
  }
});

test("the bound of the delay doubles from 0.5 s to 30 s, and begins anew after a connection that stood", () => {
  const reconnect = rule();
  const delays = Array.from({ length: 9 }, () => delay(reconnect.after(lost(""), 0, 0)));
  assert.deepEqual(delays, [500, 1000, 2000, 4000, 8000, 16000, 30000, 30000, 30000]);
  assert.equal(delay(reconnect.after(lost(""), 0, 9_999)), 30_000);
  assert.equal(delay(reconnect.after(lost(""), 0, 10_000)), 500);
});

test("delays are random below the bound", () => {
  let chance = 0;
  const reconnect = rule({ random: () => chance });
  assert.equal(delay(reconnect.after(lost(""), 0, 0)), 0);
  chance = 0.25;
  assert.equal(delay(reconnect.after(lost(""), 0, 0)), 250);
});

test("now is at once, unless connections do not stand", () => {
  const reconnect = rule();
  assert.equal(delay(reconnect.after(closed(4005, ""), 0, 60_000)), 0);
  assert.equal(delay(reconnect.after(closed(4004, ""), 0, 5)), 1000);
  assert.equal(delay(reconnect.after(closed(4004, ""), 0, 5)), 2000);
});

test("a goaway's range decides, whatever the code's rule says, and nothing shortens it", () => {
  for (const end of [closed(1001, ""), closed(4005, ""), closed(4000, ""), lost("")]) {
    const step = rule({ random: () => 0.5 }).after(end, 0, 60_000, [500, 30_000]);
    assert.equal(delay(step), 15_250);
    assert.equal(step.asked, true);
  }
});

test("Retry-After is waited for, and up to twice as long", () => {
  const least = rule({ random: () => 0 }).after(refused(503, true, "2", ""), 0);
  assert.equal(delay(least), 2000);
  assert.equal(least.asked, true);
  assert.equal(least.another, false);
  assert.equal(delay(rule().after(refused(503, true, "2", ""), 0)), 4500);
  assert.equal(delay(rule().after(refused(429, false, "Wed, 21 Oct 2026 07:28:00 GMT", ""), 0)), 500);
  assert.equal(delay(rule({ random: () => 0 }).after(refused(503, true, "999999999", ""), 0)), 600_000);
});

test("refusals of the worker are final, those of somebody between are not", () => {
  assert.equal(rule().after(refused(400, true, null, ""), 0), undefined);
  assert.equal(rule().after(refused(401, true, null, ""), 0), undefined);
  assert.equal(rule().after(refused(403, true, null, ""), 0), undefined);
  for (const status of [400, 401, 403, 404, 407, 502, 504]) {
    assert.equal(rule().after(refused(status, false, null, ""), 0).another, true, String(status));
  }
  assert.equal(rule().after(refused(404, true, null, ""), 0).another, true);
  assert.equal(rule().after(refused(500, true, null, ""), 0).another, false);
});

test("another transport is for when no session came to be", () => {
  assert.equal(rule().after(lost(""), 0, undefined).another, true);
  assert.equal(rule().after(lost(""), 0, 5).another, false);
  assert.equal(rule().after(closed(4001, ""), 0, undefined).another, false);
});

test("a token that was refused is replaced once, until one was good", () => {
  assert.equal(rule().after(closed(4507, ""), 0, 60_000), undefined);
  const reconnect = rule({ canRenew: true });
  const step = reconnect.after(closed(4507, ""), 0, 60_000);
  assert.deepEqual([step.renew, step.delay], [true, 0]);
  assert.equal(reconnect.after(closed(4505, ""), 0), undefined);
  reconnect.welcomed();
  assert.equal(reconnect.after(refused(401, true, null, ""), 0).renew, true);
});

test("replaced is final, unless a hello of ours may just have arrived", () => {
  const reconnect = rule();
  assert.equal(reconnect.after(closed(4500, ""), 0, 60_000), undefined);
  reconnect.gaveUp(1_000);
  assert.ok(reconnect.after(closed(4500, ""), 2_000, 500));
  assert.equal(reconnect.after(closed(4500, ""), 3_000, 500), undefined, "one hello, one excuse");
  reconnect.gaveUp(4_000);
  assert.equal(reconnect.after(closed(4500, ""), 64_000, 500), undefined, "a minute later");
});

test("hurry begins with a short delay", () => {
  const reconnect = rule();
  for (let i = 0; i < 9; i++) reconnect.after(lost(""), 0, 0);
  assert.equal(Math.round(reconnect.hurry()), 500);
});
