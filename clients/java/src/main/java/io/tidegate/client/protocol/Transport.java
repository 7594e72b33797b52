package io.tidegate.client.protocol;

/** How messages come, the best first. */
public enum Transport {
  WEBSOCKET,
  /** Server-Sent Events; acks are requests. */
  STREAM,
  /** Long polling. */
  POLL
}
