import { writeCursor, type Cursor } from "./cursor.js";
import type { Frame } from "./frames.js";
import type { Message } from "./message.js";

/** What is to be handled next, in the order in which it came. */
export type Item =
  | { readonly what: "message"; readonly message: Message; readonly at?: Cursor }
  /** Something up to there was removed before it could be delivered. */
  | { readonly what: "missed"; readonly at: Cursor }
  /** Nothing for the application: the device stands there. */
  | { readonly what: "begin"; readonly at: Cursor };

/** Of live messages, so many ids are remembered. */
const LIVE_IDS = 256;

/**
 * What a device knows over all its connections: what it has received, handled and stored, in this
 * order, and what waits to be handled. No socket and no clock.
 *
 * What is stored is what a hello resumes from, and nothing beyond it is acked: a message that was
 * received and not handled comes again after a reload. What was received stays over a reconnect, so
 * the same messages, which then come again, are dropped by their number.
 */
export class Feed {
  #queue: Item[] = [];
  readonly #most: number;
  readonly #lives = new Set<string>();
  #received: Cursor | undefined;
  #handled: Cursor | undefined;
  #stored: Cursor | undefined;
  /** The epoch of this session, and the last message that it was sent: no ack may go beyond. */
  #session: Cursor | undefined;

  /**
   * @param stored where an earlier run stood; undefined: there was none
   * @param window messages that may be under way, 1 or more
   */
  constructor(stored: Cursor | undefined, window: number) {
    this.#received = this.#handled = this.#stored = stored;
    // A worker keeps to the window; what is beyond twice of it is a fault of its.
    this.#most = 2 * window;
  }

  /**
   * Takes a frame of the session that stands.
   *
   * @returns false: a message is missing before this push; say hello again
   * @throws Error if it is not for now, or more than the window allows
   */
  take(frame: Frame): boolean {
    switch (frame.op) {
      case "welcome":
        this.#welcome(frame.at, frame.mode);
        break;
      case "push":
        return this.#push(frame);
      case "live":
        this.#live(frame.messages);
        break;
      case "reset":
        this.#begin("missed", frame.at);
    }
    return true;
  }

  #welcome(at: Cursor, mode: string): void {
    const before = this.#received;
    // A device that has a cursor and is new to the sequencer was forgotten, with what it had not got.
    if (mode === "reset" || (mode === "fresh" && before)) {
      this.#begin("missed", at);
    } else if (before?.epoch === at.epoch) {
      this.#session = at;
      if (at.seq > before.seq) {
        this.#received = at;
      }
    } else {
      this.#begin("begin", at);
    }
  }

  #begin(what: "missed" | "begin", at: Cursor): void {
    // What is beyond comes again.
    this.#queue = this.#queue.filter((item) => !(item.at?.epoch === at.epoch && item.at.seq > at.seq));
    this.#queue.push({ what, at });
    this.#session = this.#received = at;
  }

  #push({ prev, messages }: Frame & { op: "push" }): boolean {
    const session = this.#session;
    if (!session) {
      throw new Error("a push before the welcome");
    }
    if (prev > this.#received!.seq) {
      return false;
    }
    for (const message of messages) {
      const at = { epoch: session.epoch, seq: message.seq };
      if (at.seq > this.#session!.seq) {
        this.#session = at;
      }
      if (at.seq > this.#received!.seq) {
        if (this.#queue.length >= this.#most) {
          throw new Error("beyond the window");
        }
        this.#received = at;
        this.#queue.push({ what: "message", message: { ...message, cursor: writeCursor(at) }, at });
      }
    }
    return true;
  }

  /** Those for which there is no room are over: they are delivered now or never. */
  #live(messages: Message[]): void {
    for (const message of messages) {
      const key = `${message.source} ${message.id}`;
      if (this.#lives.has(key) || this.#queue.length >= this.#most) {
        continue;
      }
      this.#lives.add(key);
      if (this.#lives.size > LIVE_IDS) {
        this.#lives.delete(this.#lives.values().next().value!);
      }
      this.#queue.push({ what: "message", message });
    }
  }

  /** The next to be handled, which leaves the queue; undefined: there is none. */
  next(): Item | undefined {
    return this.#queue.shift();
  }

  /** The application has done with it. */
  handled(item: Item): void {
    this.#handled = item.at ?? this.#handled;
  }

  /** What is to be stored; undefined: everything that was handled is. */
  unstored(): Cursor | undefined {
    return this.#handled === this.#stored ? undefined : this.#handled;
  }

  stored(cursor: Cursor): void {
    this.#stored = cursor;
  }

  /** What a hello resumes from; undefined: the worker is to know. */
  resume(): Cursor | undefined {
    return this.#stored;
  }

  /** The connection ended; what waits stays. */
  left(): void {
    this.#session = undefined;
  }

  /** The highest number that may be acked in this session; undefined: none. */
  ackable(): number | undefined {
    const session = this.#session;
    const stored = this.#stored;
    return session && stored?.epoch === session.epoch ? Math.min(stored.seq, session.seq) : undefined;
  }

  /** How much waits to be handled. */
  get waiting(): number {
    return this.#queue.length;
  }
}
