package io.tidegate.fanout.topology;

import java.util.ArrayList;
import java.util.List;

/**
 * Shares out the part of a thread that goes to work which can wait. All tasks of a thread take
 * turns of it, one at a time, so that whatever their number is, records that are there have twice
 * the time of the turns. Streams alone would not see to that: it takes ever more records from a
 * task between two looks at its timers, but half as many after every timer that went off. Where no
 * record is there, the next turn comes soon.
 *
 * <p>Times are epoch milliseconds.
 */
final class ThreadTurns {
  /** Between two turns, so that records that came meanwhile are looked at. */
  static final long LEAST_MILLIS = 5;

  /** While no records are there, turns that took less together follow each other at once. */
  private static final long ROUND_NANOS = 10_000_000;

  /** After so many times what the last turn took, the next comes whatever else there is. */
  private static final long MOST = 20;

  /** After so many turns of others one that is not urgent counts as urgent. */
  private static final long PASSED_OVER = 8;

  /** How long a place that does not ask any more is waited for. */
  private static final long PATIENCE_MILLIS = 1_000;

  private static final long MILLI_NANOS = 1_000_000;

  private static final ThreadLocal<ThreadTurns> CURRENT = ThreadLocal.withInitial(ThreadTurns::new);

  private final List<Place> places = new ArrayList<>();
  private long endedMillis;
  private long tookNanos;

  /** Of the turns that followed each other at once. */
  private long roundNanos;

  private long recordsThere;
  private long recordNanos;
  private long workedNanos;
  private long taken;

  ThreadTurns() {}

  /** Those of the thread that asks. */
  static ThreadTurns current() {
    return CURRENT.get();
  }

  /** So many records are there to be handled. */
  void fetchedRecords(int count) {
    recordsThere += count;
  }

  /** A record took so long. */
  void handledRecord(long nanos) {
    recordsThere = Math.max(0, recordsThere - 1);
    recordNanos += nanos;
    workedNanos += nanos;
  }

  /** Some of the records that are there will not be handled; how many is not known. */
  void gaveUpRecords() {
    recordsThere = 0;
  }

  /** How long records, turns and what else was told have taken in all. */
  long workedNanos() {
    return workedNanos;
  }

  /** A place for one that takes turns, until it is closed. */
  Place place() {
    Place place = new Place();
    places.add(place);
    return place;
  }

  private boolean isFree(long now) {
    long since = now - endedMillis;
    if (since < 0) {
      return true; // the clock was set back
    }
    if (since < LEAST_MILLIS) {
      return recordsThere == 0 && roundNanos < ROUND_NANOS;
    }
    boolean records = recordsThere > 0 && recordNanos < 2 * tookNanos;
    return !records || since >= MOST * tookNanos / MILLI_NANOS;
  }

  /** One that takes turns. */
  final class Place implements AutoCloseable {
    private boolean waiting;
    private boolean urgent;
    private long askedMillis;
    private long served;

    /**
     * Asks for a turn, which is to be {@link #done}. If others are first, ask again soon.
     *
     * @param urgently before those that are not, but for one that was passed over for long
     */
    boolean take(boolean urgently, long now) {
      urgent = urgently;
      askedMillis = now;
      waiting = !isFree(now) || places.stream().anyMatch(other -> other.isBefore(this));
      return !waiting;
    }

    private boolean isBefore(Place asking) {
      long silent = asking.askedMillis - askedMillis;
      if (this == asking || !waiting || silent < 0 || silent >= PATIENCE_MILLIS) {
        return false;
      }
      boolean first = isUrgent();
      return first == asking.isUrgent() ? served < asking.served : first;
    }

    private boolean isUrgent() {
      return urgent || taken - served >= PASSED_OVER;
    }

    /** The turn that began then is over. */
    void done(long fromMillis, long nanos) {
      served = ++taken;
      boolean atOnce = fromMillis - endedMillis < LEAST_MILLIS;
      roundNanos = nanos + (atOnce ? roundNanos : 0);
      // Streams' clock stands still meanwhile.
      endedMillis = fromMillis + nanos / MILLI_NANOS;
      tookNanos = nanos;
      recordNanos = 0;
      worked(nanos);
    }

    /** Something took so long that is no record and was no turn either. */
    void worked(long nanos) {
      workedNanos += nanos;
    }

    @Override
    public void close() {
      places.remove(this);
    }
  }
}
