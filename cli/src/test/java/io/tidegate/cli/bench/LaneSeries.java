package io.tidegate.cli.bench;

import java.util.ArrayList;
import java.util.List;
import java.util.function.ToDoubleFunction;

/** The runs of one lane, as a row of a Markdown table: medians, and in brackets the extremes. */
final class LaneSeries {
  static final String HEADING =
      """

      | | messages/s | of the pass-through | messages per CPU second of the thread | of the pass-through | bytes out a message | acked/s |
      |---|---|---|---|---|---|---|\
      """;

  private final String name;
  private final List<Compared> runs = new ArrayList<>();

  LaneSeries(String name) {
    this.name = name;
  }

  /**
   * A run beside the mean of the pass-throughs before and after it.
   *
   * @param share of its messages a second
   * @param cpuShare of its messages per CPU second
   */
  record Compared(LaneRun run, double share, double cpuShare) {
    static Compared of(LaneRun run, LaneRun before, LaneRun after) {
      return new Compared(
          run,
          2 * run.perSecond() / (before.perSecond() + after.perSecond()),
          2 * run.perCpuSecond() / (before.perCpuSecond() + after.perCpuSecond()));
    }

    String line(String name) {
      return "%-20s %,7.0f messages/s for %.1f s, %3.0f %% of the pass-through; %,7.0f per CPU second, %3.0f %%; %.1f a push; %,.0f acked/s"
          .formatted(
              name,
              run.perSecond(),
              run.seconds(),
              100 * share,
              run.perCpuSecond(),
              100 * cpuShare,
              run.messagesARecord(),
              run.ackedPerSecond());
    }
  }

  void add(Compared run) {
    runs.add(run);
  }

  String row() {
    return "| %s | %s | %s | %s | %s | %.0f | %s |"
        .formatted(
            name,
            spread("%,.0f", 1, each -> each.run.perSecond()),
            spread("%.0f", 100, Compared::share) + " %",
            spread("%,.0f", 1, each -> each.run.perCpuSecond()),
            spread("%.0f", 100, Compared::cpuShare) + " %",
            median(each -> each.run.bytesAMessage()),
            median(each -> each.run.ackedPerSecond()) == 0
                ? ""
                : spread("%,.0f", 1, each -> each.run.ackedPerSecond()));
  }

  private String spread(String format, double times, ToDoubleFunction<Compared> of) {
    List<Double> sorted = sorted(of);
    String each = format + " (" + format + "–" + format + ")";
    return each.formatted(times * median(of), times * sorted.getFirst(), times * sorted.getLast());
  }

  private double median(ToDoubleFunction<Compared> of) {
    List<Double> sorted = sorted(of);
    int middle = sorted.size() / 2;
    return sorted.size() % 2 == 1
        ? sorted.get(middle)
        : (sorted.get(middle - 1) + sorted.get(middle)) / 2;
  }

  private List<Double> sorted(ToDoubleFunction<Compared> of) {
    return runs.stream().map(of::applyAsDouble).sorted().toList();
  }
}
