// Links that a test holds in its hand, in place of sockets.
import { Tidegate } from "../../build/tidegate.js";
import { handMoved, settle } from "./time.mjs";

export const EPOCH = "00c0ffee00c0ffee";

export const welcome = (seq, mode = "resumed", epoch = EPOCH) => ({
  op: "welcome", epoch, seq, mode, head: seq, session: "s",
});

export const push = (prev, ...seqs) => ({
  op: "push", prev, messages: seqs.map((seq) => ({ seq, id: `m${seq}`, source: "/test", data: seq })),
});

/** A client whose links are in `links`, the newest last. */
export function held(options = {}, bounds = {}) {
  const time = handMoved(bounds);
  const links = [];
  const states = [];
  const errors = [];
  const handled = [];
  const dial = (transport) => (_, __, listener) => {
    const link = {
      transport, listener, acks: [], tokens: [], ended: undefined, hears: transport === "stream",
      hello: transport === "websocket" ? undefined : listener.hello(),
      ack: (seq) => link.acks.push(seq),
      end: (now) => (link.ended ??= now ? "at once" : "in order"),
    };
    if (transport === "websocket") {
      link.token = (token) => link.tokens.push(token);
      link.open = () => (link.hello = listener.hello());
    }
    links.push(link);
    return link;
  };
  const push = new Tidegate("http://h", {
    user: "alice", WebSocket: class {}, store: "memory",
    onmessage: (message) => void handled.push(message.seq ?? message.id),
    onmissed: () => void handled.push("missed"),
    onstate: (state) => states.push(state),
    onerror: (error) => errors.push(error),
    ...options,
  }, time, dial);
  const client = {
    push, time, links, states, errors, handled,
    get link() {
      return links.at(-1);
    },
    /** Lets the newest link open, and begin a session. */
    async stand(seq = 0, mode) {
      await settle();
      client.link.open?.();
      client.link.listener.heard(welcome(seq, mode));
      await settle();
    },
    async come(...frames) {
      for (const each of frames) client.link.listener.heard(each);
      await settle();
    },
    /** Time passes, in which the other side gives signs of life. */
    async live(millis) {
      for (let left = millis; left > 0; left -= 50_000) {
        client.link.listener.alive();
        await time.pass(Math.min(left, 50_000));
      }
    },
    /** The newest link ends, and time passes until the next one begins. */
    async again(end) {
      client.link.listener.ended(end);
      await settle();
      const count = links.length;
      await time.pass(client.push.state.delay ?? 0);
      return links.length > count;
    },
  };
  return client;
}

/** A promise and its ends. */
export function promise() {
  const made = {};
  made.promise = new Promise((yes, no) => Object.assign(made, { yes, no }));
  return made;
}
