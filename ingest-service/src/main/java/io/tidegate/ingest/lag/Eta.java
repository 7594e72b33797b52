package io.tidegate.ingest.lag;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.OptionalLong;

/**
 * How long a message that is accepted now will probably wait for fan-out: what lies before it,
 * divided by what fan-out has taken a second lately. Unknown where nobody has asked Kafka lately,
 * and where messages wait and none is taken. What comes after fan-out (policies, devices that are
 * not there) is not in it. Safe for use by many threads.
 */
public final class Eta {
  /** The rate is that of this many samples at most. */
  private static final int SAMPLES = 7;

  private static final long NANOS_PER_MILLI = 1_000_000L;

  /** More than that is no guess any more. */
  private static final double MOST_MILLIS = 7 * 24 * 3_600_000.0;

  /**
   * What Kafka said, summed up over the partitions.
   *
   * @param atNanos of a clock that only runs forward
   * @param end how many records were written
   * @param taken how many of them fan-out has taken
   */
  public record Sample(long atNanos, long end, long taken) {
    long lag() {
      return Math.max(0, end - taken);
    }
  }

  private final long freshNanos;
  private final Deque<Sample> samples = new ArrayDeque<>();

  /**
   * @param freshNanos for how long a sample says something of now
   */
  public Eta(long freshNanos) {
    this.freshNanos = freshNanos;
  }

  /** Kafka was asked. */
  public synchronized void observe(Sample sample) {
    Sample last = samples.peekLast();
    if (last != null && sample.taken() < last.taken()) {
      // The group was set back, or the topic made anew: what was before says nothing.
      samples.clear();
    }
    samples.add(sample);
    if (samples.size() > SAMPLES) {
      var _ = samples.remove();
    }
  }

  /** Milliseconds, rounded up; empty where it is not known. */
  public synchronized OptionalLong expectedMillis(long nowNanos) {
    Sample last = samples.peekLast();
    if (last == null || nowNanos - last.atNanos() > freshNanos) {
      return OptionalLong.empty();
    }
    if (last.lag() == 0) {
      return OptionalLong.of(0);
    }
    Sample first = samples.getFirst();
    long taken = last.taken() - first.taken();
    if (taken == 0) {
      return OptionalLong.empty();
    }
    double nanosEach = (double) (last.atNanos() - first.atNanos()) / taken;
    double millis = Math.ceil(last.lag() * nanosEach / NANOS_PER_MILLI);
    return millis > MOST_MILLIS ? OptionalLong.empty() : OptionalLong.of((long) millis);
  }
}
