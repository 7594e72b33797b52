import type { End } from "./end.js";
import { failed, type Dial } from "./link.js";
import { ask, whole } from "./request.js";

/** Seconds that a poll waits for something to say. */
const WAIT = 25;

/** Milliseconds beyond its wait in which its answer must come. */
const LATE = 15_000;

/** An empty answer that comes sooner is one of a worker that is about to go. Milliseconds. */
const EARLY = 1_000;

/** Connections that last until there is something to say. The cursor of each poll acks what came before. */
export const poll: Dial = (options, timing, listener) => {
  const abort = new AbortController();

  const run = async (): Promise<End> => {
    // The first one says at once where the device stands.
    for (let wait = 0; ; wait = WAIT) {
      const pause = new Promise<void>((go) => timing.after(EARLY, go));
      const stop = timing.after(wait * 1000 + LATE, () => abort.abort());
      try {
        const answer = await ask(options, "poll", listener.hello(), "application/json", { wait }, abort);
        const { welcome, frames } = JSON.parse(await whole(answer, timing.frame));
        [welcome, ...frames].forEach(listener.heard);
        if (wait && !frames.length) {
          await pause;
        }
      } finally {
        stop();
      }
      await listener.settled();
    }
  };

  void run().catch(failed).then(listener.ended);
  return {
    hears: false,
    // The next poll does.
    ack() {},
    end: () => abort.abort(),
  };
};
