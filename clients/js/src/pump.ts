import { writeCursor } from "./cursor.js";
import type { Feed, Item } from "./feed.js";
import type { Store } from "./store.js";
import type { Timing } from "./timing.js";

/** After a failure the same is tried again: the first delay, and the longest. Milliseconds. */
const FIRST = 500;
const MOST = 30_000;

/** Whom the pump works for. */
export interface Work {
  readonly timing: Timing;
  readonly feed: Feed;
  readonly store: Store;
  handle(item: Item): unknown;
  failed(item: Item | undefined, error: unknown): void;
  /** More is stored, so more may be acked. */
  stored(): void;
}

/**
 * Has what came handled, one after the other, and stores how far that got; each is tried until it
 * succeeds. One cursor is stored at a time, the newest: while that goes on the next messages are handled.
 */
export class Pump {
  readonly #work: Work;
  #handling: Promise<void> | undefined;
  #storing: Promise<void> | undefined;
  #stopped = false;
  #keeps = true;
  #wake!: () => void;
  readonly #woken = new Promise<void>((go) => (this.#wake = go));

  constructor(work: Work) {
    this.#work = work;
  }

  /** Something came. */
  run(): void {
    this.#handling ??= this.#handle();
  }

  /** Nothing more is begun. Resolves when what was begun is done, and stored if `keep`. */
  stop(keep: boolean): Promise<void> {
    this.#stopped = true;
    this.#keeps &&= keep;
    this.#wake();
    return this.settled();
  }

  /** Resolves when everything that came is handled and stored; once stopped, when nothing goes on. */
  async settled(): Promise<void> {
    for (let busy; (busy = this.#handling ?? this.#storing); ) {
      await busy;
    }
  }

  async #handle(): Promise<void> {
    const { feed, handle } = this.#work;
    // So that it does not end before it is known that it goes on.
    await null;
    for (let item: Item | undefined; !this.#stopped && (item = feed.next()); ) {
      const next = item;
      if (next.what === "begin" || (await this.#insist(next, () => handle(next)))) {
        feed.handled(next);
        this.#storing ??= this.#store();
      }
    }
    this.#handling = undefined;
  }

  async #store(): Promise<void> {
    const { feed, store, stored } = this.#work;
    await null;
    for (let cursor; this.#keeps && (cursor = feed.unstored()); ) {
      const text = writeCursor(cursor);
      if (!(await this.#insist(undefined, () => store.save(text)))) {
        break;
      }
      feed.stored(cursor);
      stored();
    }
    this.#storing = undefined;
  }

  /** Until it succeeds; false: it was stopped before. */
  async #insist(item: Item | undefined, call: () => unknown): Promise<boolean> {
    for (let delay = FIRST; ; delay = Math.min(MOST, 2 * delay)) {
      try {
        await call();
        return true;
      } catch (error) {
        this.#work.failed(item, error);
      }
      let stop!: () => void;
      const later = new Promise<void>((go) => (stop = this.#work.timing.after(delay, go)));
      await Promise.race([later, this.#woken]);
      stop();
      if (this.#stopped) {
        return false;
      }
    }
  }
}
