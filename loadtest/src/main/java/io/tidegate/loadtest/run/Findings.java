package io.tidegate.loadtest.run;

import io.tidegate.loadtest.ledger.Audit;
import io.tidegate.loadtest.ledger.Fault;
import io.tidegate.loadtest.ledger.Faults;
import io.tidegate.loadtest.ledger.Ledger;
import io.tidegate.loadtest.profile.Profile;
import io.tidegate.loadtest.report.Distribution;
import io.tidegate.loadtest.report.Generator;
import io.tidegate.loadtest.report.Latency;
import io.tidegate.loadtest.report.Report;
import io.tidegate.loadtest.report.Settings;
import io.tidegate.loadtest.report.Totals;
import io.tidegate.loadtest.report.Violation;
import io.tidegate.loadtest.report.Watched;
import io.tidegate.loadtest.schedule.Arrivals;
import io.tidegate.loadtest.schedule.Audience;
import io.tidegate.loadtest.schedule.Share;
import io.tidegate.loadtest.watch.LocalHost;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.LongStream;
import org.jspecify.annotations.Nullable;

/** Makes of what was booked and measured the report of a run. */
record Findings(
    Profile profile,
    Judgement judgement,
    Target target,
    RunOptions options,
    Arrivals arrivals,
    Audience audience,
    Share share,
    Ledger ledger,
    Faults faults,
    @Nullable Audit audit,
    Measures measures,
    Effort effort,
    DoorUse door) {

  /**
   * How messages were handed in.
   *
   * @param connections at most; 0 where they are not bounded
   * @param inUse of them at one time, at most
   * @param lastFailure of a connection; empty if none failed
   */
  record DoorUse(int connections, int inUse, String lastFailure) {}

  Report report(
      Instant start, Seconds seconds, int welcomed, long reconnects, List<Watched> processes) {
    long missing = judgement.lossCounts() ? ledger.settle() : ledger.missing();
    // Others may have all that is handed in.
    boolean hands =
        LongStream.range(0, arrivals.messages()).anyMatch(n -> share.handsIn(audience, n));
    if (hands && measures.accepted.total() == 0) {
      faults.add(Fault.NONE_ACCEPTED, () -> "answers " + measures.answers.counts() + failure(", "));
    } else if (ledger.expectedCount() > 0 && ledger.shownCount() == 0) {
      faults.add(Fault.NONE_SHOWN, () -> "of %,d".formatted(ledger.expectedCount()));
    }
    return new Report(
        Report.FORMAT,
        profile.name(),
        options.profileText(),
        start,
        seconds.count(),
        new Settings(target.ingest().toString(), options.shown()),
        List.of(generator()),
        new Totals(
            share.devices(),
            welcomed,
            measures.offered.total(),
            measures.accepted.total(),
            measures.refusedForGood.total(),
            measures.unanswered.total(),
            ledger.expectedCount(),
            ledger.shownCount(),
            measures.acked.total(),
            measures.repeats.total(),
            reconnects,
            missing),
        violations(),
        measures.answers.counts(),
        measures.disconnects.counts(),
        measures.ackFailures.counts(),
        latencies(seconds),
        seconds.series(),
        Script.marks(profile),
        processes,
        List.of(),
        verdict(missing));
  }

  private Map<String, Latency> latencies(Seconds seconds) {
    Map<String, Latency> latencies = new LinkedHashMap<>(seconds.latencies());
    if (audit != null) {
      latencies.put(
          Latency.RELEASE_TO_PUSH, new Latency(Distribution.of(audit.delays()), List.of()));
    }
    return latencies;
  }

  private Generator generator() {
    return new Generator(
        LocalHost.name(),
        Runtime.getRuntime().availableProcessors(),
        Runtime.version().toString(),
        options.version(),
        effort.seconds(),
        effort.cpuSeconds(),
        Distribution.of(measures.lateness.total()),
        measures.loopDelay(),
        door.connections(),
        door.inUse());
  }

  private String failure(String before) {
    return door.lastFailure().isEmpty()
        ? ""
        : before + "the last connection to ingest that failed: " + door.lastFailure();
  }

  private Map<String, Violation> violations() {
    Map<String, Violation> violations = new LinkedHashMap<>();
    for (Fault fault : Fault.values()) {
      long count = faults.count(fault);
      if (count > 0) {
        violations.put(fault.word(), new Violation(count, faults.examples(fault)));
      }
    }
    return violations;
  }

  private List<String> verdict(long missing) {
    List<String> lines = new ArrayList<>();
    if (!judgement.lossCounts()) {
      lines.add(
          "%,d accepted and not shown; whether by right cannot be told: %s"
              .formatted(missing, judgement.why()));
    }
    if (!judgement.unchecked().isEmpty()) {
      lines.add(
          "the policy has %s, which pushes were not held against"
              .formatted(String.join(" and ", judgement.unchecked())));
    }
    if (audit != null) {
      lines.addAll(audit.lines());
    }
    if (!door.lastFailure().isEmpty()) {
      lines.add(failure(""));
    }
    if (ledger.otherCount() > 0) {
      lines.add("%,d messages of others were shown".formatted(ledger.otherCount()));
    }
    if (share.isWhole()) {
      return lines;
    }
    String who = "generator %d of %d: ".formatted(share.index() + 1, share.of());
    return lines.stream().map(who::concat).toList();
  }
}
