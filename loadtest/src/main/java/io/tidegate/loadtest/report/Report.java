package io.tidegate.loadtest.report;

import com.fasterxml.jackson.annotation.JsonProperty;
import java.time.Instant;
import java.util.List;
import java.util.Map;

/**
 * All that a run found: what {@link ReportJson} writes for programs, and what every text and page
 * is made of. Nothing in it is null; what was not measured is empty or left out.
 *
 * @param format {@link #FORMAT}
 * @param profile the profile's text as it was given
 * @param start the instant at which second 0 of every series begins
 * @param seconds how long the run took, 0 to {@link #MAX_SECONDS}: until nothing more was awaited
 * @param violations by kind; one that never happened is left out, or counts 0
 * @param answers to what was offered, by HTTP status as {@code 202}, for lines by their results as
 *     {@code 200: accepted}, or {@code timeout}, {@code broken}
 * @param disconnects of devices, by code as devices tell it
 * @param ackFailures acks by request that were not taken, by HTTP status, or {@code no answer}
 * @param latencies by name, see {@link Latency}
 * @param capacity steps of the search for the highest rate, in their order; empty without one
 * @param verdict lines to be shown with the verdict, for people
 */
public record Report(
    int format,
    String name,
    String profile,
    Instant start,
    int seconds,
    Settings settings,
    List<Generator> generators,
    Totals totals,
    Map<String, Violation> violations,
    Map<String, Long> answers,
    Map<String, Long> disconnects,
    Map<String, Long> ackFailures,
    Map<String, Latency> latencies,
    Series series,
    List<Mark> marks,
    List<Watched> processes,
    List<CapacityStep> capacity,
    List<String> verdict) {
  /** The version of what {@link ReportJson} writes; it reads no other. */
  public static final int FORMAT = 1;

  /** A week. */
  public static final int MAX_SECONDS = 604_800;

  public Report {
    Checks.that(format == FORMAT, "format", format + "; want " + FORMAT);
    Checks.range("seconds", seconds, MAX_SECONDS);
    generators = List.copyOf(generators);
    violations = Checks.ordered(violations);
    answers = Checks.counts("answers", answers);
    disconnects = Checks.counts("disconnects", disconnects);
    ackFailures = Checks.counts("ack_failures", ackFailures);
    latencies = Checks.ordered(latencies);
    marks = List.copyOf(marks);
    processes = List.copyOf(processes);
    capacity = List.copyOf(capacity);
    verdict = List.copyOf(verdict);
  }

  /** Nothing was lost, repeated, out of order or beyond a limit. Written, and not read. */
  @JsonProperty(access = JsonProperty.Access.READ_ONLY)
  public boolean passed() {
    return violations.values().stream().allMatch(violation -> violation.count() == 0);
  }
}
