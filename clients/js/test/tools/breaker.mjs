// A port that passes everything on to a worker's, and breaks what goes through it as it is told.
import { once } from "node:events";
import { connect, createServer } from "node:net";

/** What a connection's first request is for. */
const KINDS = [
  [/^GET [^ ]*\/v1\/connect/, "websocket"],
  [/^GET [^ ]*\/v1\/stream/, "stream"],
  [/^GET [^ ]*\/v1\/poll/, "poll"],
  [/^POST [^ ]*\/v1\/acks/, "acks"],
];

/** Cuts what a worker writes into frames of a WebSocket, or events of a stream, behind the head of the answer. */
function* pieces(kind, state, chunk) {
  state.rest = Buffer.concat([state.rest, chunk]);
  if (!state.headed) {
    const end = state.rest.indexOf("\r\n\r\n");
    if (end < 0) return;
    state.headed = true;
    // Of a refusal the connection may be used again, for whatever.
    state.raw = !/^HTTP\/1.1 101|text\/event-stream/.test(state.rest.toString("latin1", 0, end));
    yield { bytes: state.rest.subarray(0, end + 4), text: "" };
    state.rest = state.rest.subarray(end + 4);
  }
  if (state.raw) {
    yield { bytes: state.rest, text: "" };
    state.rest = Buffer.alloc(0);
    return;
  }
  for (;;) {
    const length = kind === "websocket" ? frameLength(state.rest) : state.rest.indexOf("\n\n") + 2;
    if (length < 2 || state.rest.length < length) return;
    const bytes = state.rest.subarray(0, length);
    state.rest = state.rest.subarray(length);
    yield { bytes, text: bytes.toString("latin1") };
  }
}

function frameLength(bytes) {
  if (bytes.length < 2) return 0;
  const short = bytes[1] & 127;
  if (short < 126) return 2 + short;
  if (short === 126) return bytes.length < 4 ? 0 : 4 + bytes.readUInt16BE(2);
  return bytes.length < 10 ? 0 : 10 + Number(bytes.readBigUInt64BE(2));
}

const isPush = (text) => /"op":"push"/.test(text.slice(0, 200));
const isLossless = (text) => /"op":"(push|live|goaway)"/.test(text.slice(0, 200));

/**
 * @param target of the worker
 */
export async function breaker(target) {
  const { hostname, port } = new URL(target);
  const all = new Set();
  /** What to do with a connection of a kind; see {@link take}. */
  let plan = () => ({});
  const counts = { cut: 0, stalled: 0, truncated: 0, repeated: 0, dropped: 0, refused: 0 };

  const server = createServer((near) => {
    const far = connect(Number(port), hostname);
    const pair = { near, far, held: undefined, kind: undefined };
    all.add(pair);
    for (const [socket, other] of [[near, far], [far, near]]) {
      socket.setNoDelay(true);
      socket.on("error", () => {});
      socket.on("close", () => {
        all.delete(pair);
        // What a client said before it went still arrives, later, where that is held.
        if (!pair.held) other.destroy();
      });
    }
    let told;
    near.on("data", (chunk) => {
      if (!told) {
        const line = chunk.toString("latin1");
        pair.kind = KINDS.find(([form]) => form.test(line))?.[1] ?? "other";
        told = plan(pair.kind, line) ?? {};
        if (told.refuse) {
          counts.refused++;
          if (told.refuse === true) near.destroy();
          else near.end(told.refuse);
          far.destroy();
          return;
        }
      } else if (told.hold && pair.kind === "websocket") {
        pair.held = Buffer.concat([pair.held ?? Buffer.alloc(0), chunk]);
        return;
      }
      far.write(chunk);
    });
    let passed = 0;
    const state = { rest: Buffer.alloc(0), headed: false };
    const pass = (bytes) => {
      passed += bytes.length;
      if (told?.cutAfter !== undefined && passed >= told.cutAfter) {
        counts.truncated++;
        near.write(bytes.subarray(0, Math.max(0, bytes.length - (passed - told.cutAfter))));
        near.end();
        far.destroy();
        return false;
      }
      near.write(bytes);
      return true;
    };
    far.on("data", (chunk) => {
      const whole = pair.kind === "websocket" || pair.kind === "stream";
      if (told?.gather) return;
      for (const { bytes, text } of whole ? pieces(pair.kind, state, chunk) : [{ bytes: chunk, text: "" }]) {
        if (told?.drop?.() && isPush(text)) {
          counts.dropped++;
          continue;
        }
        if (!pass(bytes)) return;
        if (told?.repeat?.() && isLossless(text)) {
          counts.repeated++;
          if (!pass(bytes)) return;
        }
      }
    });
  }).listen(0, "127.0.0.1");
  await once(server, "listening");

  return {
    url: `http://127.0.0.1:${server.address().port}`,
    counts,
    /**
     * Says for each new connection what happens to it: `refuse` (true, or the answer), `cutAfter` so
     * many bytes of the worker's, `drop` and `repeat` (asked for each frame), `gather` (nothing comes
     * back), `hold` (what a WebSocket says waits for {@link release}).
     */
    take: (next) => (plan = next),
    cut: () => {
      counts.cut++;
      for (const { near, far } of all) {
        near.resetAndDestroy();
        far.destroy();
      }
    },
    /** For so long nothing goes through, in either direction. */
    stall: async (millis) => {
      counts.stalled++;
      const stalled = [...all];
      for (const { near, far } of stalled) {
        near.pause();
        far.pause();
      }
      await new Promise((go) => setTimeout(go, millis));
      for (const { near, far } of stalled) {
        near.resume();
        far.resume();
      }
    },
    /** What was held back arrives now. */
    release: (pair) => pair.far.write(pair.held),
    connections: () => [...all],
    close: () => {
      server.close();
      for (const { near, far } of all) {
        near.destroy();
        far.destroy();
      }
    },
  };
}
