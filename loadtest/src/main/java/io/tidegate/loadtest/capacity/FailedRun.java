package io.tidegate.loadtest.capacity;

import io.tidegate.loadtest.report.Distribution;
import io.tidegate.loadtest.report.Gauge;
import io.tidegate.loadtest.report.Latency;
import io.tidegate.loadtest.report.Report;
import io.tidegate.loadtest.report.TopicShape;
import io.tidegate.loadtest.report.Watched;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.IntSummaryStatistics;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.function.ToDoubleFunction;

/**
 * A run of a rate that did not hold, as its processes showed it from the first second in which load
 * was offered to the last: what is worked off afterwards says nothing of it. Seconds between them
 * count too, since below one message a second most offer none.
 *
 * @param slo that it did not keep
 */
record FailedRun(Report report, Slo slo) {

  /**
   * A process, and what it read of a gauge.
   *
   * @param readings one for each second from the first with load to the last, with or without load,
   *     but for those that were missed
   */
  record Reading(Watched process, List<Double> readings) {
    double mean() {
      return average(readings);
    }

    double most() {
      return readings.stream().mapToDouble(v -> v).max().orElse(0);
    }

    /** The mean of the first third. */
    double begin() {
      return average(readings.subList(0, Math.min(readings.size(), third())));
    }

    /** The mean of the last third. */
    double end() {
      return average(readings.subList(Math.max(0, readings.size() - third()), readings.size()));
    }

    double growth() {
      return end() - begin();
    }

    private int third() {
      return Math.max(1, readings.size() / 3);
    }

    private static double average(List<Double> values) {
      return values.stream().mapToDouble(v -> v).average().orElse(0);
    }
  }

  /** Of all processes that have it. */
  List<Reading> readings(String gauge) {
    List<Reading> readings = new ArrayList<>();
    for (Watched process : report.processes()) {
      Gauge of = process.gauges().get(gauge);
      if (of != null) {
        readings.add(new Reading(process, underLoad(of)));
      }
    }
    return readings;
  }

  /** That of the process in which a figure is highest; empty where none has the gauge. */
  Optional<Reading> highest(String gauge, ToDoubleFunction<Reading> figure) {
    return readings(gauge).stream().max(Comparator.comparingDouble(figure));
  }

  /** That of one process; empty where it has none. */
  Optional<Reading> of(Watched process, String gauge) {
    return readings(gauge).stream().filter(each -> each.process().equals(process)).findFirst();
  }

  /** Of the topic of messages; empty where the run did not ask Kafka, or got no answer. */
  OptionalInt partitions() {
    return TopicShape.partitions(report.settings());
  }

  /** Of 99 in 100 messages, in milliseconds; 0 where there is none. */
  double p99Millis(String latency) {
    Latency times = report.latencies().get(latency);
    Distribution whole = times == null ? Distribution.EMPTY : times.whole();
    return whole.count() == 0 ? 0 : whole.p99Us() / 1e3;
  }

  private List<Double> underLoad(Gauge gauge) {
    IntSummaryStatistics load = report.series().load();
    List<Double> values = new ArrayList<>();
    for (int i = 0; i < gauge.seconds().size(); i++) {
      int second = gauge.seconds().get(i);
      if (load.getMin() <= second && second <= load.getMax()) {
        values.add(gauge.values().get(i));
      }
    }
    return values;
  }
}
