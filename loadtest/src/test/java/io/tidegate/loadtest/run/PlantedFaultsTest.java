package io.tidegate.loadtest.run;

import static org.assertj.core.api.Assertions.assertThat;

import io.tidegate.loadtest.ledger.Fault;
import io.tidegate.loadtest.ledger.MessageIds;
import io.tidegate.loadtest.profile.Profile;
import io.tidegate.loadtest.profile.ProfileReader;
import io.tidegate.loadtest.report.Distribution;
import io.tidegate.loadtest.report.Latency;
import io.tidegate.loadtest.report.Merge;
import io.tidegate.loadtest.report.Report;
import io.tidegate.loadtest.schedule.Share;
import io.tidegate.loadtest.self.Mischief;
import io.tidegate.loadtest.self.NullServer;
import java.net.URI;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
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
    assertThat(report.answers()).containsExactly(Map.entry("200: accepted", 20_000L));
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
  void linesOfOneRequestThatAreSwappedAreOutOfOrder() throws Exception {
    // Each request has ten lines to each of ten users; two that follow each other are swapped.
    Map<String, Integer> seen = new HashMap<>();
    Map<String, Mischief.Push> kept = new HashMap<>();
    Report report =
        run(
            PROFILE
                .replace("users: 100", "users: 10")
                .replace("{for: 2s, rate: 10000}", "{burst: 5000}"),
            (message, push) -> {
              int count = seen.merge(message.user(), 1, Integer::sum);
              if (message.user().endsWith("-7") && count % 100 == 14) {
                kept.put(message.user(), push);
                return;
              }
              push.now();
              Mischief.Push before = kept.remove(message.user());
              if (before != null) {
                before.now();
              }
            });

    assertThat(counts(report)).containsExactly(Map.entry(Fault.OUT_OF_ORDER.word(), 5L));
  }

  /** Six pushes to each wait, which were released one after another. */
  @Test
  void whatWaitsForDevicesThatDoNotReadIsNotAboveTheLimit() throws Exception {
    Report report =
        run(
            """
            users: 10
            connect: {per_second: 10000}
            policy: {limits: [{limit: 3, window: PT1S, burst: 3}]}
            send: {bytes: 50}
            phases: [{for: 5s, rate: 20}]
            events: [{at: 500ms, stop_reading: 100%, for: 3s}]
            drain: 1s
            """,
            Mischief.NONE);

    assertThat(counts(report)).isEmpty();
    assertThat(report.totals().shown()).isEqualTo(100);
  }

  /**
   * The messages of one user of a hundred, which are exactly one in a hundred, are pushed 50 ms
   * late. Two generators share the run, and that user is all that the second one has: every time of
   * its is 50 ms or more on any machine, and whatever delays others is in the times of the first.
   */
  @Test
  void fiftyMillisecondsForOneInAHundredAreCountedExactly() throws Exception {
    AtomicInteger delayed = new AtomicInteger();
    Mischief mischief =
        (message, push) -> {
          if (message.user().equals("load-99")) {
            delayed.incrementAndGet();
            push.after(50);
          } else {
            push.now();
          }
        };
    Profile profile = ProfileReader.read("test", PROFILE);
    MessageIds ids = new MessageIds("planted");
    Report others;
    Report late;
    try (NullServer server = new NullServer(mischief)) {
      LoadRun first = part(profile, server, new Part(new Share(0, 2, 0, 99), ids, Others.NONE));
      LoadRun second = part(profile, server, new Part(new Share(1, 2, 99, 100), ids, Others.NONE));
      try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
        Future<Report> running = threads.submit(second::run);
        others = first.run();
        late = running.get(60, TimeUnit.SECONDS);
      }
    }
    Report all = Merge.of(List.of(new Merge.Source("0", others), new Merge.Source("1", late)));

    assertThat(counts(all)).isEmpty();
    assertThat(delayed).hasValue(200);
    for (String name : List.of(Latency.DUE_TO_PUSH, Latency.ACCEPT_TO_PUSH)) {
      assertThat(times(all, name).count()).as(name).isEqualTo(20_000);
      assertThat(times(late, name).count()).as(name).isEqualTo(200);
    }
    assertThat(fiftyMillisOrMore(late)).isEqualTo(200);
    assertThat(fiftyMillisOrMore(all)).isEqualTo(200 + fiftyMillisOrMore(others));
    assertThat(fiftyMillisOrMore(others)).isLessThan(19_800);
  }

  private static LoadRun part(Profile profile, NullServer server, Part part) {
    return new LoadRun(
        profile, target(server, ""), RunSamples.options("delayed", false), RunSamples.QUIET, part);
  }

  private static Distribution times(Report report, String name) {
    return report.latencies().getOrDefault(name, Latency.EMPTY).whole();
  }

  /** Of the whole way. */
  private static long fiftyMillisOrMore(Report report) {
    Histogram times = times(report, Latency.DUE_TO_PUSH).times();
    long bound = times.lowestEquivalentValue(50_000);
    return times.getTotalCount() - times.getCountBetweenValues(0, bound - 1);
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
      return new LoadRun(
              ProfileReader.read("test", profile),
              target(server, path),
              RunSamples.options(profile, false),
              RunSamples.QUIET)
          .run();
    }
  }

  private static Target target(NullServer server, String path) {
    return RunSamples.target(URI.create(server.uri() + path), server.uri(), null);
  }
}
