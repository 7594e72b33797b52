package io.tidegate.loadtest.run;

import io.tidegate.loadtest.measure.Timing;
import io.tidegate.loadtest.report.Distribution;
import io.tidegate.loadtest.report.Latency;
import io.tidegate.loadtest.report.Series;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.LongSupplier;

/** What was measured, second by second. For one thread. */
public final class Seconds {
  private final Measures measures;
  private final LongSupplier connected;
  private final List<Long> offered = new ArrayList<>();
  private final List<Long> accepted = new ArrayList<>();
  private final List<Long> refused = new ArrayList<>();
  private final List<Long> shown = new ArrayList<>();
  private final List<Long> acked = new ArrayList<>();
  private final List<Long> connections = new ArrayList<>();
  private final Map<String, Timing> timings;
  private final Map<String, List<Distribution>> latencies = new LinkedHashMap<>();

  Seconds(Measures measures, LongSupplier connected) {
    this.measures = measures;
    this.connected = connected;
    this.timings = new LinkedHashMap<>();
    timings.put(Latency.ACCEPT, measures.accept);
    timings.put(Latency.ACCEPT_TO_PUSH, measures.acceptToPush);
    timings.put(Latency.DUE_TO_PUSH, measures.dueToPush);
    timings.put(Latency.PUSH_TO_ACK, measures.pushToAck);
    timings.keySet().forEach(name -> latencies.put(name, new ArrayList<>()));
  }

  /** Takes what has come in a second; it has just ended. */
  void take() {
    offered.add(measures.offered.take());
    accepted.add(measures.accepted.take());
    refused.add(measures.refused.take());
    shown.add(measures.shown.take());
    acked.add(measures.acked.take());
    connections.add(connected.getAsLong());
    timings.forEach((name, timing) -> latencies.get(name).add(Distribution.of(timing.take())));
    measures.lateness.take();
  }

  int count() {
    return offered.size();
  }

  Series series() {
    return new Series(offered, accepted, refused, shown, acked, connections);
  }

  Map<String, Latency> latencies() {
    Map<String, Latency> all = new LinkedHashMap<>();
    timings.forEach(
        (name, timing) ->
            all.put(name, new Latency(Distribution.of(timing.total()), latencies.get(name))));
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
        latencies.get(Latency.ACCEPT).get(at),
        latencies.get(Latency.ACCEPT_TO_PUSH).get(at));
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
