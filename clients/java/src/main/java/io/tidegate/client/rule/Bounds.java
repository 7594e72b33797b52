package io.tidegate.client.rule;

/**
 * The bounds of time and size. Times in milliseconds.
 *
 * @param retryFirst the bound of the first delay before coming again, which doubles, …
 * @param retryMost … up to this
 * @param silence without a sign of life for so long a connection is dead; workers ping every 25 s
 * @param welcome from the begin of a connection to its welcome
 * @param climb after so long on a lesser transport a better one is tried; it doubles up to an hour
 * @param frame bytes or characters of a frame, or of the answer to a poll
 */
public record Bounds(
    long retryFirst, long retryMost, long silence, long welcome, long climb, int frame) {
  public static final Bounds DEFAULT = new Bounds(500, 30_000, 60_000, 20_000, 300_000, 16_777_216);

  /** The same with other bounds of the delay. */
  public Bounds withRetry(long first, long most) {
    return new Bounds(first, most, silence, welcome, climb, frame);
  }
}
