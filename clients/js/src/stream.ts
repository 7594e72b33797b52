import { closed, lost, type End } from "./end.js";
import { Events } from "./events.js";
import { frame, parse } from "./frames.js";
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
  let session: unknown;
  let due = 0;
  let busy = false;

  const run = async (): Promise<End> => {
    const answer = await ask(options, "stream", hello, "text/event-stream", {}, { signal });
    const events = new Events(timing.frame);
    let end = lost("the stream ended");
    await read(answer, (piece) => {
      listener.alive();
      return events.take(piece).some((data) => {
        const known = frame(parse(data));
        if (known?.op === "close") {
          end = closed(known.code, known.reason, known.reconnect);
          return true;
        }
        if (known) {
          session = known.op === "welcome" ? known.session : session;
          listener.frame(known);
        }
        return false;
      });
    });
    return end;
  };

  /** Acks the newest, one request at a time, until it is taken. */
  const flush = async () => {
    busy = true;
    for (let sent = -1; sent !== due && !signal.aborted; ) {
      const seq = due;
      const limit = new AbortController();
      const stop = timing.after(ACK_ANSWER, () => limit.abort());
      try {
        await ask(options, "acks", { ...hello, resume: undefined }, "application/json", {}, {
          method: "POST",
          body: JSON.stringify({ session, seq }),
          // The last one is to arrive when the page has gone.
          keepalive: true,
          signal: limit.signal,
        });
        sent = seq;
      } catch (error) {
        const { rule } = failed(error);
        // Whether the worker is gone, the stream tells.
        if (rule !== "another" && rule !== "backoff") {
          listener.ended(error as End);
        }
        await new Promise<void>((go) => timing.after(ACK_AGAIN, go));
      }
      stop();
    }
    busy = false;
  };

  void run().catch(failed).then((end) => listener.ended(end));
  return {
    hears: true,
    ack(seq) {
      due = seq;
      if (!busy) {
        void flush();
      }
    },
    end: () => abort.abort(),
  };
};
