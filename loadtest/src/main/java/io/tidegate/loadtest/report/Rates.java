package io.tidegate.loadtest.report;

import java.util.IntSummaryStatistics;
import java.util.List;

/**
 * How many a second there were of what a run counts. What is handed in goes by the seconds with
 * load, from the first in which a message was due to the last; what reaches devices by the time to
 * the last of it. What the run waited for afterwards makes none of them lower. NaN: there was no
 * such second.
 */
final class Rates {
  private final Report report;
  private final IntSummaryStatistics load;

  Rates(Report report) {
    this.report = report;
    this.load = report.series().load();
  }

  double offered() {
    return underLoad(report.totals().offered());
  }

  /** Of what was accepted in the seconds with load: the rest says nothing of how fast it was. */
  double accepted() {
    List<Long> accepted = report.series().accepted();
    long sum = 0;
    for (int i = Math.max(0, load.getMin()); i < accepted.size() && i <= load.getMax(); i++) {
      sum += accepted.get(i);
    }
    return underLoad(sum);
  }

  double refused() {
    return underLoad(report.totals().refused());
  }

  double unanswered() {
    return underLoad(report.totals().failed());
  }

  double shown() {
    return toTheLast(report.series().shown());
  }

  double acked() {
    return toTheLast(report.series().acked());
  }

  private double underLoad(long count) {
    int seconds = load.getCount() == 0 ? 0 : load.getMax() - load.getMin() + 1;
    return seconds == 0 ? Double.NaN : (double) count / seconds;
  }

  /**
   * Up to the last second in which something came. That one counts as far as it was as full as
   * those before it on average: a few that come at its begin do not make it a second more.
   */
  private static double toTheLast(List<Long> counts) {
    int last = counts.size() - 1;
    while (last >= 0 && counts.get(last) == 0) {
      last--;
    }
    if (last < 0) {
      return Double.NaN;
    }
    double before = counts.subList(0, last).stream().mapToLong(Long::longValue).sum();
    double full = before == 0 ? 1 : Math.min(1, counts.get(last) / (before / last));
    return (before + counts.get(last)) / (last + full);
  }
}
