// Runs checks one after the other, and counts.
const LIMIT_MS = 20_000;
let passed = 0;
let failed = 0;

export async function check(name, body) {
  try {
    await Promise.race([
      body(),
      new Promise((_, no) => setTimeout(() => no(new Error(`not done in ${LIMIT_MS} ms`)), LIMIT_MS).unref()),
    ]);
    passed++;
    console.log(`ok   ${name}`);
  } catch (e) {
    failed++;
    console.log(`FAIL ${name}: ${e.message}`);
  }
}

export function equal(actual, expected, what) {
  const a = JSON.stringify(actual);
  const e = JSON.stringify(expected);
  if (a !== e) throw new Error(`${what}: want ${e}, got ${a}`);
}

/** Prints the count; returns the exit code. */
export function summary() {
  console.log(`${passed} passed, ${failed} failed`);
  return failed ? 1 : 0;
}
