import { Acks } from "./acks.js";
import { closed, lost, type End } from "./end.js";
import type { Feed } from "./feed.js";
import { frame, type Frame } from "./frames.js";
import { failed, type Dial, type Hello, type Link, type Listener } from "./link.js";
import type { Checked } from "./options.js";
import type { Pump } from "./pump.js";
import { Renewal } from "./renewal.js";
import type { Timing } from "./timing.js";

/** For the answer to a token, which also tells that the other side lives. Milliseconds. */
const ANSWER = 10_000;

/** What a session needs of its client. */
export interface Host {
  readonly options: Checked;
  readonly timing: Timing;
  readonly feed: Feed;
  readonly pump: Pump;
  /** The token that is shown; undefined: there is none. */
  token(): string | undefined;
  /** Another one, which {@link token} is from then on; rejected if none can be had now, undefined if there is no other. */
  renew(): Promise<string | undefined>;
  welcomed(frame: Frame & { op: "welcome" }): void;
}

/** One connection from its begin to its end, by whatever transport: its timers, acks and token. */
export class Session implements Listener {
  readonly #host: Host;
  readonly #timing: Timing;
  readonly #link: Link;
  readonly #renewal = new Renewal();
  readonly #timers: Record<string, () => void> = {};
  #resolve!: (end: End) => void;
  #acks: Acks | undefined;
  #name: unknown;
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
  constructor(host: Host, dial: Dial) {
    const { options, timing } = (this.#host = host);
    this.#timing = timing;
    this.#heard = timing.now();
    this.#link = dial(options, timing, this);
    this.#timer("welcome", timing.welcome, () => this.drop("no welcome"));
  }

  /** For how long it stands; undefined: it does not. Milliseconds. */
  get lived(): number | undefined {
    return this.#since === undefined ? undefined : this.#timing.now() - this.#since;
  }

  // What the link tells and asks.

  hello(): Hello {
    const { options, feed, token } = this.#host;
    const { user, device, window, urgency } = options;
    this.isUnanswered = this.#since === undefined;
    return { user, device, window, urgency, token: token(), resume: feed.resume() };
  }

  alive(): void {
    this.#heard = this.#timing.now();
  }

  // These three are handed on without their session.

  readonly told = (text: string): void => {
    try {
      if (text.length > this.#timing.frame) {
        throw new Error("too long");
      }
      this.heard(JSON.parse(text));
    } catch (error) {
      this.ended(failed(error));
    }
  };

  readonly heard = (fields: unknown): void => {
    this.alive();
    const told = frame(fields);
    if (!told || this.#over) {
      return;
    }
    switch (told.op) {
      case "goaway":
        this.asked = told.wait;
        return;
      case "token":
        this.#timers.answer?.();
        return this.#renew(this.#renewal.answered(told.expires));
      case "close":
        return this.ended(closed(told.code, told.reason, told.reconnect));
    }
    if (!this.#host.feed.take(told)) {
      return this.#finish({ rule: "now", reason: "a gap" }, false);
    }
    if (told.op === "welcome") {
      this.#welcome(told);
    }
    this.#host.pump.run();
    this.ackDue();
  };

  readonly ended = (end: End): void => this.#finish(end, true);

  settled(): Promise<void> {
    return this.#host.pump.settled();
  }

  // What the client asks for.

  /**
   * Acks what may be acked now, and comes back for the rest.
   *
   * @param all whether it may all be
   */
  ackDue(all = false): void {
    const now = this.#timing.now();
    const seq = this.#host.feed.ackable();
    const wait = this.#over ? undefined : this.#acks?.due(seq, now);
    if (wait === 0 || (all && wait)) {
      this.#acks!.sent(seq!, now);
      this.#link.ack(seq!, this.#name);
    } else if (wait) {
      this.#timer("ack", wait, () => this.ackDue());
    }
  }

  /** Looks whether the other side lives, now that it may be gone. */
  probe(): void {
    if (this.#link.hears && this.#quiet() > this.#timing.silence) {
      this.drop("silence");
    } else {
      this.#show(this.#host.token());
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
    this.#name = frame.session;
    this.#acks = new Acks(frame.at.seq, this.#host.options.window);
    // Each poll has one.
    if (this.#since === undefined) {
      this.#since = this.#timing.now();
      this.isUnanswered = false;
      this.#timers.welcome!();
      this.#host.welcomed(frame);
      this.#watch();
      // Its answer says for how long it is good, and that the worker answers tokens at all.
      this.#show(this.#host.token());
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
    if (token && this.#link.token && this.#since !== undefined && !this.#over && this.#renewal.mayShow(this.#timing.now())) {
      this.#link.token(token);
      // A worker that asks for none answers none.
      if (this.#renewal.isAnswered) {
        this.#timer("answer", ANSWER, () => this.drop("no answer to a token"));
      }
    }
  }

  #renew(delay: number | undefined): void {
    if (delay) {
      this.#timer("renew", delay, async () => {
        const token = await this.#host.renew().catch(() => this.#renew(this.#renewal.again()));
        this.#show(token!);
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
      this.#host.feed.left();
      this.#link.end(now);
      this.#resolve(end);
    }
  }
}
