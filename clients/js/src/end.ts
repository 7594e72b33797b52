/**
 * What to do after a connection ended. `now`: come again at once. `backoff`: after a random delay
 * below a bound that doubles. `token`: with another token. `ghost`: not, unless it was ourselves.
 * `never`: the next attempt would end the same way. `another`: no word of the worker came, so that
 * another transport may get through where this one does not.
 */
export type Rule = "now" | "backoff" | "token" | "ghost" | "never" | "another";

/** How a connection ended. */
export interface End {
  readonly rule: Rule;
  readonly reason: string;
  /** A WebSocket's close code, or a stream's; or an HTTP status. */
  readonly code?: number;
  /** Milliseconds for which the worker asked to stay away, at least and at most. */
  readonly wait?: readonly [least: number, most: number] | undefined;
}

/** The close code of a device that connected elsewhere. */
export const REPLACED = 4500;

/** Of docs/PROTOCOL.md, where 45xx are `never` and all else is `backoff`. */
const RULES: Record<number, Rule> = {
  1000: "never",
  1002: "never",
  1003: "never",
  1007: "never",
  1009: "never",
  4004: "now",
  4005: "now",
  [REPLACED]: "ghost",
  4505: "token",
  4507: "token",
  // No close code came (RFC 6455, 7.1.5).
  1005: "another",
  1006: "another",
  1015: "another",
};

/**
 * A connection that was closed.
 *
 * @param reconnect the rule as a stream's last event names it, for codes that only a newer worker knows
 */
export function closed(code: number, reason: string, reconnect?: unknown): End {
  const rule = RULES[code] ?? (reconnect === "never" || (code >= 4500 && code < 4600) ? "never" : "backoff");
  return rule === "another" ? lost(reason || "broken") : { rule, reason, code };
}

/** A connection that ended without a word of the worker. */
export function lost(reason: string): End {
  return { rule: "another", reason };
}

/** A worker never asks for longer; whoever does is not believed. Milliseconds. */
const MOST_WAIT = 600_000;

/** The range from `least` to `most` milliseconds, within reason. */
export function range(least: number, most: number): [number, number] {
  const from = Math.min(least, MOST_WAIT);
  return [from, Math.max(from, Math.min(most, MOST_WAIT))];
}
