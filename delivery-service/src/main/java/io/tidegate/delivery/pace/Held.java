package io.tidegate.delivery.pace;

import org.jspecify.annotations.Nullable;

/**
 * A message that is held back.
 *
 * @param seq its place
 * @param collapseKey null: it has none
 * @param expiresAt nanoseconds of the clock of those who hold it; {@link #NEVER}
 * @param urgent whether it waits for no other message
 * @param bytes that it has in a frame
 * @param content null: only the word that something was lost here
 * @param conflated how many older messages it takes the place of
 */
public record Held<T>(
    long seq,
    @Nullable String collapseKey,
    long expiresAt,
    boolean urgent,
    int bytes,
    @Nullable T content,
    int conflated) {
  public static final long NEVER = Long.MAX_VALUE;

  /** The word that something was lost behind {@code seq}. */
  static <T> Held<T> loss(long seq) {
    return new Held<>(seq, null, NEVER, false, 0, null, 0);
  }

  Held<T> insteadOf(Held<T> older) {
    return new Held<>(
        seq, collapseKey, expiresAt, urgent, bytes, content, conflated + older.conflated + 1);
  }

  /** Whether it is not to be told any more. */
  boolean isLost(long nowNanos) {
    return content == null || (expiresAt != NEVER && expiresAt - nowNanos <= 0);
  }
}
