package io.tidegate.loadtest.run;

import static org.assertj.core.api.Assertions.assertThat;

import io.tidegate.contract.kafka.KafkaAccess;
import io.tidegate.loadtest.ledger.Fault;
import io.tidegate.loadtest.offer.Names;
import io.tidegate.loadtest.profile.ProfileReader;
import io.tidegate.loadtest.report.Distribution;
import io.tidegate.loadtest.report.Latency;
import io.tidegate.loadtest.report.Report;
import io.tidegate.loadtest.self.Mischief;
import io.tidegate.loadtest.self.NullServer;
import java.net.URI;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.atomic.AtomicInteger;
import org.HdrHistogram.Histogram;
import org.junit.jupiter.api.Test;

/** A service that does something wrong to a few messages: each is found, and counted exactly. */
final class PlantedFaultsTest {
  private static final String PROFILE =
      """
      users: 100
      connect: {per_second: 10000}
      send: {through: batch, batch: 100, linger: 20ms, bytes: 50}
      phases: [{for: 2s, rate: 10000}]
      drain: 1s
      """;

  private final AtomicInteger number = new AtomicInteger();

  @Test
  void aGoodServiceHasNone() throws Exception {
    Report report = run(PROFILE, Mischief.NONE);

    assertThat(report.violations()).isEmpty();
    assertThat(report.passed()).isTrue();
    assertThat(report.totals().accepted()).isEqualTo(20_000);
    assertThat(report.totals().shown()).isEqualTo(20_000);
    assertThat(report.totals().acked()).isEqualTo(20_000);
    assertThat(report.answers()).containsExactly(Map.entry("202", 20_000L));
    assertThat(times(report, Latency.ACCEPT).count()).isEqualTo(20_000);
    assertThat(times(report, Latency.DUE_TO_PUSH).count()).isEqualTo(20_000);
  }

  @Test
  void oneInTenThousandThatIsDroppedIsLost() throws Exception {
    Report report =
        run(
            PROFILE,
            (_, push) -> {
              if (number.incrementAndGet() % 10_000 != 0) {
                push.now();
              }
            });

    assertThat(counts(report)).containsExactly(Map.entry(Fault.LOST.word(), 2L));
    assertThat(report.passed()).isFalse();
    assertThat(report.totals().pending()).isEqualTo(2);
  }

  @Test
  void oneThatIsRepeatedIsADuplicate() throws Exception {
    Report report =
        run(
            PROFILE,
            (_, push) -> {
              push.now();
              if (number.incrementAndGet() % 10_000 == 0) {
                push.now();
              }
            });

    assertThat(counts(report)).containsExactly(Map.entry(Fault.DUPLICATE.word(), 2L));
  }

  @Test
  void aFrameThatIsSentTwiceIsARepetition() throws Exception {
    Report report =
        run(
            PROFILE,
            (_, push) -> {
              push.now();
              if (number.incrementAndGet() % 10_000 == 0) {
                push.lastAgain();
              }
            });

    assertThat(counts(report)).containsExactly(Map.entry(Fault.REPEATED.word(), 2L));
    assertThat(report.totals().repeats()).isEqualTo(2);
  }

  @Test
  void aServiceThatAcceptsNothingHasNotPassed() throws Exception {
    Report report = run(PROFILE, Mischief.NONE, "/nowhere");

    assertThat(counts(report)).containsExactly(Map.entry(Fault.NONE_ACCEPTED.word(), 1L));
    assertThat(report.totals().refused()).isEqualTo(20_000);
    assertThat(report.passed()).isFalse();
  }

  @Test
  void twoThatAreSwappedAreOutOfOrder() throws Exception {
    // So much later that the first was surely accepted when the other was handed in, on any
    // machine.
    Map<String, Integer> seen = new HashMap<>();
    Map<String, Mischief.Push> kept = new HashMap<>();
    Report report =
        run(
            PROFILE,
            (message, push) -> {
              int count = seen.merge(message.user(), 1, Integer::sum);
              boolean chosen = message.user().endsWith("-7") || message.user().endsWith("-42");
              if (chosen && count == 50) {
                kept.put(message.user(), push);
                return;
              }
              push.now();
              if (chosen && count == 200) {
                Objects.requireNonNull(kept.remove(message.user())).now();
              }
            });

    assertThat(counts(report)).containsExactly(Map.entry(Fault.OUT_OF_ORDER.word(), 2L));
  }

  @Test
  void onePushAboveTheLimitIsFound() throws Exception {
    Report report =
        run(
            """
            users: 50
            connect: {per_second: 10000}
            policy: {limits: [{limit: 4, window: PT10M, burst: 4}]}
            send: {bytes: 50}
            phases: [{for: 1s, rate: 201}]
            drain: 1s
            """,
            Mischief.NONE);

    // Each user has four messages, one has five, and the null server knows no policy.
    assertThat(counts(report)).containsExactly(Map.entry(Fault.ABOVE_LIMIT.word(), 1L));
  }

  @Test
  void aDelayOfOneInAHundredIsCountedExactly() throws Exception {
    // So long that no machine delays the others as much; AccountsTest has 50 ms, without a clock.
    Report report =
        run(
            PROFILE.replace("drain: 1s", "drain: 10s"),
            (_, push) -> {
              if (number.incrementAndGet() % 100 == 0) {
                push.after(4_000);
              } else {
                push.now();
              }
            });

    assertThat(beyond(report, 3_900_000)).isEqualTo(200);
    assertThat(times(report, Latency.DUE_TO_PUSH).count()).isEqualTo(20_000);
    assertThat(counts(report).getOrDefault(Fault.LOST.word(), 0L)).isZero();
  }

  private static Distribution times(Report report, String name) {
    return report.latencies().getOrDefault(name, Latency.EMPTY).whole();
  }

  private static long beyond(Report report, long micros) {
    Histogram times = times(report, Latency.DUE_TO_PUSH).times();
    return times.getTotalCount() - times.getCountBetweenValues(0, micros - 1);
  }

  private static Map<String, Long> counts(Report report) {
    Map<String, Long> counts = new HashMap<>();
    report.violations().forEach((kind, violation) -> counts.put(kind, violation.count()));
    return counts;
  }

  private static Report run(String profile, Mischief mischief) throws Exception {
    return run(profile, mischief, "");
  }

  private static Report run(String profile, Mischief mischief, String path) throws Exception {
    try (NullServer server = new NullServer(mischief)) {
      Target target =
          new Target(
              URI.create(server.uri() + path),
              server.uri(),
              null,
              KafkaAccess.plain("none.invalid:9092"),
              "tidegate",
              "default",
              null,
              null);
      RunOptions options =
          new RunOptions(
              "test",
              profile,
              Map.of(),
              new Names("load"),
              64,
              1,
              List.of(),
              null,
              null,
              Duration.ofMillis(500),
              1,
              Map.of(),
              false,
              false);
      return new LoadRun(ProfileReader.read("test", profile), target, options, new Quiet()).run();
    }
  }

  private static final class Quiet implements Progress {
    @Override
    public void note(String line) {}

    @Override
    public void second(Seconds.Last last) {}
  }
}
