package io.tidegate.loadtest.run;

import io.tidegate.loadtest.measure.Timing;
import io.tidegate.loadtest.report.Distribution;
import io.tidegate.loadtest.report.Latency;
import io.tidegate.loadtest.report.Series;
import io.tidegate.loadtest.schedule.Arrivals;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.LongPredicate;
import java.util.function.LongSupplier;
import java.util.stream.LongStream;

/** What was measured, second by second. For one thread. */
public final class Seconds {
  private static final long SECOND_NANOS = 1_000_000_000;

  private final Arrivals arrivals;
  private final LongPredicate own;
  private final Measures measures;
  private long dueBefore;
  private final LongSupplier connected;
  private final List<Long> offered = new ArrayList<>();
  private final List<Long> accepted = new ArrayList<>();
  private final List<Long> refused = new ArrayList<>();
  private final List<Long> shown = new ArrayList<>();
  private final List<Long> acked = new ArrayList<>();
  private final List<Long> connections = new ArrayList<>();
  private final Map<String, Timed> latencies = new LinkedHashMap<>();
  private final Timed accept;
  private final Timed acceptToPush;

  /** A timing with what it was in each second. */
  private record Timed(Timing timing, List<Distribution> seconds) {
    void take() {
      seconds.add(Distribution.of(timing.take()));
    }

    Latency latency() {
      return new Latency(Distribution.of(timing.total()), seconds);
    }
  }

  /**
   * @param own which messages are offered here
   */
  Seconds(Arrivals arrivals, LongPredicate own, Measures measures, LongSupplier connected) {
    this.arrivals = arrivals;
    this.own = own;
    this.measures = measures;
    this.connected = connected;
    this.accept = timed(Latency.ACCEPT, measures.accept);
    this.acceptToPush = timed(Latency.ACCEPT_TO_PUSH, measures.acceptToPush);
    var _ = timed(Latency.DUE_TO_PUSH, measures.dueToPush);
    var _ = timed(Latency.PUSH_TO_ACK, measures.pushToAck);
  }

  private Timed timed(String name, Timing timing) {
    Timed timed = new Timed(timing, new ArrayList<>());
    latencies.put(name, timed);
    return timed;
  }

  /** Takes what has come in a second; it has just ended. */
  void take() {
    long second = offered.size() + 1L;
    long due = arrivals.dueBefore(second * SECOND_NANOS);
    offered.add(LongStream.range(dueBefore, due).filter(own).count());
    dueBefore = due;
    accepted.add(measures.accepted.take());
    refused.add(measures.refused.take());
    shown.add(measures.shown.take());
    acked.add(measures.acked.take());
    connections.add(connected.getAsLong());
    latencies.values().forEach(Timed::take);
    measures.takeOwn();
  }

  int count() {
    return offered.size();
  }

  Series series() {
    return new Series(offered, accepted, refused, shown, acked, connections);
  }

  Map<String, Latency> latencies() {
    Map<String, Latency> all = new LinkedHashMap<>();
    latencies.forEach((name, timed) -> all.put(name, timed.latency()));
    return all;
  }

  /** Of the last second, for a line of progress. */
  Last last() {
    int at = offered.size() - 1;
    return new Last(
        at + 1,
        offered.get(at),
        accepted.get(at),
        shown.get(at),
        connections.get(at),
        accept.seconds.get(at),
        acceptToPush.seconds.get(at));
  }

  /** A second of the load. */
  public record Last(
      int second,
      long offered,
      long accepted,
      long shown,
      long connected,
      Distribution accept,
      Distribution acceptToPush) {}
}
