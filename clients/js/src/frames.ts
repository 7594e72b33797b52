import { readCursor, type Cursor } from "./cursor.js";
import { range } from "./end.js";
import type { Message } from "./message.js";

/** A message of a push, which always has a number. */
export type Numbered = Message & { readonly seq: number };

/** What a worker says. Times in milliseconds. */
export type Frame =
  | { op: "welcome"; at: Cursor; mode: "fresh" | "resumed" | "reset"; head: number; session: string }
  | { op: "push"; prev: number; messages: Numbered[] }
  | { op: "live"; messages: Message[] }
  | { op: "reset"; at: Cursor }
  | { op: "goaway"; wait: [least: number, most: number] }
  | { op: "token"; expires: number }
  | { op: "close"; code: number; reason: string; reconnect: unknown };

/** What came is not the protocol. */
export class FrameFault extends Error {}

type Fields = Record<string, any>;

/**
 * Checks a frame that was parsed already; undefined: one that only a newer client knows.
 *
 * @throws FrameFault naming the field
 */
export function frame(value: unknown): Frame | undefined {
  const fields = object(value, "frame");
  const { op, mode, session, messages, retry_after_ms: wait, reason, reconnect } = fields;
  const at = () => readCursor(`${fields.epoch}-${count(fields, "seq")}`) ?? fault("epoch", "16 hex digits");
  switch (op) {
    case "welcome":
      // A mode of a newer worker: the client then forgets what it had, which is never wrong.
      return { op, at: at(), mode: mode === "fresh" || mode === "resumed" ? mode : "reset", head: count(fields, "head"), session };
    case "push":
    case "live":
      for (const each of array(messages, "messages")) {
        object(each, "messages");
        if (op === "push") {
          count(each, "seq");
        }
      }
      return op === "push" ? { op, prev: count(fields, "prev"), messages } : { op, messages };
    case "reset":
      return { op, at: at() };
    case "goaway":
      array(wait, "retry_after_ms");
      return { op, wait: range(count(wait, 0), count(wait, 1)) };
    case "token":
      return { op, expires: count(fields, "expires_in_ms") };
    case "close":
      return { op, code: count(fields, "code"), reason: `${reason}`, reconnect };
  }
  return undefined;
}

/**
 * @throws FrameFault where the text is no JSON
 */
export function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    throw new FrameFault("not JSON");
  }
}

function fault(field: string | number, want: string): never {
  throw new FrameFault(`${field}: want ${want}`);
}

export function object(value: unknown, field: string): Fields {
  return value && typeof value === "object" ? value : fault(field, "an object");
}

export function array(value: unknown, field: string): any[] {
  return Array.isArray(value) ? value : fault(field, "an array");
}

function count(fields: Fields, name: string | number): number {
  const value = fields[name];
  return Number.isSafeInteger(value) && value >= 0 ? value : fault(name, "a count");
}
