package io.tidegate.ingest.http;

import java.time.Duration;

/**
 * What one {@link MessageStream} is held to.
 *
 * @param messages that may be unanswered
 * @param bytes of messages that may be unanswered; at least messageBytes
 * @param messageBytes one WebSocket message, and so one message request
 * @param ping after so long without anything to say we ask whether the client is there
 * @param slow how long the client may leave a write of ours hanging
 * @param farewell how long the client may take to answer our close
 */
record StreamBounds(
    int messages, int bytes, int messageBytes, Duration ping, Duration slow, Duration farewell) {
  private static final int MESSAGES = 1024;
  private static final int BYTES = 4 * 1024 * 1024;

  /** Received, and taken apart. */
  private static final int COPIES = 2;

  /** A ping is lost, or two, before a client is taken to be gone. */
  private static final int PINGS = 3;

  static StreamBounds of(Limits limits, Duration idle, Duration slow) {
    return new StreamBounds(
        MESSAGES,
        Math.max(BYTES, limits.bodyBytes()),
        limits.bodyBytes(),
        idle.dividedBy(PINGS),
        slow,
        Duration.ofSeconds(2));
  }

  /**
   * No more than fits where so many bytes may be held. What is received counts twice, and a line
   * feed for each message too.
   */
  StreamBounds within(long held) {
    long room = held / COPIES;
    int most = (int) Math.min(bytes, Math.max(room - messages, room / 2));
    return new StreamBounds(messages, most, Math.min(messageBytes, most), ping, slow, farewell);
  }
}
