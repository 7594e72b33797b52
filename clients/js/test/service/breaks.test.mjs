// A network that breaks, and processes that die: whatever is sent is handled once, in order.
// TIDEGATE_SEEDS says how many runs, TIDEGATE_SEED the first; one that fails prints its own.
import assert from "node:assert/strict";
import { test } from "node:test";
import WebSocket from "ws";
import { Tidegate } from "tidegate-client";
import { breaker } from "../tools/breaker.mjs";
import { chance } from "../tools/chance.mjs";
import { delivery, emptyMailbox, eventually, newUser, QUICK, send, sleep } from "../tools/service.mjs";

const FIRST = Number(process.env.TIDEGATE_SEED ?? 1);
const SEEDS = Number(process.env.TIDEGATE_SEEDS ?? 3);
const AT_ONCE = 3;
const TRANSPORTS = [undefined, ["websocket"], ["stream"], ["poll"], ["stream", "poll"]];

/** The application: what it handled and its cursor change together, as in one transaction. */
function application(random) {
  const kept = { log: [], missed: 0, cursor: undefined };
  return {
    kept,
    start(url, user, transports) {
      let alive = true;
      const push = new Tidegate(url, {
        user, device: "db", WebSocket, window: 1 + random.below(40), transports,
        store: { load: () => kept.cursor, save() {} },
        async onmessage({ data, cursor }) {
          if (random.is(0.01)) throw new Error("the database is busy");
          // Now and then so long that messages gather behind it.
          if (random.is(0.3)) await sleep(random.below(random.is(0.1) ? 300 : 10));
          // Who died in the middle did nothing, and says nothing any more.
          if (!alive) return new Promise(() => {});
          kept.log.push(data);
          kept.cursor = cursor;
          if (random.is(0.3)) await sleep(random.below(10));
        },
        onmissed: () => void kept.missed++,
        onerror() {},
      }, QUICK);
      return {
        push,
        die() {
          alive = false;
          void push.close();
        },
      };
    },
  };
}

async function run(seed, messages) {
  const random = chance(seed);
  const user = newUser(`seed-${seed}`);
  const between = await breaker(delivery);
  const transports = TRANSPORTS[seed % TRANSPORTS.length];
  between.take(() => ({
    refuse: random.is(0.05),
    cutAfter: random.is(0.4) ? random.below(6_000) : undefined,
    drop: () => random.is(0.03),
    repeat: () => random.is(0.1),
  }));
  const app = application(random);
  let process = app.start(between.url, user, transports);
  let sent = 0;
  const sending = (async () => {
    while (sent < messages) {
      const count = Math.min(messages - sent, 1 + random.below(30));
      await send(user, Array.from({ length: count }, (_, i) => sent + i));
      sent += count;
      await sleep(random.below(120));
    }
  })();
  /** Only one that died can have taken the place of the one that lives, by a hello that was still under way. */
  const revive = () => {
    const { state } = process.push;
    if (state.name === "closed") {
      // What is answered 403 before there is a stream has the same reason.
      assert.ok([4500, 403].includes(state.code), `closed: ${state.code} ${state.reason}`);
      process = app.start(between.url, user, transports);
    }
  };
  let deaths = 0;
  while (app.kept.log.length < messages) {
    await sleep(50 + random.below(150));
    const what = random.next();
    if (what < 0.25) between.cut();
    else if (what < 0.4) await between.stall(random.below(600));
    else if (what < 0.55) {
      // One in two just after it came again.
      if (what < 0.47) {
        between.cut();
        await sleep(random.below(200));
      }
      process.die();
      deaths++;
      process = app.start(between.url, user, transports);
    }
    revive();
    assert.equal(app.kept.missed, 0, "told that something was missed");
    if (Date.now() > run.deadline) assert.fail(`${app.kept.log.length} of ${sent} handled, ${JSON.stringify(process.push.state)}`);
  }
  await sending;
  between.take(() => ({}));
  await sleep(200);
  assert.deepEqual(app.kept.log, [...Array(messages).keys()]);
  assert.equal(app.kept.missed, 0);
  await emptyMailbox(user, revive);
  await process.push.close();
  between.close();
  return { deaths, ...between.counts };
}

test(`${SEEDS} runs from seed ${FIRST}: nothing is lost, repeated or out of order`, async (t) => {
  const seeds = Array.from({ length: SEEDS }, (_, i) => FIRST + i);
  const total = {};
  run.deadline = Date.now() + 20_000 + SEEDS * 15_000;
  await Promise.all(Array.from({ length: AT_ONCE }, async () => {
    for (let seed; (seed = seeds.shift()) !== undefined; ) {
      try {
        const counts = await run(seed, 150);
        for (const [what, count] of Object.entries(counts)) total[what] = (total[what] ?? 0) + count;
      } catch (error) {
        throw new Error(`TIDEGATE_SEED=${seed} TIDEGATE_SEEDS=1: ${error.message}`, { cause: error });
      }
    }
  }));
  t.diagnostic(Object.entries(total).map(([what, count]) => `${count} ${what}`).join(", "));
});
