import { readCursor, type Cursor } from "./cursor.js";
import { range } from "./end.js";
import type { Message } from "./message.js";

/** A message of a push, which always has a number. */
export type Numbered = Message & { readonly seq: number };

/** What a worker says. Times in milliseconds. */
export type Frame =
  | { op: "welcome"; at: Cursor; mode: "fresh" | "resumed" | "reset"; head: number; session: unknown }
  | { op: "push"; prev: number; messages: Numbered[] }
  | { op: "live"; messages: Message[] }
  | { op: "reset"; at: Cursor }
  | { op: "goaway"; wait: [least: number, most: number] }
  | { op: "token"; expires: number }
  | { op: "close"; code: number; reason: string; reconnect: unknown };

/**
 * Checks a frame that was parsed already; undefined: one that only a newer client knows.
 *
 * @throws Error naming the field that is none of the protocol's
 */
export function frame(fields: any): Frame | undefined {
  const { op, mode, session, messages, retry_after_ms: wait, reason, reconnect } = fields;
  const at = () => readCursor(`${fields.epoch}-${fields.seq}`) ?? fault("epoch or seq");
  switch (op) {
    case "welcome":
      // A mode of a newer worker: the client then forgets what it had, which is never wrong.
      return { op, at: at(), mode: mode === "fresh" || mode === "resumed" ? mode : "reset", head: count(fields, "head"), session };
    case "push":
      for (const each of messages) {
        count(each, "seq");
      }
      return { op, prev: count(fields, "prev"), messages };
    case "live":
      return { op, messages: [...messages] };
    case "reset":
      return { op, at: at() };
    case "goaway":
      return { op, wait: range(count(wait, 0), count(wait, 1)) };
    case "token":
      return { op, expires: count(fields, "expires_in_ms") };
    case "close":
      return { op, code: count(fields, "code"), reason, reconnect };
  }
  return undefined;
}

function fault(field: string | number): never {
  throw new Error(`${field} is not of the protocol`);
}

function count(fields: any, name: string | number): number {
  const value = fields[name];
  return Number.isSafeInteger(value) && value >= 0 ? value : fault(name);
}
