package io.tidegate.loadtest.capacity;

import io.tidegate.loadtest.report.Acceptance;
import io.tidegate.loadtest.report.Distribution;
import io.tidegate.loadtest.report.GeneratorLimit;
import io.tidegate.loadtest.report.Latency;
import io.tidegate.loadtest.report.Report;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * What a rate must keep to hold: the times of 99 in 100 messages, nothing lost, repeated, out of
 * order or above a limit, and no answer that is no acceptance.
 *
 * @param push from its acceptance to the device
 * @param accept from when it was due to its acceptance
 */
public record Slo(Duration push, Duration accept) {
  /** Of what was to be shown: what may not be, where the profile itself lets messages go. */
  private static final double MISSING = 0.001;

  /** Of its bound: so late a generator may be that keeps it. */
  private static final int TENTH = 10;

  /** 250 ms to the device, and a second to be accepted. */
  public static final Slo DEFAULT = new Slo(Duration.ofMillis(250), Duration.ofSeconds(1));

  /** What a run did not keep, in words; empty if it held. */
  public List<String> broken(Report report) {
    List<String> broken = new ArrayList<>();
    report
        .violations()
        .forEach(
            (kind, violation) -> {
              if (violation.count() > 0) {
                broken.add("%,d %s".formatted(violation.count(), kind));
              }
            });
    late(broken, report, Latency.ACCEPT_TO_PUSH, push);
    late(broken, report, Latency.ACCEPT, accept);
    // One that is read before its answer has no time from acceptance; it has one from due.
    late(broken, report, Latency.DUE_TO_PUSH, push.plus(accept));
    long pending = report.totals().pending();
    if (pending > report.totals().expected() * MISSING) {
      broken.add("%,d not shown".formatted(pending));
    }
    for (Map.Entry<String, Long> answer : report.answers().entrySet()) {
      if (!Acceptance.is(answer.getKey()) && answer.getValue() > 0) {
        broken.add("%,d answers %s".formatted(answer.getValue(), answer.getKey()));
      }
    }
    // What holds although the generator is somewhat late holds; it adds to the times.
    long bearable = broken.isEmpty() ? push.toNanos() / 1_000 / TENTH : 0;
    broken.addAll(GeneratorLimit.signs(report, Math.max(GeneratorLimit.LATE_US, bearable)));
    return broken;
  }

  private static void late(List<String> broken, Report report, String name, Duration most) {
    Latency latency = report.latencies().get(name);
    Distribution whole = latency == null ? Distribution.EMPTY : latency.whole();
    if (whole.count() == 0) {
      broken.add("no message has a time of " + name);
    } else if (whole.p99Us() > most.toNanos() / 1_000) {
      broken.add("%s p99 %,.0f ms".formatted(name, whole.p99Us() / 1e3));
    }
  }
}
