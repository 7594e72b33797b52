package io.tidegate.contract.policy;

import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * What waits for a user at the most. Null: as the service is set.
 *
 * @param maxMessages 1 to 1,000,000
 * @param maxBytes of payload, 1 to 1 GiB
 * @param ttl how long anything waits, a second to 366 days
 */
public record MailboxBounds(
    @Nullable Integer maxMessages,
    @Nullable Long maxBytes,
    @Nullable Duration ttl,
    Overflow overflow) {
  public static final MailboxBounds DEFAULT = new MailboxBounds(null, null, null, Overflow.OLDEST);

  /**
   * @throws InvalidPolicyException naming the field and the reason
   */
  public MailboxBounds {
    if (maxMessages != null) {
      Check.within("max_messages", maxMessages, 1, 1_000_000);
    }
    if (maxBytes != null) {
      Check.within("max_bytes", maxBytes, 1, 1L << 30);
    }
    if (ttl != null) {
      Check.within("ttl", ttl, Duration.ofSeconds(1), Duration.ofDays(366));
    }
  }
}
