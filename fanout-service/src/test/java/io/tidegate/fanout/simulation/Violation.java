package io.tidegate.fanout.simulation;

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

  static void unless(boolean holds, int invariant, String what) {
    if (!holds) {
      throw new Violation(invariant, what);
    }
  }

  /** Its number in docs/ARCHITECTURE.md. */
  int invariant() {
    return invariant;
  }
}
