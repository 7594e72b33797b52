package io.tidegate.delivery.pace;

import org.jspecify.annotations.Nullable;

/**
 * What of a message matters to whoever holds it back.
 *
 * @param collapseKey null: it has none
 * @param expiryMillis epoch milliseconds; {@link #NEVER}
 * @param urgent whether it waits for no other message
 */
public record Label(@Nullable String collapseKey, long expiryMillis, boolean urgent) {
  public static final long NEVER = Long.MAX_VALUE;

  /** Of a message that is nothing special. */
  public static final Label PLAIN = new Label(null, NEVER, false);
}
