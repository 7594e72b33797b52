/** So long before its end a token is replaced, if it is good for twice as long. */
const BEFORE = 60_000;

/** Workers take one token a second of a session; this leaves room for a network that gathers. */
const APART = 5_000;

/** Says when a session shows its token, and when another. Times in milliseconds. */
export class Renewal {
  #shown = -Infinity;
  #left: number | undefined;

  /** Whether one was answered in this session. */
  get isAnswered(): boolean {
    return this.#left !== undefined;
  }

  /** Whether a token may be shown now; then it counts as shown. */
  mayShow(now: number): boolean {
    if (now - this.#shown < APART) {
      return false;
    }
    this.#shown = now;
    return true;
  }

  /**
   * @param expires for how long the token that was shown is good
   * @returns in how long to get another one; undefined: it ends too soon for that
   */
  answered(expires: number): number | undefined {
    const delay = expires > 2 * BEFORE ? expires - BEFORE : Math.max(APART, expires / 2);
    this.#left = expires - delay;
    return this.#left > 0 ? delay : undefined;
  }

  /** No other token could be had: the same for what is left. */
  again(): number | undefined {
    return this.answered(this.#left ?? 0);
  }
}
