/** Time, chance and the bounds of both, so that tests can move them by hand. Times in milliseconds. */
export interface Timing {
  /** Only goes on. */
  now(): number;
  /** Calls once after that time; what it returns takes that back. */
  after(millis: number, call: () => void): () => void;
  /** From 0 up to but not 1. */
  random(): number;
  /** The bound of the first delay before coming again, which doubles, … */
  readonly retryFirst: number;
  /** … up to this. */
  readonly retryMost: number;
  /** Without a sign of life for so long a connection is dead; workers ping every 25 s. */
  readonly silence: number;
  /** From the begin of a connection to its welcome. */
  readonly welcome: number;
  /** After so long on a lesser transport a better one is tried; it doubles up to an hour. */
  readonly climb: number;
  /** Characters of a frame, or of the answer to a poll. */
  readonly frame: number;
}

/** The longest that timers of browsers and Node can wait. */
const LONGEST = 2 ** 31 - 1;

export const TIMING: Timing = {
  now: () => performance.now(),
  after(millis, call) {
    const timer = setTimeout(call, Math.min(millis, LONGEST));
    return () => clearTimeout(timer);
  },
  random: Math.random,
  retryFirst: 500,
  retryMost: 30_000,
  silence: 60_000,
  welcome: 20_000,
  climb: 300_000,
  frame: 16_777_216,
};
