/** How urgent a message is, or the least that a device wants (RFC 8030, section 5.3). */
export type Urgency = "very-low" | "low" | "normal" | "high";

/** A message as it came. Of `data` and `data_base64` there is one at most. */
export interface Message<T = unknown> {
  /** What its sender named it; unique together with `source`. */
  readonly id: string;
  /** Who sent it, a URI reference. */
  readonly source: string;
  readonly type: string;
  /** When it was sent, RFC 3339 in UTC. */
  readonly time: string;
  readonly urgency: Urgency;
  /** The payload, when it is JSON, or text. */
  readonly data?: T;
  /** The payload in base64, when it is neither. */
  readonly data_base64?: string;
  /** The payload's media type, where it was given one. */
  readonly datacontenttype?: string;
  /** Its number; rises within an epoch, with gaps. Absent: it is a live one (`ttl` 0), which is delivered now or never. */
  readonly seq?: number;
  /**
   * Where a device stands that has handled it. Who stores it in one transaction with what the
   * message changed handles every message exactly once. Absent on a live one.
   */
  readonly cursor?: string;
}
