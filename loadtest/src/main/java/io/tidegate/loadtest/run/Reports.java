package io.tidegate.loadtest.run;

import io.tidegate.loadtest.ledger.Fault;
import io.tidegate.loadtest.report.CapacityStep;
import io.tidegate.loadtest.report.Report;
import io.tidegate.loadtest.report.Settings;
import io.tidegate.loadtest.report.Violation;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Reports with more in them than one run knew. */
final class Reports {
  private Reports() {}

  static Report withVerdict(Report report, List<String> lines) {
    List<String> verdict = new ArrayList<>(report.verdict());
    verdict.addAll(lines);
    return with(report, report.violations(), report.capacity(), verdict);
  }

  static Report with(
      Report report,
      Map<String, Violation> violations,
      List<CapacityStep> capacity,
      List<String> verdict) {
    return with(report, report.settings(), violations, capacity, verdict);
  }

  static Report withViolation(Report report, Fault fault, String example) {
    Map<String, Violation> one = Map.of(fault.word(), new Violation(1, List.of(example)));
    return with(report, violations(report.violations(), one), report.capacity(), report.verdict());
  }

  static Report withSettings(Report report, Settings settings) {
    return with(report, settings, report.violations(), report.capacity(), report.verdict());
  }

  private static Report with(
      Report report,
      Settings settings,
      Map<String, Violation> violations,
      List<CapacityStep> capacity,
      List<String> verdict) {
    return new Report(
        report.format(),
        report.name(),
        report.profile(),
        report.start(),
        report.seconds(),
        settings,
        report.generators(),
        report.totals(),
        violations,
        report.answers(),
        report.disconnects(),
        report.ackFailures(),
        report.latencies(),
        report.series(),
        report.marks(),
        report.processes(),
        capacity,
        verdict);
  }

  /** The violations of both. */
  static Map<String, Violation> violations(
      Map<String, Violation> some, Map<String, Violation> others) {
    Map<String, Violation> all = new LinkedHashMap<>(some);
    others.forEach((kind, violation) -> all.merge(kind, violation, Violation::plus));
    return all;
  }
}
