package io.tidegate.contract.policy;

import java.time.Duration;

/**
 * How messages are put together in one push.
 *
 * @param window how long they are waited for, up to a day; zero: not at all
 * @param maxMessages in one push, 1 to 256
 * @param maxBytes of payload in one push, beyond its first message; 1 to 256 KiB
 */
public record Batch(Duration window, BatchMode mode, int maxMessages, int maxBytes) {
  public static final Batch DEFAULT = new Batch(Duration.ZERO, BatchMode.FIRST, 64, 65_536);

  /**
   * @throws InvalidPolicyException naming the field and the reason
   */
  public Batch {
    Check.within("window", window, Duration.ZERO, Duration.ofDays(1));
    Check.within("max_messages", maxMessages, 1, 256);
    Check.within("max_bytes", maxBytes, 1, 262_144);
  }
}
