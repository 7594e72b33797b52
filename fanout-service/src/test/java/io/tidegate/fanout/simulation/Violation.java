package io.tidegate.fanout.simulation;

import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** An invariant does not hold. */
final class Violation extends AssertionError {
  private static final long serialVersionUID = 1L;

  private final int invariant;

  Violation(int invariant, String what) {
    super("invariant " + invariant + ": " + what);
    this.invariant = invariant;
  }

  /** The same, with what one needs to know to reproduce it. */
  Violation(String message, Violation cause) {
    super(message, cause);
    this.invariant = cause.invariant;
  }

  /**
   * @param what is wrong, in pieces that are put together only if it is
   */
  static void unless(boolean holds, int invariant, @Nullable Object... what) {
    if (!holds) {
      throw new Violation(
          invariant, Stream.of(what).map(String::valueOf).collect(Collectors.joining()));
    }
  }

  /** Its number in docs/ARCHITECTURE.md. */
  int invariant() {
    return invariant;
  }
}
