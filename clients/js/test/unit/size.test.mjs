import assert from "node:assert/strict";
import { readdirSync, readFileSync } from "node:fs";
import test from "node:test";
import { gzipSync } from "node:zlib";

/** Bytes of a file of dist/ as `gzip -9` makes them. */
const size = (file) => gzipSync(readFileSync(new URL(`../../dist/${file}`, import.meta.url)), { level: 9 }).length;

test("a page loads 6 KB at most, and 1.5 more where no WebSocket gets through", (t) => {
  t.diagnostic(`tidegate.js ${size("tidegate.js")}, fallback.js ${size("fallback.js")} bytes`);
  assert.ok(size("tidegate.js") <= 6 * 1024, `tidegate.js: ${size("tidegate.js")} bytes`);
  assert.ok(size("fallback.js") <= 1.5 * 1024, `fallback.js: ${size("fallback.js")} bytes`);
});

test("nothing else is loaded, and types are there", () => {
  const files = readdirSync(new URL("../../dist/", import.meta.url));
  assert.deepEqual(files.sort(), ["fallback.js", "tidegate.js", "types"]);
  const bundle = readFileSync(new URL("../../dist/tidegate.js", import.meta.url), "utf8");
  assert.deepEqual([...bundle.matchAll(/(?:from|import)\s*\(?["']([^"']+)/g)].map(([, name]) => name), ["./fallback.js"]);
  const types = readFileSync(new URL("../../dist/types/tidegate.d.ts", import.meta.url), "utf8");
  assert.doesNotMatch(types, /Timing|Dial/, "what is for tests is no part of the types");
});
