import type { Transport } from "./ladder.js";
import type { SocketConstructor } from "./link.js";
import type { Message, Urgency } from "./message.js";
import { durable, type Store } from "./store.js";

/** Where the client stands. */
export type State =
  | { readonly name: "connecting"; readonly transport: Transport }
  | {
      readonly name: "open";
      readonly transport: Transport;
      /** How the session began: the device was new, goes on where it was, or may have missed something. */
      readonly mode: "fresh" | "resumed" | "reset";
      /** At most so many messages come at once because they waited. */
      readonly backlog: number;
    }
  | {
      readonly name: "waiting";
      /** Milliseconds until the next attempt. */
      readonly delay: number;
      readonly reason: string;
      /** A close code of docs/PROTOCOL.md, or the HTTP status of a refusal; undefined: there was none. */
      readonly code: number | undefined;
    }
  | {
      readonly name: "closed";
      readonly reason: string;
      /** As above; undefined also where {@link Tidegate.close} was called. */
      readonly code: number | undefined;
    };

/** What went wrong. */
export class TidegateError extends Error {
  /**
   * @param field the option that is not what it may be, or that failed: `onmessage` and `onmissed` get
   *     the same again, `store` and `token` are asked again, `onstate` is not
   */
  constructor(
    readonly field: string,
    reason: unknown,
  ) {
    super(`${field}: ${reason instanceof Error ? reason.message : reason}`, { cause: reason });
  }
}

export interface Options {
  /** Whose messages, 1 to 256 bytes of UTF-8 without control characters. Needed where there is no token to name the user. */
  user?: string | undefined;
  /** Which of the user's devices, 1 to 128 characters; `default` if absent. One connection a device: the newest wins. */
  device?: string | undefined;
  /**
   * A token, 1 to 8192 visible ASCII characters; or what gets one: asked at first, a minute before the
   * last one ends, and after one was refused.
   */
  token?: string | (() => string | Promise<string>) | undefined;
  /**
   * Handles a message. Messages come one after the other, in order; the next when the promise is
   * fulfilled. Then the cursor is stored, then the message is acked. When it throws, the same message
   * comes again after a delay of 0.5 to 30 s.
   */
  onmessage(message: Message<any>): unknown;
  /** Something before the messages to come was removed before it could be delivered. Awaited as `onmessage` is. */
  onmissed?(): unknown;
  /** Told of each change. */
  onstate?(state: State): void;
  /** Told of what went wrong and is tried again; by default it is written to the console. */
  onerror?(error: TidegateError): void;
  /**
   * Where the cursor is kept: `durable` is IndexedDB, `memory` ends with the page. By default durable
   * where there is IndexedDB and a `user`.
   */
  store?: Store | "durable" | "memory" | undefined;
  /** How many messages may be under way or wait to be handled, 1 to 4096; 256 if absent. */
  window?: number | undefined;
  /** The least urgency that is wanted; everything if absent. */
  urgency?: Urgency | undefined;
  /** Which transports to use, the best first; websocket, stream, poll if absent. */
  transports?: readonly Transport[] | undefined;
  /** The constructor of WebSockets where there is no global one, as in Node 20; that of the `ws` package will do. */
  WebSocket?: SocketConstructor | undefined;
  /** Instead of the global one. */
  fetch?: typeof fetch | undefined;
}

/** Options that were checked, with everything that was left out. */
export type Checked = Options & {
  /** Ends without a slash. */
  url: string;
  store: Store;
  window: number;
  transports: readonly Transport[];
  WebSocket: SocketConstructor;
  fetch: typeof fetch;
};

/** What an option is to be, and whether it is. */
type Rule = readonly [want: string, fits: (value: any) => unknown];

const isFunction = (value: unknown) => typeof value === "function";

/** Whether it is a text without control characters and halves of surrogate pairs. */
const isText = (value: unknown) => typeof value === "string" && /^[^\0-\x1f\x7f-\x9f\ud800-\udfff]+$/u.test(value);

const isToken = (value: unknown) => typeof value === "string" && /^[!-~]{1,8192}$/.test(value);

const NO_CONTROLS = ", no control characters";
const TOKEN = "1 to 8192 visible ASCII characters";
const CALL: Rule = ["a function", isFunction];

const word = (...words: string[]): Rule => [words.join(" or "), (value) => words.includes(value)];

const DURABLE = "durable";
const MEMORY = "memory";
const TRANSPORT = word("websocket", "stream", "poll");
const KEPT = word(DURABLE, MEMORY);

const RULES: Record<string, Rule> = {
  user: [`1 to 256 bytes${NO_CONTROLS}`, (value) => isText(value) && new TextEncoder().encode(value).length <= 256],
  device: [`1 to 128 characters${NO_CONTROLS}`, (value) => isText(value) && value.length <= 128],
  token: [`${TOKEN} or ${CALL[0]}`, (value) => isFunction(value) || isToken(value)],
  onmessage: CALL,
  onmissed: CALL,
  onstate: CALL,
  onerror: CALL,
  store: [`${KEPT[0]} or load and save`, (value) => KEPT[1](value) || (isFunction(value?.load) && isFunction(value.save))],
  window: ["1 to 4096", (value) => Number.isInteger(value) && value > 0 && value <= 4096],
  urgency: word("very-low", "low", "normal", "high"),
  transports: [`some of ${TRANSPORT[0]}`, (value) => Array.isArray(value) && value.every(TRANSPORT[1])],
  WebSocket: CALL,
  fetch: CALL,
};

/**
 * @throws TidegateError naming the field and the reason
 */
export function check(url: string | URL, options: Options): Checked {
  const given: Partial<Options> & Record<string, unknown> = {};
  for (const [name, value] of Object.entries(options)) {
    const rule = RULES[name];
    need(rule, name, "there is no such option");
    if (value !== undefined) {
      need(rule[1](value), name, `want ${rule[0]}`);
      given[name] = value;
    }
  }
  const { user, device, token, transports = ["websocket", "stream", "poll"], WebSocket = globalThis.WebSocket } = given;
  const where = base(url);
  const can = transports.filter((each) => each !== "websocket" || WebSocket);
  const canKeep = user && "indexedDB" in globalThis;
  const store = given.store ?? (canKeep ? DURABLE : MEMORY);
  need(given.onmessage, "onmessage", "missing");
  need(user || token, "user", "missing, as is a token");
  need(can.length, "transports", "none is left: give a WebSocket");
  need(canKeep || store !== DURABLE, "store", "durable needs IndexedDB and a user");
  return {
    window: 256,
    // A browser's wants to be called as the window's own.
    fetch: (input, init) => globalThis.fetch(input, init),
    ...given,
    url: where,
    WebSocket: WebSocket as SocketConstructor,
    transports: can,
    store: store === DURABLE ? durable(JSON.stringify([where, user, device ?? "default"])) : store === MEMORY ? NOWHERE : store,
  } as Checked;
}

/** While the process runs the client knows by itself. */
export const NOWHERE: Store = { load: () => undefined, save() {} };

/**
 * @throws TidegateError if it is none that could be shown
 */
export function checkToken(token: unknown): string {
  need(isToken(token), "token", `want ${TOKEN}`);
  return token as string;
}

function base(url: string | URL): string {
  const want = "want http, https, ws or wss, no user, query or fragment";
  try {
    const { protocol, host, pathname, username, search, hash } = new URL(url, globalThis.location?.href);
    need(/^(http|ws)s?:$/.test(protocol) && !username && !search && !hash, "url", want);
    return `${protocol.replace("ws", "http")}//${host}${pathname.replace(/\/+$/, "")}`;
  } catch {
    throw new TidegateError("url", want);
  }
}

function need(good: unknown, field: string, reason: string): asserts good {
  if (!good) {
    throw new TidegateError(field, reason);
  }
}
