package io.tidegate.ingest;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.AppenderBase;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.slf4j.LoggerFactory;

/**
 * Requests that are made from the contract, allowed ones and such with one thing wrong, to a whole
 * ingest-service. {@code strangers/fuzz} runs it: {@code fuzz.requests} of them, half from a fixed
 * seed and half from {@code fuzz.seed}, which is a fresh one if it is not given; with {@code
 * fuzz.path} one case only.
 */
@Tag("fuzz")
class ContractFuzzIT {
  private static final int FIXED_SEED = 20_261_128;
  private static final Duration SETTLED = Duration.ofSeconds(20);

  /** How much live heap may be there at the end, by what was there after a fifth. */
  private static final double MOST_GROWTH = 1.5;

  @TempDir static Path folder;

  private final Queue<ILoggingEvent> faults = new ConcurrentLinkedQueue<>();
  private final AppenderBase<ILoggingEvent> appender =
      new AppenderBase<>() {
        @Override
        protected void append(ILoggingEvent line) {
          if (line.getLevel().isGreaterOrEqual(Level.ERROR) || line.getThrowableProxy() != null) {
            faults.add(line);
          }
        }
      };

  /** So often half as much is asked again while chance has left an operation out. */
  private static final int MORE = 6;

  private final FuzzTally tally = new FuzzTally();
  private int played;
  private long warm;

  @BeforeEach
  void listen() {
    appender.start();
    loggers().forEach(logger -> logger.addAppender(appender));
  }

  @AfterEach
  void stopListening() {
    loggers().forEach(logger -> logger.detachAppender(appender));
  }

  private static List<Logger> loggers() {
    return List.of(
        (Logger) LoggerFactory.getLogger("io.tidegate"),
        (Logger) LoggerFactory.getLogger("io.helidon"));
  }

  @Test
  void whateverIsAskedShouldBeAnsweredAsTheContractSaysAndLeaveNothingBehind() throws Exception {
    int requests = Integer.getInteger("fuzz.requests", 2_000);
    String path = System.getProperty("fuzz.path", "");
    Integer given = Integer.getInteger("fuzz.seed");
    int seed = given == null ? new SecureRandom().nextInt(1_000_000_000) : given;
    try (FuzzService service = new FuzzService(folder)) {
      long begin = System.nanoTime();
      if (given == null) {
        play(service, FIXED_SEED, requests / 2, requests, "");
        play(service, seed, requests - played, requests, "");
        for (int more = 1; more <= MORE && !tally.hasEveryOperation(); more++) {
          play(service, seed + more, requests / 2, requests, "");
        }
      } else {
        play(service, seed, requests, requests, path);
      }
      if (path.isEmpty()) {
        print(
            "%,d requests in %d s"
                .formatted(played, Duration.ofNanos(System.nanoTime() - begin).toSeconds()));
        print(tally.toString());
        tally.requireEveryOperation();
        requireNothingLeft(service);
      }
    }
  }

  private void play(FuzzService service, int seed, int count, int all, String path)
      throws Exception {
    int before = played;
    try (FuzzPlayer player = new FuzzPlayer(service, tally)) {
      FuzzGenerator.Result result =
          FuzzGenerator.run(
              seed,
              count,
              path,
              one -> {
                int sent = player.requests();
                player.play(one);
                requireNoFaultLogged();
                played = before + player.requests();
                if (warm == 0 && played >= all / 5) {
                  warm = liveHeap();
                }
                return player.requests() - sent;
              });
      StringBuilder failures = new StringBuilder();
      for (FuzzGenerator.Failure failure : result.failures()) {
        failures.append(told(failure, service));
      }
      assertThat(failures.toString()).isEmpty();
      print(
          "seed %d: %,d requests in %,d cases, each answered well"
              .formatted(seed, result.requests(), result.cases()));
    }
  }

  private void requireNoFaultLogged() {
    ILoggingEvent fault = faults.poll();
    if (fault != null) {
      faults.clear();
      throw new AssertionError(
          "the service logged %s %s: %s"
              .formatted(
                  fault.getLevel(),
                  fault.getFormattedMessage(),
                  fault.getThrowableProxy() == null
                      ? ""
                      : fault.getThrowableProxy().getClassName()
                          + ": "
                          + fault.getThrowableProxy().getMessage()));
    }
  }

  /** The smallest case once more, to show what was sent in it. */
  private static String told(FuzzGenerator.Failure failure, FuzzService service)
      throws IOException {
    StringBuilder text =
        new StringBuilder(
            "%s%n  again: strangers/fuzz/run 1 %d %s%n  fault: %s%n"
                .formatted(
                    failure.why(),
                    failure.seed(),
                    failure.path(),
                    failure.smallest().path("request").path("fault").stringValue("none")));
    try (FuzzPlayer player = new FuzzPlayer(service, new FuzzTally())) {
      try {
        player.play(failure.smallest());
      } catch (AssertionError | IOException e) {
        // As before.
      }
      player.lastSent().forEach(request -> text.append("  sent: ").append(request).append('\n'));
    }
    return text.toString();
  }

  /** Everything that a request holds has come back; what is kept for longer has its bounds. */
  private void requireNothingLeft(FuzzService service) throws Exception {
    TestHttp http = new TestHttp(service.port());
    String key = service.shown("full").getFirst();
    for (String gauge :
        List.of(
            "inflight_bytes", "inflight_requests", "streams", "quota_accounts", "producer_bytes")) {
      await(gauge)
          .atMost(SETTLED)
          .until(
              () -> {
                // An account whose rate is full again goes when somebody comes.
                http.call("GET", "/v1/policies", null, "Authorization", key).is(200);
                return metric(http, gauge) == 0;
              });
    }
    await("connections").atMost(SETTLED).until(() -> metric(http, "connections") == 1);
    assertThat(metric(http, "replays")).isLessThanOrEqualTo(FuzzService.KEPT_ANSWERS);
    assertThat(metric(http, "replays_bytes")).isLessThanOrEqualTo(FuzzService.KEPT_BYTES);
    long end = liveHeap();
    print(
        ("nothing left in flight; %.0f kept answers; live heap %.1f MiB after a fifth, %.1f MiB at"
                + " the end")
            .formatted(metric(http, "replays"), mib(warm), mib(end)));
    assertThat((double) end / warm).as("growth of the live heap").isLessThan(MOST_GROWTH);
  }

  private static double metric(TestHttp http, String name) throws Exception {
    return http.get("/metrics")
        .body()
        .lines()
        .filter(line -> line.startsWith("tidegate_ingest_" + name + " "))
        .mapToDouble(line -> Double.parseDouble(line.substring(line.lastIndexOf(' ') + 1)))
        .findFirst()
        .orElseThrow(() -> new AssertionError("no metric " + name));
  }

  private static long liveHeap() {
    long least = Long.MAX_VALUE;
    for (int i = 0; i < 3; i++) {
      ManagementFactory.getMemoryMXBean().gc();
      least = Math.min(least, ManagementFactory.getMemoryMXBean().getHeapMemoryUsage().getUsed());
    }
    return least;
  }

  private static double mib(long bytes) {
    return bytes / (double) (1 << 20);
  }

  private static void print(String text) {
    System.out.println("fuzz: " + text);
  }
}
