package io.tidegate.fanout.simulation;

/** An invariant does not hold. */
final class Violation extends AssertionError {
  private static final long serialVersionUID = 1L;

  Violation(int invariant, String what) {
    super("invariant " + invariant + ": " + what);
  }

  Violation(String message, Throwable cause) {
    super(message, cause);
  }

  static void unless(boolean holds, int invariant, String what) {
    if (!holds) {
      throw new Violation(invariant, what);
    }
  }
}
