import { Acks } from "./acks.js";
import { lost, type End } from "./end.js";
import type { Feed } from "./feed.js";
import type { Frame } from "./frames.js";
import type { Hello, Link, Listener } from "./link.js";
import { Renewal } from "./renewal.js";
import type { Timing } from "./timing.js";

/** For the answer to a token, which also tells that the other side lives. Milliseconds. */
const ANSWER = 10_000;

/** What a session needs of its client. */
export interface Host {
  hello(): Hello;
  /** Waits until everything that came was handled and stored. */
  settled(): Promise<void>;
  welcomed(frame: Frame & { op: "welcome" }): void;
  /** Something may wait to be handled. */
  arrived(): void;
  /** Another token, which {@link hello} says from then on; undefined: there is only one, or none can be had now. */
  renew(): Promise<string | undefined>;
}

/** One connection from its begin to its end, by whatever transport: its timers, acks and token. */
export class Session implements Listener {
  readonly #timing: Timing;
  readonly #feed: Feed;
  readonly #host: Host;
  readonly #link: Link;
  readonly #renewal = new Renewal();
  readonly #timers: Record<string, () => void> = {};
  #resolve!: (end: End) => void;
  #acks: Acks | undefined;
  #heard: number;
  #over = false;
  /** When it stood; undefined: it does not yet. */
  #since: number | undefined;

  readonly end = new Promise<End>((resolve) => (this.#resolve = resolve));

  /** The range that a goaway asked for. */
  asked: End["wait"];

  /** Whether a hello was said that nothing came back for. */
  isUnanswered = false;

  /**
   * @param dial makes the link
   */
  constructor(timing: Timing, feed: Feed, host: Host, dial: (listener: Listener) => Link) {
    this.#timing = timing;
    this.#feed = feed;
    this.#host = host;
    this.#heard = timing.now();
    this.#link = dial(this);
    this.#timer("welcome", timing.welcome, () => this.drop("no welcome in time"));
  }

  /** For how long it stands; undefined: it does not. Milliseconds. */
  get lived(): number | undefined {
    return this.#since === undefined ? undefined : this.#timing.now() - this.#since;
  }

  // What the link tells and asks.

  hello(): Hello {
    this.isUnanswered = this.#since === undefined;
    return this.#host.hello();
  }

  alive(): void {
    this.#heard = this.#timing.now();
  }

  frame(frame: Frame): void {
    if (this.#over) {
      return;
    }
    if (frame.op === "goaway") {
      this.asked = frame.wait;
    } else if (frame.op === "token") {
      this.#timers.answer?.();
      this.#renew(this.#renewal.answered(frame.expires));
    } else if (!this.#feed.take(frame)) {
      this.#finish({ rule: "now", reason: "a gap: a message is missing" }, false);
    } else {
      if (frame.op === "welcome") {
        this.#welcome(frame);
      }
      this.#host.arrived();
      this.ackDue();
    }
  }

  ended(end: End): void {
    this.#finish(end, true);
  }

  settled(): Promise<void> {
    return this.#host.settled();
  }

  // What the client asks for.

  /**
   * Acks what may be acked now, and comes back for the rest.
   *
   * @param all whether it may all be
   */
  ackDue(all = false): void {
    const now = this.#timing.now();
    const seq = this.#feed.ackable();
    const wait = this.#over ? undefined : this.#acks?.due(seq, now);
    if (wait === 0 || (all && wait)) {
      this.#acks!.sent(seq!, now);
      this.#link.ack(seq!);
    } else if (wait) {
      this.#timer("ack", wait, () => this.ackDue());
    }
  }

  /** Looks whether the other side lives, now that it may be gone. */
  probe(): void {
    if (this.#link.hears && this.#quiet() > this.#timing.silence) {
      this.drop("nothing was heard for too long");
    } else {
      this.#show(this.#host.hello().token);
    }
  }

  /** Acks what stands out, and leaves in good order. */
  leave(): void {
    this.ackDue(true);
    this.#finish({ rule: "now", reason: "left" }, false);
  }

  /** Gives it up at once. */
  drop(reason: string): void {
    this.ended(lost(reason));
  }

  #welcome(frame: Frame & { op: "welcome" }): void {
    const { window, token } = this.#host.hello();
    this.#acks = new Acks(frame.at.seq, window);
    // Each poll has one.
    if (this.#since === undefined) {
      this.#since = this.#timing.now();
      this.isUnanswered = false;
      this.#timers.welcome!();
      this.#host.welcomed(frame);
      this.#watch();
      // Its answer says for how long it is good, and that the worker answers tokens at all.
      this.#show(token);
    }
  }

  #quiet(): number {
    return this.#timing.now() - this.#heard;
  }

  /** Where pings are not heard a token is shown, which is answered. */
  #watch(): void {
    const most = this.#timing.silence * (this.#link.hears ? 1 : 2);
    const left = most - this.#quiet();
    if (left < 0) {
      this.probe();
    }
    this.#timer("watch", left < 0 ? most : left + 1, () => this.#watch());
  }

  /** Shows a token where that can be done, no sooner than workers take one; it must be answered. */
  #show(token: string | undefined): void {
    if (token && this.#link.token && this.#since !== undefined && this.#renewal.mayShow(this.#timing.now())) {
      this.#link.token(token);
      // A worker that asks for none answers none.
      if (this.#renewal.isAnswered) {
        this.#timer("answer", ANSWER, () => this.drop("a token was not answered in time"));
      }
    }
  }

  #renew(delay: number | undefined): void {
    if (delay) {
      this.#timer("renew", delay, async () => {
        const token = await this.#host.renew();
        if (!this.#over) {
          token ? this.#show(token) : this.#renew(this.#renewal.again());
        }
      });
    }
  }

  #timer(name: string, delay: number, call: () => void): void {
    this.#timers[name]?.();
    if (!this.#over) {
      this.#timers[name] = this.#timing.after(delay, call);
    }
  }

  #finish(end: End, now: boolean): void {
    if (!this.#over) {
      this.#over = true;
      Object.values(this.#timers).forEach((stop) => stop());
      this.#feed.left();
      this.#link.end(now);
      this.#resolve(end);
    }
  }
}
