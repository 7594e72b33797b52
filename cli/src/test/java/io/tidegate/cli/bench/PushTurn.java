package io.tidegate.cli.bench;

import java.time.Duration;
import java.util.Locale;
import java.util.SplittableRandom;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;

/**
 * Pushes as fast as they come, for a while.
 *
 * @param pushes that came in {@code micros}
 * @param all that came, those after it too
 */
record PushTurn(long pushes, long micros, long all) {
  private static final long LOOK_NANOS = TimeUnit.MICROSECONDS.toNanos(50);
  private static final long DRAIN_NANOS = TimeUnit.SECONDS.toNanos(20);

  /**
   * Sends until the time is over, and waits for what is under way.
   *
   * @throws IllegalStateException if not all came
   */
  static PushTurn run(PushKind kind, Duration time, PushSender sender, Received received)
      throws Exception {
    SplittableRandom random = new SplittableRandom(7);
    long first = received.count();
    long sent = first;
    long began = System.nanoTime();
    long end = began + time.toNanos();
    while (System.nanoTime() < end) {
      if (sent - received.count() < kind.underWay()) {
        sent += kind.send(sender, random);
      } else {
        LockSupport.parkNanos(LOOK_NANOS);
      }
    }
    long pushes = received.count() - first;
    long micros = (System.nanoTime() - began) / 1_000;
    while (received.count() < sent) {
      if (System.nanoTime() - end > DRAIN_NANOS) {
        throw new IllegalStateException(sent - received.count() + " pushes did not come");
      }
      LockSupport.parkNanos(LOOK_NANOS);
    }
    return new PushTurn(pushes, micros, sent - first);
  }

  double perSecond() {
    return pushes * 1e6 / micros;
  }

  /** To be read by {@link #parse}. */
  String text() {
    return String.format(Locale.ROOT, "pushes=%d micros=%d all=%d", pushes, micros, all);
  }

  static PushTurn parse(String text) {
    Numbers numbers = Numbers.parse(text);
    return new PushTurn(numbers.of("pushes"), numbers.of("micros"), numbers.of("all"));
  }
}
