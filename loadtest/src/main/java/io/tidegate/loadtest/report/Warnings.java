package io.tidegate.loadtest.report;

import java.util.ArrayList;
import java.util.List;

/** What a reader must know before they believe the figures of a run. */
final class Warnings {
  private Warnings() {}

  /** Sentences; empty if there is nothing of the kind. */
  static List<String> of(Report report) {
    List<String> warnings = new ArrayList<>();
    Totals totals = report.totals();
    // A search has judged that for each rate, by the bounds that it goes by.
    List<String> signs = report.capacity().isEmpty() ? GeneratorLimit.signs(report) : List.of();
    for (String sign : signs) {
      warnings.add("THE GENERATOR WAS THE LIMIT, do not trust the latencies: " + sign);
    }
    if (totals.offered() == 0) {
      warnings.add("nothing was offered, so nothing was checked");
    }
    if (totals.welcomed() < totals.devices()) {
      warnings.add(
          "%s of %s devices never had a session"
              .formatted(
                  Unit.COUNT.text(totals.devices() - totals.welcomed()),
                  Unit.COUNT.text(totals.devices())));
    }
    if (totals.pending() > 0) {
      warnings.add(
          "%s messages were not shown when the run ended"
              .formatted(Unit.COUNT.text(totals.pending())));
    }
    return warnings;
  }
}
