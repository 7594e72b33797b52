package io.tidegate.loadtest.capacity;

import io.tidegate.loadtest.report.Gauge;
import io.tidegate.loadtest.report.Generator;
import io.tidegate.loadtest.report.GeneratorLimit;
import io.tidegate.loadtest.report.Latency;
import io.tidegate.loadtest.report.Report;
import io.tidegate.loadtest.report.Watched;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What stopped a rate that did not hold, with the evidence for it: the first of these that is so,
 * in an order in which a cause comes before what it brings with it.
 *
 * <ol>
 *   <li>The generator was late itself: nothing else can be told.
 *   <li>The cores of the generator's machine are all busy, by whatever runs there.
 *   <li>Fan-out's lag grows.
 *   <li>A thread of fan-out has no time left: what expansions have to do is not in its lag.
 *   <li>Event loops of delivery are late, or clients do not take what they are sent.
 *   <li>Acceptance alone is slow: ingest, or the broker behind it.
 *   <li>None of these.
 * </ol>
 *
 * @param what in a few words
 * @param evidence figures, each a line
 */
public record Bottleneck(String what, List<String> evidence) {
  private static final double BUSY = 0.9;
  private static final double GROWS_RECORDS = 1_000;
  private static final double LOOP_SECONDS = 0.1;

  /** It is of half a minute and more, so also of what was before the load. */
  private static final double THREAD_BUSY = 0.8;

  private static final double UNWRITABLE = 0.05;

  public Bottleneck {
    evidence = List.copyOf(evidence);
  }

  /**
   * @param failed the run of the lowest rate that did not hold
   * @param slo that it did not keep
   */
  public static Bottleneck of(Report failed, Slo slo) {
    List<String> evidence = new ArrayList<>(cores(failed));
    List<String> signs = GeneratorLimit.signs(failed);
    if (!signs.isEmpty()) {
      evidence.addAll(0, signs);
      return new Bottleneck("the generator", evidence);
    }
    Generator generator = failed.generators().getFirst();
    Watched machine = named(failed, Watched.MACHINE);
    double busy = machine == null ? 0 : mean(failed, machine, Watched.CPU_CORES);
    if (busy >= BUSY * generator.cores()) {
      evidence.addFirst(
          "%.1f of the %d cores of %s are busy"
              .formatted(busy, generator.cores(), generator.host()));
      return new Bottleneck("the cores of one machine", evidence);
    }
    Watched lagging = with(failed, Watched.LAG_RECORDS);
    if (lagging != null && growth(failed, lagging, Watched.LAG_RECORDS) > GROWS_RECORDS) {
      evidence.addFirst(
          "%s has %,.0f records more to read at the end of the load than at its begin"
              .formatted(lagging.name(), growth(failed, lagging, Watched.LAG_RECORDS)));
      return new Bottleneck("fan-out, which falls behind", evidence);
    }
    Watched threads = with(failed, Watched.THREAD_BUSY);
    if (threads != null && most(failed, threads, Watched.THREAD_BUSY) > THREAD_BUSY) {
      evidence.addFirst(
          "the busiest stream thread of %s had work for %.0f %% of the time"
              .formatted(threads.name(), most(failed, threads, Watched.THREAD_BUSY) * 100));
      return new Bottleneck("a thread of fan-out", evidence);
    }
    Watched delivery = with(failed, "loop_delay_seconds");
    if (delivery != null && most(failed, delivery, "loop_delay_seconds") > LOOP_SECONDS) {
      evidence.addFirst(
          "event loops were late by %.0f ms"
              .formatted(most(failed, delivery, "loop_delay_seconds") * 1e3));
      return new Bottleneck("delivery's event loops", evidence);
    }
    Watched unwritable = with(failed, "unwritable_ratio");
    if (unwritable != null && most(failed, unwritable, "unwritable_ratio") > UNWRITABLE) {
      evidence.addFirst(
          "%.0f %% of the connections take no more"
              .formatted(most(failed, unwritable, "unwritable_ratio") * 100));
      return new Bottleneck("the connections", evidence);
    }
    Latency accept = failed.latencies().get(Latency.ACCEPT);
    if (accept != null && accept.whole().p99Us() > slo.accept().toNanos() / 1_000) {
      evidence.addFirst("acceptance takes %,.0f ms (p99)".formatted(accept.whole().p99Us() / 1e3));
      return new Bottleneck("ingest, or the broker that it writes to", evidence);
    }
    return new Bottleneck("not to be told from what was watched", evidence);
  }

  /** How many cores each keeps busy, most first. */
  private static List<String> cores(Report report) {
    List<String> lines = new ArrayList<>();
    report.processes().stream()
        .filter(process -> process.gauges().containsKey(Watched.CPU_CORES))
        .sorted(
            Comparator.comparingDouble(
                    (Watched process) -> mean(report, process, Watched.CPU_CORES))
                .reversed())
        .forEach(
            process ->
                lines.add(
                    "%s keeps %.2f cores busy"
                        .formatted(process.name(), mean(report, process, Watched.CPU_CORES))));
    for (Generator generator : report.generators()) {
      lines.add("the generator keeps %.2f cores busy".formatted(GeneratorLimit.cores(generator)));
    }
    return lines;
  }

  private static @Nullable Watched with(Report report, String gauge) {
    return report.processes().stream()
        .filter(process -> process.gauges().containsKey(gauge))
        .findFirst()
        .orElse(null);
  }

  private static @Nullable Watched named(Report report, String name) {
    return report.processes().stream()
        .filter(process -> process.name().equals(name))
        .findFirst()
        .orElse(null);
  }

  private static double mean(Report report, Watched process, String gauge) {
    return values(report, process, gauge).stream().mapToDouble(v -> v).average().orElse(0);
  }

  private static double most(Report report, Watched process, String gauge) {
    return values(report, process, gauge).stream().mapToDouble(v -> v).max().orElse(0);
  }

  /** How much the last third is above the first, each by its mean. */
  private static double growth(Report report, Watched process, String gauge) {
    List<Double> values = values(report, process, gauge);
    int third = Math.max(1, values.size() / 3);
    double begin = values.stream().limit(third).mapToDouble(v -> v).average().orElse(0);
    double end =
        values.stream()
            .skip(Math.max(0, values.size() - third))
            .mapToDouble(v -> v)
            .average()
            .orElse(0);
    return end - begin;
  }

  /** While load was offered: what is worked off afterwards says nothing of it. */
  private static List<Double> values(Report report, Watched process, String gauge) {
    Gauge of = process.gauges().get(gauge);
    if (of == null) {
      return List.of();
    }
    List<Long> offered = report.series().offered();
    List<Double> values = new ArrayList<>();
    for (int i = 0; i < of.seconds().size(); i++) {
      int second = of.seconds().get(i);
      if (second < offered.size() && offered.get(second) > 0) {
        values.add(of.values().get(i));
      }
    }
    return values;
  }
}
