package io.tidegate.ingest.quota;

import io.tidegate.contract.rate.Gcra;
import io.tidegate.contract.rate.Rate;
import java.util.concurrent.TimeUnit;

/**
 * What one tenant, or one key, has used. Guarded by the {@link Account} that it is in. Times are
 * nanoseconds since the {@link Quotas} were made.
 */
final class Usage {
  static final long MOST_AHEAD_NANOS = TimeUnit.SECONDS.toNanos(30);

  /** Of {@link Gcra}. */
  private long instant;

  /** As {@link #instant}, had all come back who were refused and told when. */
  private long promised;

  private long bytes;
  private int requests;
  private int streams;
  private int leases;

  void enter() {
    leases++;
  }

  void leave() {
    leases--;
  }

  /** Whether it may be forgotten, as a new one would do the same. */
  boolean isIdle(long now) {
    return leases == 0 && bytes == 0 && instant <= now;
  }

  /**
   * How long until {@code count} messages conform, or a burst where that is less; 0 or less: now.
   */
  long waitNanos(Rate rate, long now, long count) {
    Gcra gcra = rate.gcra();
    // Stored: under another rate than it was used up by the bound would move on with the clock.
    instant = gcra.broughtBackNanos(instant, now);
    return gcra.eligibleNanos(instant, Math.min(count, rate.burst())) - now;
  }

  /**
   * How long until the next one conforms, were all who were told so before to come first; since
   * some never come, no more than {@link #MOST_AHEAD_NANOS}, or what a burst takes to come back
   * where that is more, longer than alone.
   */
  long promiseNanos(Rate rate, long now) {
    long alone = waitNanos(rate, now, 1);
    Gcra gcra = rate.gcra();
    long last = Math.max(promised, instant);
    long wait = gcra.eligibleNanos(last, 1) - now;
    long burst = gcra.toleranceNanos() + gcra.emissionNanos();
    long most = alone + Math.max(MOST_AHEAD_NANOS, burst);
    if (wait > most) {
      return most;
    }
    promised = last + gcra.emissionNanos();
    return wait;
  }

  void take(Rate rate, long now) {
    Gcra gcra = rate.gcra();
    instant = gcra.takenNanos(gcra.broughtBackNanos(instant, now), now);
  }

  Standing standing(String name, Rate rate, long now) {
    Gcra gcra = rate.gcra();
    long stored = gcra.broughtBackNanos(instant, now);
    return new Standing(name, rate, gcra.remaining(stored, now), Math.max(0, stored - now));
  }

  long bytes() {
    return bytes;
  }

  void add(long more) {
    bytes += more;
  }

  int requests() {
    return requests;
  }

  void addRequests(int more) {
    requests += more;
  }

  int streams() {
    return streams;
  }

  void addStreams(int more) {
    streams += more;
  }
}
