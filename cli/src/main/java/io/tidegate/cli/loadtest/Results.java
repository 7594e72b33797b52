package io.tidegate.cli.loadtest;

import io.tidegate.cli.Output;
import io.tidegate.contract.StartupException;
import io.tidegate.loadtest.report.Report;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/** What a run found: shown, and written. */
final class Results {
  private Results() {}

  /** Whether all is as it should be. */
  static boolean write(Report report, @Nullable Path folder, Output output)
      throws StartupException {
    output.line(report.totals().toString());
    report
        .latencies()
        .forEach(
            (name, latency) ->
                output.line(
                    name
                        + " "
                        + latency.whole().p50Us()
                        + " "
                        + latency.whole().p99Us()
                        + " "
                        + latency.whole().maxUs()));
    output.line(
        report.violations()
            + " "
            + report.answers()
            + " "
            + report.disconnects()
            + report.verdict());
    report
        .processes()
        .forEach(
            p -> p.gauges().forEach((n, g) -> output.line(p.name() + " " + n + " " + g.values())));
    output.line(
        "late p99 "
            + report.generators().getFirst().lateness().p99Us()
            + " cpu "
            + report.generators().getFirst().cpuSeconds());
    return report.passed();
  }
}
