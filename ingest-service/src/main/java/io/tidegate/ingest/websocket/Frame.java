package io.tidegate.ingest.websocket;

/** What came from a client: a whole text message, or a control frame. */
public sealed interface Frame {
  /**
   * A message in valid UTF-8, whatever number of frames it came in.
   *
   * @param bytes a buffer that the next frame overwrites; the message is its first {@code length}
   */
  record Text(byte[] bytes, int length) implements Frame {}

  /**
   * Wants a pong with the same payload.
   *
   * @param payload at most 125 bytes
   */
  record Ping(byte[] payload) implements Frame {}

  /** A sign of life. */
  record Pong() implements Frame {}

  /** The client sends no more. */
  record Close() implements Frame {}
}
