package io.tidegate.loadtest.report;

import java.util.List;

/**
 * Times of one kind: over the whole run, and of each second. A time counts in the second in which
 * it ended; seconds after the end of the list had none.
 */
public record Latency(Distribution whole, List<Distribution> seconds) {
  /** From when a message was due to be sent until its acceptance was read. */
  public static final String ACCEPT = "accept";

  /** From when acceptance was read until the device was shown the message. */
  public static final String ACCEPT_TO_PUSH = "accept_to_push";

  /** From when fan-out released a message until the device was shown it, where that was read. */
  public static final String RELEASE_TO_PUSH = "release_to_push";

  /** From when the device was shown a message until its ack was handed to the socket. */
  public static final String PUSH_TO_ACK = "push_to_ack";

  /** From when a message was due to be sent until the device was shown it. */
  public static final String DUE_TO_PUSH = "due_to_push";

  public static final Latency EMPTY = new Latency(Distribution.EMPTY, List.of());

  public Latency {
    Checks.range("seconds", seconds.size(), Report.MAX_SECONDS);
    seconds = List.copyOf(seconds);
  }
}
