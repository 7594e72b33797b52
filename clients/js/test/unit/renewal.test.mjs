import assert from "node:assert/strict";
import test from "node:test";
import { Renewal } from "../../build/renewal.js";

test("another token is got a minute before the end, or half way there", () => {
  assert.equal(new Renewal().answered(3_600_000), 3_540_000);
  assert.equal(new Renewal().answered(60_000), 30_000);
  assert.equal(new Renewal().answered(9_000), 5_000);
  assert.equal(new Renewal().answered(5_000), undefined);
});

test("where none could be had it is tried again in what is left", () => {
  const renewal = new Renewal();
  renewal.answered(3_600_000);
  assert.equal(renewal.again(), 30_000);
  assert.equal(renewal.again(), 15_000);
  assert.equal(renewal.again(), 7_500);
  assert.equal(renewal.again(), 5_000);
  assert.equal(renewal.again(), undefined);
});

test("tokens keep 5 s apart: workers close whoever shows more than one in a second", () => {
  const renewal = new Renewal();
  assert.equal(renewal.mayShow(0), true);
  assert.equal(renewal.mayShow(4_999), false);
  assert.equal(renewal.mayShow(5_000), true);
});
