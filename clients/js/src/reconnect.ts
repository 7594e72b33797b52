import type { End } from "./end.js";

/** How to come again. */
export interface Step {
  /** Milliseconds. */
  readonly delay: number;
  /** The worker asked for the delay: nothing shortens it. */
  readonly asked: boolean;
  /** With another transport. */
  readonly another: boolean;
  /** With another token. */
  readonly renew: boolean;
}

/** Who stayed connected for so long begins with short delays again. Milliseconds. */
const STOOD = 10_000;

/** A hello of a connection that was given up may arrive for so long. Milliseconds. */
const LATE = 60_000;

/** More than so many connections are not given up in that time. */
const MOST_GHOSTS = 3;

/**
 * Says when to come again, and how: a random delay below a bound that doubles. `now` means at once
 * only after a connection that stood, so that a worker which closes each one is not asked without
 * a pause. Times in milliseconds of any clock that only goes on.
 */
export class Reconnect {
  readonly #first: number;
  readonly #most: number;
  readonly #random: () => number;
  readonly #canRenew: boolean;
  #bound: number;
  #refused = false;
  #ghosts: number[] = [];

  /**
   * @param first the bound of the first delay
   * @param most of every bound
   * @param random from 0 up to but not 1
   * @param canRenew whether another token can be had
   */
  constructor(first: number, most: number, random: () => number, canRenew: boolean) {
    this.#bound = this.#first = first;
    this.#most = most;
    this.#random = random;
    this.#canRenew = canRenew;
  }

  /**
   * A connection was given up after its hello had been sent. That hello may arrive late, when the
   * next connection stands, and takes its place. So one close as replaced within a minute is not
   * believed to be another client's.
   */
  gaveUp(now: number): void {
    this.#ghosts = [...this.#ghosts, now].slice(-MOST_GHOSTS);
  }

  /** A session stands: its token was good. */
  welcomed(): void {
    this.#refused = false;
  }

  /** The next delay is a short one: the user is looking, or the network is back. */
  hurry(): number {
    this.#bound = this.#first;
    return this.#backoff();
  }

  /**
   * @param lived how long the session stood; undefined: none came to be
   * @param asked the range that a goaway named before the end
   * @returns undefined: it is over
   */
  after({ rule, wait }: End, now: number, lived: number | undefined, asked: End["wait"]): Step | undefined {
    if (lived! >= STOOD) {
      this.#bound = this.#first;
    }
    const isFirst = this.#bound === this.#first;
    this.#ghosts = this.#ghosts.filter((at) => now - at < LATE);
    const isToken = rule === "token";
    if (rule === "never" || (rule === "ghost" && !this.#ghosts.shift()) || (isToken && (!this.#canRenew || this.#refused))) {
      return undefined;
    }
    this.#refused ||= isToken;
    const backoff = this.#backoff();
    return {
      delay: asked
        ? this.#within(asked)
        : wait
          ? this.#within(wait) + backoff
          : isFirst && (isToken || rule === "now")
            ? 0
            : backoff,
      asked: !!(asked ?? wait),
      another: rule === "another" && lived === undefined,
      renew: isToken,
    };
  }

  #within([least, most]: readonly [number, number]): number {
    return least + this.#random() * (most - least);
  }

  #backoff(): number {
    const delay = this.#random() * this.#bound;
    this.#bound = Math.min(this.#most, 2 * this.#bound);
    return delay;
  }
}
