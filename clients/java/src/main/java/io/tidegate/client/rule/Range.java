package io.tidegate.client.rule;

/**
 * For how long a worker asked to stay away.
 *
 * @param least milliseconds
 * @param most milliseconds, {@code least} or more
 */
public record Range(long least, long most) {
  /** A worker never asks for longer; whoever does is not believed. Milliseconds. */
  private static final long MOST = 600_000;

  /** Within reason: neither too long nor the wrong way round. */
  public static Range of(long least, long most) {
    long from = Math.min(least, MOST);
    return new Range(from, Math.max(from, Math.min(most, MOST)));
  }

  /**
   * @param random from 0 up to but not 1
   */
  double at(double random) {
    return least + random * (most - least);
  }
}
