import { lost, type End } from "./end.js";
import type { Cursor } from "./cursor.js";
import type { Urgency } from "./message.js";
import type { Checked } from "./options.js";
import type { Timing } from "./timing.js";

/** Whose session it is, and where it goes on. */
export interface Hello {
  readonly user: string | undefined;
  readonly device: string | undefined;
  readonly window: number;
  readonly urgency: Urgency | undefined;
  readonly token: string | undefined;
  readonly resume: Cursor | undefined;
}

/** What a link tells and asks. */
export interface Listener {
  /** Says who this is, once that can be said. */
  hello(): Hello;
  /** The other side lives. */
  alive(): void;
  /** A frame came, as JSON. */
  told(text: string): void;
  /** A frame came, parsed. */
  heard(frame: unknown): void;
  /** It ended, or is to; whatever comes after this counts for nothing. */
  ended(end: End): void;
  /** Of a poll: waits until everything that came was handled and stored. */
  settled(): Promise<void>;
}

/** One connection, which begins at once. */
export interface Link {
  /** Whether every sign of life is heard: silence then means that the connection is dead. */
  readonly hears: boolean;
  /**
   * @param session as the welcome names it
   */
  ack(seq: number, session: unknown): void;
  /** Shows another token; absent: this transport cannot. */
  token?(token: string): void;
  /** Ends it: in good order, or, where the other side may be gone, at once. */
  end(now: boolean): void;
}

/** Makes a link. */
export type Dial = (options: Checked, timing: Timing, listener: Listener) => Link;

/** A constructor of WebSockets, that of browsers or of the `ws` package. */
export type SocketConstructor = new (url: string, protocol: string) => Socket;

/** What is used of a WebSocket. */
export interface Socket {
  onopen: ((event: any) => void) | null;
  onmessage: ((event: any) => void) | null;
  onclose: ((event: any) => void) | null;
  onerror: ((event: any) => void) | null;
  send(text: string): void;
  close(code?: number): void;
}

/** What went wrong, as an end without a word of the worker, unless it is one already. */
export function failed(error: any): End {
  return error?.rule ? error : lost(`${error?.message ?? error}`);
}
