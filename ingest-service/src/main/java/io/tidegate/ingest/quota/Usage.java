package io.tidegate.ingest.quota;

import io.tidegate.contract.rate.Gcra;
import io.tidegate.contract.rate.Rate;

/**
 * What one tenant, or one key, has used. Guarded by the {@link Account} that it is in. Times are
 * nanoseconds since the {@link Quotas} were made.
 */
final class Usage {
  /** Of {@link Gcra}. */
  private long instant;

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
