package io.tidegate.loadtest.report;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.stream.Collectors;

/**
 * Whether a generator was what limited the run. Then its latencies say more about itself than about
 * what was measured.
 */
public final class GeneratorLimit {
  /** Less lateness than this is any machine's, of messages and of event loops; microseconds. */
  public static final long LATE_US = 10_000;

  /** And so is less than this part of the latencies that it is counted into. */
  private static final double LATE_SHARE = 0.1;

  /** Begin when a message is due. */
  private static final List<String> FROM_DUE = List.of(Latency.ACCEPT, Latency.DUE_TO_PUSH);

  /** End, or begin too, when a loop reads. */
  private static final List<String> READ_BY_LOOPS =
      List.of(Latency.ACCEPT, Latency.ACCEPT_TO_PUSH, Latency.DUE_TO_PUSH);

  private static final double BUSY_SHARE = 0.9;
  private static final int MAX_NAME = 40;

  private GeneratorLimit() {}

  /** One sentence for each sign of it; empty if there is none. */
  public static List<String> signs(Report report) {
    return signs(report, LATE_US);
  }

  /**
   * @param bearableUs so late a message or an event loop may be in any case, microseconds
   */
  public static List<String> signs(Report report, long bearableUs) {
    List<String> signs = new ArrayList<>();
    for (Generator generator : report.generators()) {
      String host = "generator " + Plain.line(generator.host(), MAX_NAME);
      long late = generator.lateness().p99Us();
      if (late > bearableUs && isMuch(late, report, FROM_DUE)) {
        signs.add(
            "%s: 1 in 100 of its messages left %s or more after it was due"
                .formatted(host, Unit.MICROS.text(late)));
      }
      long delay = generator.loopDelay().p99Us();
      if (delay > bearableUs && isMuch(delay, report, READ_BY_LOOPS)) {
        signs.add(
            "%s: 1 time in 100 an event loop of it came %s or more too late (--threads)"
                .formatted(host, Unit.MICROS.text(delay)));
      }
    }
    signs.addAll(busy(report));
    return signs;
  }

  /** Of {@link #signs} those that it had no processor left. */
  public static List<String> busy(Report report) {
    List<String> signs = new ArrayList<>();
    Map<String, List<Generator>> hosts =
        report.generators().stream()
            .collect(
                Collectors.groupingBy(Generator::host, LinkedHashMap::new, Collectors.toList()));
    hosts.forEach((host, those) -> busy(host, those).ifPresent(signs::add));
    return signs;
  }

  /** Several on one host have its cores together. */
  private static Optional<String> busy(String host, List<Generator> those) {
    double busy = those.stream().mapToDouble(GeneratorLimit::cores).sum();
    int cores = those.stream().mapToInt(Generator::cores).max().orElse(1);
    if (busy <= BUSY_SHARE * cores) {
      return Optional.empty();
    }
    String who = those.size() == 1 ? "generator" : "the %d generators of".formatted(those.size());
    return Optional.of(
        "%s %s: %s kept %s of its %d cores busy"
            .formatted(
                who,
                Plain.line(host, MAX_NAME),
                those.size() == 1 ? "it" : "they",
                Unit.CORES.text(busy),
                cores));
  }

  /** Cores that it kept busy on average. */
  public static double cores(Generator generator) {
    return generator.cpuSeconds() / Math.max(1, generator.seconds());
  }

  /** Much of the shortest of those latencies. */
  private static boolean isMuch(long lateUs, Report report, List<String> latencies) {
    return lateUs > LATE_SHARE * leastP99(report.latencies(), latencies).orElse(0);
  }

  private static OptionalLong leastP99(Map<String, Latency> latencies, List<String> names) {
    return names.stream()
        .map(name -> latencies.getOrDefault(name, Latency.EMPTY).whole())
        .filter(whole -> whole.count() > 0)
        .mapToLong(Distribution::p99Us)
        .min();
  }
}
