package io.tidegate.loadtest.run;

import io.tidegate.loadtest.capacity.Bottleneck;
import io.tidegate.loadtest.capacity.Search;
import io.tidegate.loadtest.capacity.Slo;
import io.tidegate.loadtest.ledger.Fault;
import io.tidegate.loadtest.measure.Digits;
import io.tidegate.loadtest.profile.InvalidProfileException;
import io.tidegate.loadtest.profile.Phase;
import io.tidegate.loadtest.profile.Profile;
import io.tidegate.loadtest.report.CapacityStep;
import io.tidegate.loadtest.report.Report;
import io.tidegate.loadtest.report.Violation;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
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

  /** By rate. */
  private final Map<Double, Report> failed = new HashMap<>();

  /** Of all rates that were tried, with the rate before each example. */
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
   * steps, the violations of every step, and what stopped the next one. A run that cannot begin, or
   * breaks off, ends the search; what was found by then is its report, and that it ended early is a
   * violation of its own.
   *
   * @throws LoadTestException if the first run is already such a one
   */
  public Report run() throws LoadTestException, InterruptedException {
    double seconds = step.plus(profile.warmUp()).toNanos() / 1e9;
    double most = Math.min(Phase.MOST_RATE, mostMessages() / seconds);
    Search search = new Search(first(), most, NEARNESS);
    while (!search.isOver()) {
      double rate = search.next();
      progress.note("trying " + text(rate));
      Report report;
      try {
        report = tried(rate);
      } catch (LoadTestException e) {
        stop(rate, e);
        break;
      }
      add(rate, report);
      List<String> broken = slo.broken(report);
      boolean holds = broken.isEmpty();
      String why = holds ? "held" : String.join(", ", broken);
      progress.note(text(rate) + ": " + why);
      steps.add(new CapacityStep(rate, holds, why));
      search.tried(holds);
      if (holds) {
        held = report;
      } else {
        failed.put(rate, report);
      }
    }
    return found(search.held(), failed.get(search.failed()));
  }

  private static String text(double rate) {
    return Digits.ofRate(rate) + " messages/s";
  }

  private Report tried(double rate) throws LoadTestException, InterruptedException {
    try {
      return trial.of(Phase.steady(step.plus(profile.warmUp()), rate));
    } catch (InvalidProfileException e) {
      // A step may be too short for a single message.
      throw new LoadTestException(String.valueOf(e.getMessage()), e);
    }
  }

  private void stop(double rate, LoadTestException why) throws LoadTestException {
    if (steps.isEmpty()) {
      throw why;
    }
    stopped = "at %s: %s".formatted(text(rate), why.getMessage());
    progress.note("the search ends early, " + stopped);
    Violation early = new Violation(1, List.of(stopped));
    violations = Reports.violations(violations, Map.of(Fault.SEARCH_ENDED.word(), early));
  }

  private void add(double rate, Report report) {
    Map<String, Violation> told = new LinkedHashMap<>();
    report
        .violations()
        .forEach(
            (kind, violation) -> {
              List<String> examples =
                  violation.examples().stream()
                      .map(example -> "at %s: %s".formatted(text(rate), example))
                      .toList();
              told.put(kind, new Violation(violation.count(), examples));
            });
    violations = Reports.violations(violations, told);
  }

  private double first() {
    Phase phase = profile.phases().getFirst();
    return Math.max(1, Math.max(phase.fromRate(), phase.toRate()));
  }

  private double mostMessages() {
    return Math.min(
        Profile.MOST_MESSAGES, (double) Profile.MOST_DELIVERIES / profile.receivers().perMessage());
  }

  /**
   * @param rate the highest that held, 0 for none
   * @param lowest of the lowest rate above it that did not hold; null: there is none
   */
  private Report found(double rate, @Nullable Report lowest) throws LoadTestException {
    Report shown = held == null ? lowest : held;
    if (shown == null) {
      throw new LoadTestException("no rate was tried");
    }
    List<String> verdict = new ArrayList<>(shown.verdict());
    verdict.add(rate == 0 ? "no rate held" : text(rate) + " is the highest rate that held");
    if (!stopped.isEmpty()) {
      verdict.add("the search ended early, " + stopped);
    }
    if (!violations.isEmpty()) {
      verdict.add("violations are those of all rates that were tried");
    }
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
