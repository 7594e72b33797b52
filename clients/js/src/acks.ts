/** Acks go out after so many messages … */
const EVERY = 16;

/** … or so many milliseconds after the first that is not acked … */
const SOON = 200;

/** … and never closer together than this, whatever comes: workers bound the frames of a second. */
const APART = 10;

/** Says when a session's acks are due. Times in milliseconds, of any clock that only goes on. */
export class Acks {
  readonly #every: number;
  #acked: number;
  #since: number | undefined;
  #last = -Infinity;

  /**
   * @param seq where the session begins
   * @param window messages that may be under way: a small one is acked sooner, or it would stand still
   */
  constructor(seq: number, window: number) {
    this.#acked = seq;
    this.#every = Math.min(EVERY, Math.ceil(window / 2));
  }

  /**
   * @param seq up to where may be acked; undefined: nothing
   * @returns 0: ack it now; else in how many milliseconds to ask again; undefined: when there is more
   */
  due(seq: number | undefined, now: number): number | undefined {
    if (seq === undefined || seq <= this.#acked) {
      return undefined;
    }
    this.#since ??= now;
    const at = seq - this.#acked >= this.#every ? now : this.#since + SOON;
    return Math.max(0, at - now, this.#last + APART - now);
  }

  /** It was acked. */
  sent(seq: number, now: number): void {
    this.#acked = seq;
    this.#last = now;
    this.#since = undefined;
  }
}
