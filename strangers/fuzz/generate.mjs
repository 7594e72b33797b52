// Makes requests from a contract and asks, over standard input and output, whether each was answered well.
//
// In: a line {contract, today, seed, requests, path}, then a line {ok, requests, why} for each case.
// Out: a line {case} each, and at the end {done: {cases, requests, failures}}, where a failure has the seed
// and the path with which it comes again, and the smallest case that fails.
import fc from "fast-check";
import { createInterface } from "node:readline";
import { bodies } from "./allowed.mjs";
import { cases } from "./cases.mjs";
import { Requests } from "./requests.mjs";
import { Values } from "./values.mjs";

const CASES_A_RUN = 100;
const MOST_SHRINKS = 400;
const MOST_FAILURES = 5;

const lines = createInterface({ input: process.stdin })[Symbol.asyncIterator]();
const read = async () => {
  const { value, done } = await lines.next();
  if (done) process.exit(0);
  return JSON.parse(value);
};
const write = (object) =>
  process.stdout.write(
    JSON.stringify(object, (_, value) =>
      value?.type === "Buffer" ? Buffer.from(value.data).toString("base64") : value,
    ) + "\n",
  );

const { contract, today, seed, requests, path } = await read();
const values = new Values(contract, today);
const made = bodies(values);
const all = cases(values, new Requests(values, made), made);

let played = 0;
let sent = 0;
const failures = [];
for (let run = 0; sent < requests && failures.length < MOST_FAILURES; run++) {
  let asked = 0;
  const property = fc.asyncProperty(all, async (one) => {
    if (asked++ > CASES_A_RUN + MOST_SHRINKS) return true; // small enough
    const { request } = one;
    write({
      case: {
        ...one,
        request: request && { ...request, made: undefined },
        other: one.other && { ...one.other, made: undefined },
      },
    });
    const verdict = await read();
    played++;
    sent += verdict.requests;
    if (!verdict.ok) throw new Error(verdict.why);
    return true;
  });
  const result = await fc.check(property, {
    seed: (seed + run) | 0,
    numRuns: CASES_A_RUN,
    path: path ?? "",
    endOnFailure: false,
  });
  if (result.failed) {
    failures.push({
      seed: result.seed,
      path: result.counterexamplePath,
      shrinks: result.numShrinks,
      case: result.counterexample[0],
      why: String(result.errorInstance?.message ?? result.errorInstance),
    });
  }
  if (path) break;
}
write({ done: { cases: played, requests: sent, failures } });
process.exit(0);
