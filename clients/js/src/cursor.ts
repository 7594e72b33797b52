/**
 * The last message that a device has: the epoch of its mailbox, 16 hex digits, and its number in
 * it, 0 or more. It only means something within its epoch.
 */
export interface Cursor {
  readonly epoch: string;
  readonly seq: number;
}

const FORM = /^([0-9a-f]{16})-([0-9]{1,15})$/i;

/** As one word, which is also the `id` of a stream's events and the `cursor` of a poll. */
export function writeCursor(cursor: Cursor): string {
  return `${cursor.epoch}-${cursor.seq}`;
}

/** Undefined: the text is no cursor. */
export function readCursor(text: unknown): Cursor | undefined {
  const parts = FORM.exec(String(text));
  return parts ? { epoch: parts[1]!, seq: Number(parts[2]) } : undefined;
}
