import { readCursor, writeCursor, type Cursor } from "./cursor.js";
import { REPLACED, type End } from "./end.js";
import { Feed } from "./feed.js";
import { Ladder, type Transport } from "./ladder.js";
import { failed, type Dial } from "./link.js";
import { check, checkToken, NOWHERE, TidegateError, type Checked, type Options, type State } from "./options.js";
import { Pump } from "./pump.js";
import { Reconnect } from "./reconnect.js";
import { Session } from "./session.js";
import { TIMING, type Timing } from "./timing.js";
import { reaches, websocket } from "./websocket.js";

/** Gets what makes a link. */
type Dials = (transport: Transport) => Promise<Dial> | Dial;

/** A store that could not be read is asked again after so many milliseconds. */
const LOAD_AGAIN = 5_000;

const DIALS: Dials = async (transport) => (transport === "websocket" ? websocket : (await import("./fallback.js"))[transport]);

/**
 * One device of one user: it connects, stays connected, and hands every message to the application,
 * in order. Begins at once.
 */
export class Tidegate {
  readonly #options: Checked;
  readonly #timing: Timing;
  readonly #dials: Dials;
  readonly #ladder: Ladder;
  readonly #reconnect: Reconnect;
  readonly #listening = new AbortController();
  #state: State;
  #feed: Feed | undefined;
  #pump: Pump | undefined;
  #session: Session | undefined;
  #token: string | undefined;
  #closed = false;
  /** Ends the wait that goes on. */
  #wake: (() => void) | undefined;
  /** Shortens it, unless the worker asked for it. */
  #hurry: (() => void) | undefined;

  /**
   * @param url of the delivery service, `http`, `https`, `ws` or `wss`; behind a path of a proxy's, too
   * @throws TidegateError naming the field and the reason
   */
  constructor(url: string | URL, options: Options);
  /** @internal */
  constructor(url: string | URL, options: Options, timing?: Partial<Timing>, dials?: Dials);
  constructor(url: string | URL, options: Options, timing: Partial<Timing> = {}, dials = DIALS) {
    const { transports, token } = (this.#options = check(url, options));
    const { climb, random, retryFirst, retryMost } = (this.#timing = { ...TIMING, ...timing });
    this.#dials = dials;
    this.#ladder = new Ladder(transports, climb, random);
    this.#reconnect = new Reconnect(retryFirst, retryMost, random, typeof token === "function");
    this.#state = { name: "connecting", transport: this.#ladder.transport };
    this.#listen();
    void this.#run();
  }

  /** Where it stands. */
  get state(): State {
    return this.#state;
  }

  /** Where the device stands, as it is stored; undefined: nothing was handled yet. */
  get cursor(): string | undefined {
    const cursor = this.#feed?.resume();
    return cursor && writeCursor(cursor);
  }

  /** Comes again within half a second where it waits, unless the worker asked for the wait. */
  retry(): void {
    this.#hurry?.();
  }

  /**
   * Ends it. What waits to be handled comes with the next start. Resolves when the message that is
   * being handled is done, stored and acked; so a handler must not wait for it.
   */
  async close(): Promise<void> {
    this.#close();
    await this.#pump?.stop(true);
    this.#session?.leave();
    this.#wake?.();
    this.#tell({ name: "closed", reason: "close", code: undefined });
  }

  #close(): void {
    this.#closed = true;
    this.#listening.abort();
  }

  async #run(): Promise<void> {
    const feed = (this.#feed = new Feed(await this.#load(), this.#options.window));
    const { store, onmessage, onmissed } = this.#options;
    this.#pump = new Pump({
      timing: this.#timing,
      feed,
      store,
      handle: (item) => (item.what === "message" ? onmessage(item.message) : onmissed?.()),
      failed: (item, error) => this.#fail(item ? `on${item.what}` : "store", error),
      stored: () => this.#session?.ackDue(),
    });
    while (!this.#closed) {
      await this.#connect();
    }
  }

  /** Who has a store of its own does not begin without what it says. */
  async #load(): Promise<Cursor | undefined> {
    for (const { store } = this.#options; !this.#closed; ) {
      try {
        const text = await store.load();
        return text === undefined ? text : (readCursor(text) ?? this.#fail("store", "no cursor"));
      } catch (error) {
        this.#fail("store", error);
      }
      if (store.optional) {
        this.#options.store = NOWHERE;
        break;
      }
      await this.#wait(LOAD_AGAIN, true);
    }
    return undefined;
  }

  /** One session, until it ends, and the wait after it. */
  async #connect(): Promise<void> {
    const { transport } = this.#ladder;
    const { now } = this.#timing;
    this.#tell({ name: "connecting", transport });
    let session: Session | undefined;
    let end: End;
    try {
      this.#token ??= await this.#renew();
      const dial = await this.#dials(transport);
      if (this.#closed) {
        return;
      }
      session = this.#session = new Session({
        options: this.#options,
        timing: this.#timing,
        feed: this.#feed!,
        pump: this.#pump!,
        token: () => this.#token,
        renew: () => this.#renew(),
        welcomed: ({ mode, head, at }) => {
          this.#reconnect.welcomed();
          this.#ladder.welcomed();
          this.#tell({ name: "open", transport, mode, backlog: Math.max(0, head - at.seq) });
        },
      }, dial);
      const stop = this.#climb(session);
      end = await session.end;
      stop();
      this.#session = undefined;
      if (session.isUnanswered && !end.code) {
        this.#reconnect.gaveUp(now());
      }
    } catch (error) {
      end = failed(error);
    }
    if (this.#closed) {
      return;
    }
    const { reason, code } = end;
    const step = this.#reconnect.after(end, now(), session?.lived, session?.asked);
    if (!step) {
      this.#close();
      // Who took this device's place stores its cursor.
      void this.#pump!.stop(code !== REPLACED);
      return this.#tell({ name: "closed", reason, code });
    }
    if (step.another) {
      this.#ladder.failed(now());
    } else if (session?.lived === undefined) {
      // The worker was reached and had no session to give, which may be why the better ones failed.
      this.#ladder.restart();
    }
    if (step.renew) {
      this.#token = undefined;
    }
    // Without a network there is nothing to try; when it is back, that is told.
    const delay = globalThis.navigator?.onLine === false ? this.#timing.retryMost : step.delay;
    this.#tell({ name: "waiting", delay: Math.round(delay), reason, code });
    await this.#wait(delay, step.asked);
  }

  #wait(delay: number, asked: boolean): Promise<void> {
    const { now, after } = this.#timing;
    const until = now() + delay;
    return new Promise((resolve) => {
      let stop = after(delay, resolve);
      this.#wake = () => {
        stop();
        resolve();
      };
      this.#hurry = () => {
        if (!asked) {
          stop();
          stop = after(Math.min(until - now(), this.#reconnect.hurry()), resolve);
        }
      };
    });
  }

  /** Another token; undefined where there is no other. */
  async #renew(): Promise<string | undefined> {
    const { token } = this.#options;
    if (typeof token !== "function") {
      return this.#token ? undefined : token;
    }
    try {
      return (this.#token = checkToken(await token()));
    } catch (error) {
      this.#fail("token", error);
      // Without one there is nothing to try, by whatever transport.
      throw { rule: error instanceof TidegateError ? "never" : "backoff", reason: "no token" } satisfies End;
    }
  }

  /**
   * Now and then changes to a better transport, if there is one: to a WebSocket once it is seen that
   * one gets through, else from polls to a stream, to see whether that does.
   */
  #climb(session: Session): () => void {
    const { now, after } = this.#timing;
    const ladder = this.#ladder;
    let stop = () => {};
    const again = () => {
      const wait = ladder.climbIn(now());
      if (wait !== undefined) {
        stop = after(wait, async () => {
          ladder.tried(now());
          const better: Transport[] = [];
          for (const each of ladder.better) {
            if (each !== "websocket" || (await reaches(this.#options, this.#timing))) {
              better.push(each);
            }
          }
          if (this.#session === session) {
            better[0] ? (ladder.climb(better[0]), session.leave()) : again();
          }
        });
      }
    };
    again();
    return () => stop();
  }

  #tell(state: State): void {
    if (this.#state.name !== "closed" && (!this.#closed || state.name === "closed")) {
      this.#state = state;
      try {
        this.#options.onstate?.(state);
      } catch (error) {
        this.#fail("onstate", error);
      }
    }
  }

  #fail(field: string, cause: unknown): undefined {
    const { onerror = console.error } = this.#options;
    try {
      onerror(cause instanceof TidegateError ? cause : new TidegateError(field, cause));
    } catch (fault) {
      console.error(fault);
    }
  }

  /** What browsers know of the network and of who is looking. */
  #listen(): void {
    const { document, addEventListener } = globalThis;
    const options = { signal: this.#listening.signal };
    document?.addEventListener("visibilitychange", () => {
      if (!document.hidden) {
        this.#session?.probe();
        this.retry();
      }
    }, options);
    addEventListener?.("offline", () => this.#session?.drop("offline"), options);
    addEventListener?.("online", () => {
      this.#ladder.restart();
      this.retry();
    }, options);
  }
}
