/** How frames come, the best first. */
export type Transport = "websocket" | "stream" | "poll";

/** The longest time between two attempts to go back to a better transport. Milliseconds. */
const MOST = 3_600_000;

/** Which transport is next: the best that gets through, and now and then a better one again. */
export class Ladder {
  readonly #transports: readonly Transport[];
  readonly #first: number;
  readonly #random: () => number;
  #at = 0;
  #wait: number;
  #climbAt: number | undefined;

  /**
   * @param transports one at least, the best first
   * @param first after how many milliseconds on a lesser one a better one is tried
   * @param random from 0 up to but not 1
   */
  constructor(transports: readonly Transport[], first: number, random: () => number) {
    this.#transports = transports;
    this.#wait = this.#first = first;
    this.#random = random;
  }

  get transport(): Transport {
    return this.#transports[this.#at]!;
  }

  /** Those that would be better, the best first. */
  get better(): readonly Transport[] {
    return this.#transports.slice(0, this.#at);
  }

  /** This one does not get through; after the last comes the first. */
  failed(now: number): void {
    this.#at = (this.#at + 1) % this.#transports.length;
    this.#climbAt = this.#at === 0 ? undefined : (this.#climbAt ?? this.#later(now));
  }

  /** A session stands. */
  welcomed(): void {
    if (this.#at === 0) {
      this.#wait = this.#first;
    }
  }

  /** A better one is there. */
  climb(transport: Transport): void {
    this.#at = this.#transports.indexOf(transport);
    if (this.#at === 0) {
      this.#climbAt = undefined;
    }
  }

  /** Another network, on which everything may be different. */
  restart(): void {
    this.#at = 0;
    this.#wait = this.#first;
    this.#climbAt = undefined;
  }

  /** In how many milliseconds to try a better one; undefined: this is the best. */
  climbIn(now: number): number | undefined {
    return this.#climbAt === undefined ? undefined : Math.max(0, this.#climbAt - now);
  }

  /** A better one is being tried; the next time comes after twice as long, up to an hour. */
  tried(now: number): void {
    this.#wait = Math.min(MOST, 2 * this.#wait);
    this.#climbAt = this.#later(now);
  }

  /** Give or take a quarter, so that not all try together. */
  #later(now: number): number {
    return now + this.#wait * (0.75 + this.#random() / 2);
  }
}
