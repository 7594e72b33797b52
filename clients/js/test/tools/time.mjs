// Time that is moved by hand, and chance that is said.
import { TIMING } from "../../build/timing.js";

export function handMoved({ random = () => 0.5, ...bounds } = {}) {
  let now = 0;
  let timers = [];
  return {
    ...TIMING,
    ...bounds,
    random,
    now: () => now,
    after(millis, call) {
      const timer = { at: now + millis, call };
      timers.push(timer);
      return () => (timers = timers.filter((each) => each !== timer));
    },
    /** When the next timer is due, from now; undefined: there is none. */
    get next() {
      return timers.length ? Math.min(...timers.map((each) => each.at)) - now : undefined;
    },
    /** Lets time pass, with every timer at its time, and everything that waits for nothing else. */
    async pass(millis) {
      const end = now + millis;
      await settle();
      for (;;) {
        const due = timers.filter((each) => each.at <= end).sort((a, b) => a.at - b.at)[0];
        if (!due) break;
        timers = timers.filter((each) => each !== due);
        now = Math.max(now, due.at);
        due.call();
        await settle();
      }
      now = end;
    },
  };
}

export async function settle() {
  for (let i = 0; i < 60; i++) await Promise.resolve();
}
