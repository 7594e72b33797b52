import { lost } from "./end.js";
import { Events } from "./events.js";
import { failed, type Dial } from "./link.js";
import { ask, read } from "./request.js";

/** How long to wait with an ack that was not taken, and for the answer to one. Milliseconds. */
const ACK_AGAIN = 1_000;
const ACK_ANSWER = 30_000;

/** A connection by Server-Sent Events, read with `fetch`, which can send a token in a header; acks are requests. */
export const stream: Dial = (options, timing, listener) => {
  const abort = new AbortController();
  const { signal } = abort;
  const hello = listener.hello();
  let due = 0;
  let busy = false;

  const run = async () => {
    const answer = await ask(options, "stream", hello, "text/event-stream", {}, { signal });
    const events = new Events(timing.frame);
    await read(answer, (piece) => {
      listener.alive();
      events.take(piece).forEach(listener.told);
    });
    return lost("the end");
  };

  /** Acks the newest, one request at a time, until it is taken. */
  const flush = async (session: unknown) => {
    busy = true;
    for (let sent = -1; sent !== due && !signal.aborted; ) {
      const seq = due;
      try {
        await ask(options, "acks", { ...hello, resume: undefined }, "application/json", {}, {
          method: "POST",
          body: JSON.stringify({ session, seq }),
          // The last one is to arrive when the page has gone.
          keepalive: true,
          signal: AbortSignal.timeout(ACK_ANSWER),
        });
        sent = seq;
      } catch (error) {
        const end = failed(error);
        // Whether the worker is gone, the stream tells.
        if (end.rule !== "another" && end.rule !== "backoff") {
          listener.ended(end);
        }
        await new Promise<void>((go) => timing.after(ACK_AGAIN, go));
      }
    }
    busy = false;
  };

  void run().catch(failed).then(listener.ended);
  return {
    hears: true,
    ack(seq, session) {
      due = seq;
      if (!busy) {
        void flush(session);
      }
    },
    end: () => abort.abort(),
  };
};
