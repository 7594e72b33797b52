// The running Tidegate that the tests are for, by the variables that ../run sets.
import { randomUUID } from "node:crypto";
import WebSocket from "ws";
import { Tidegate } from "tidegate-client";

export const { TIDEGATE_INGEST: ingest, TIDEGATE_DELIVERY: delivery, TIDEGATE_FANOUT: fanout } = process.env;
if (!ingest || !delivery || !fanout) throw new Error("start these with clients/js/run");

/** Short enough for a test; the bounds are the client's own where it says nothing. */
export const QUICK = { retryFirst: 20, retryMost: 400, welcome: 4_000, climb: 1_000 };

export const newUser = (what) => `${what}-${randomUUID()}`;

/** Sends each of `list` to a user, in order. */
export async function send(user, list, headers = {}) {
  const lines = list.map((data) => JSON.stringify({ to: { user }, data: data?.data ?? data, ...(data?.ttl === undefined ? {} : { ttl: data.ttl }) }));
  const answer = await fetch(`${ingest}/v1/messages`, {
    method: "POST",
    headers: { "content-type": "application/x-ndjson", ...headers },
    body: lines.join("\n") + "\n",
  });
  const text = await answer.text();
  if (answer.status !== 200 || /"status"/.test(text)) throw new Error(`ingest answers ${answer.status}: ${text}`);
}

export async function eventually(what, test, millis = 20_000) {
  for (const end = Date.now() + millis; ; ) {
    const value = await test();
    if (value) return value;
    if (Date.now() > end) throw new Error(`not in ${millis} ms: ${what}`);
    await sleep(50);
  }
}

export const sleep = (millis) => new Promise((go) => setTimeout(go, millis));

/** Everything was acked. */
export const emptyMailbox = (user, meanwhile = () => {}) =>
  eventually("an empty mailbox", async () => {
    meanwhile();
    const answer = await fetch(`${fanout}/v1/users/${encodeURIComponent(user)}`);
    const { waiting, released } = answer.ok ? await answer.json() : {};
    return waiting === 0 && released === 0;
  });

/** A client that keeps what it is handed, in `handled`, and every state. */
export function device(url, options = {}, timing = QUICK) {
  const handled = [];
  const states = [];
  const errors = [];
  const push = new Tidegate(url, {
    WebSocket, device: "node",
    onmessage: ({ data }) => void handled.push(data),
    onmissed: () => void handled.push("missed"),
    onstate: (state) => states.push(state),
    onerror: (error) => errors.push(error),
    ...options,
  }, timing);
  return {
    push, handled, states, errors,
    /** Waits until a session stands. */
    open: (transport = undefined, since = 0) =>
      eventually("a session", () => {
        const { state } = push;
        if (state.name === "closed") throw new Error(`closed: ${state.code} ${state.reason}`);
        return state.name === "open" && (!transport || state.transport === transport) && states.length > since;
      }),
    count: (n, millis) => eventually(`${n} messages, not ${handled.length}`, () => handled.length >= n, millis),
  };
}
