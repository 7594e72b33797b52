package io.tidegate.loadtest.run;

import io.tidegate.loadtest.capacity.Bottleneck;
import io.tidegate.loadtest.capacity.Search;
import io.tidegate.loadtest.capacity.Slo;
import io.tidegate.loadtest.profile.Phase;
import io.tidegate.loadtest.profile.Profile;
import io.tidegate.loadtest.report.CapacityStep;
import io.tidegate.loadtest.report.Report;
import io.tidegate.loadtest.report.Violation;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.BiFunction;
import org.jspecify.annotations.Nullable;

/** Finds the highest rate of a profile that holds, by runs of one steady rate each. */
public final class CapacityRun {
  private static final double NEARNESS = 0.1;

  private final Profile profile;
  private final Trial trial;
  private final Slo slo;
  private final Duration step;
  private final Progress progress;
  private final BiFunction<Report, Slo, Bottleneck> cause;
  private final List<CapacityStep> steps = new ArrayList<>();
  private @Nullable Report held;
  private @Nullable Report failed;

  /** Of all rates that were tried. */
  private Map<String, Violation> violations = Map.of();

  /** Why the search ended before its end; empty if it did not. */
  private String stopped = "";

  /**
   * @param trial runs the profile at one rate
   * @param step how long each rate is offered, beside the profile's warm-up
   * @param cause what stopped the lowest rate that did not hold, by its report
   */
  public CapacityRun(
      Profile profile,
      Trial trial,
      Slo slo,
      Duration step,
      Progress progress,
      BiFunction<Report, Slo, Bottleneck> cause) {
    this.profile = profile;
    this.trial = trial;
    this.slo = slo;
    this.step = step;
    this.progress = progress;
    this.cause = cause;
  }

  /**
   * The report of the highest rate that held, or of the lowest that was tried if none did, with all
   * steps and what stopped the next one.
   *
   * @throws LoadTestException if a run cannot begin
   */
  public Report run() throws LoadTestException, InterruptedException {
    double seconds = step.plus(profile.warmUp()).toNanos() / 1e9;
    double most = Math.min(Phase.MOST_RATE, mostMessages() / seconds);
    Search search = new Search(first(), most, NEARNESS);
    double lowestFailed = Double.POSITIVE_INFINITY;
    while (!search.isOver()) {
      double rate = search.next();
      progress.note("trying %,.0f messages/s".formatted(rate));
      Phase phase = Phase.steady(step.plus(profile.warmUp()), rate);
      Report report = trial.of(phase);
      List<String> broken = slo.broken(report);
      boolean holds = broken.isEmpty();
      String why = holds ? "held" : String.join(", ", broken);
      progress.note("%,.0f messages/s: %s".formatted(rate, why));
      steps.add(new CapacityStep(rate, holds, why));
      search.tried(holds);
      if (holds) {
        held = report;
      } else if (rate < lowestFailed) {
        lowestFailed = rate;
        failed = report;
      }
    }
    return found(search.held());
  }

  private double first() {
    Phase phase = profile.phases().getFirst();
    return Math.max(1, Math.max(phase.fromRate(), phase.toRate()));
  }

  private double mostMessages() {
    return Math.min(
        Profile.MOST_MESSAGES, (double) Profile.MOST_DELIVERIES / profile.receivers().perMessage());
  }

  private Report found(double rate) throws LoadTestException {
    Report shown = held == null ? failed : held;
    if (shown == null) {
      throw new LoadTestException("no rate was tried");
    }
    List<String> verdict = new ArrayList<>(shown.verdict());
    verdict.add(
        rate == 0
            ? "no rate held"
            : "%,.0f messages/s is the highest rate that held".formatted(rate));
    if (!stopped.isEmpty()) {
      verdict.add("the search ended early: " + stopped);
    }
    Report lowest = failed;
    if (lowest == null) {
      verdict.add("no rate was tried that did not hold");
    } else {
      Bottleneck bottleneck = cause.apply(lowest, slo);
      verdict.add("what stopped the next rate: " + bottleneck.what());
      bottleneck.evidence().forEach(line -> verdict.add("  " + line));
    }
    return Reports.with(shown, violations, steps, verdict);
  }
}
