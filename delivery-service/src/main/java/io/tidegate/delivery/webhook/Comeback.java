package io.tidegate.delivery.webhook;

import io.tidegate.contract.CloseCode;
import java.util.concurrent.TimeUnit;
import java.util.function.DoubleSupplier;

/**
 * When an endpoint whose session has ended begins the next: later after each that was not attached.
 * Nanoseconds. Two workers that both believe an endpoint theirs, for as long as it takes them to
 * learn of each other, take it from each other as two clients do; so who was replaced waits longer.
 */
public final class Comeback {
  private static final long CLOSED = TimeUnit.SECONDS.toNanos(1);
  private static final long REPLACED = TimeUnit.SECONDS.toNanos(10);
  private static final long DISABLED = TimeUnit.SECONDS.toNanos(60);

  private final Backoff backoff;
  private final DoubleSupplier chance;
  private int failures;
  private boolean disabled;

  public Comeback(Backoff backoff, DoubleSupplier chance) {
    this.backoff = backoff;
    this.chance = chance;
  }

  public void attached() {
    failures = 0;
  }

  /** It is to be served no more, once that is known everywhere. */
  public void disabled() {
    disabled = true;
  }

  /** While the worker takes no sessions. */
  public long whileClosedNanos() {
    return CLOSED + (long) (chance.getAsDouble() * CLOSED);
  }

  public long nanos(CloseCode why) {
    failures++;
    long least = disabled ? DISABLED : why == CloseCode.REPLACED ? REPLACED : 0;
    return least + backoff.nanos(failures, chance);
  }
}
