package io.tidegate.cli.bench;

import io.tidegate.contract.ClientProtocol;
import java.net.URI;
import java.net.http.HttpClient;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Locale;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;

/**
 * A burst on a running Tidegate: so many messages to so many connected users, as fast as ingest
 * takes them, each user limited in pushes a second. Ends when every device was shown what was
 * accepted and has acked it, then compares all accounts, writes a plot, and exits with 1 if
 * anything is not as it should be.
 *
 * <p>That no user is above the limit is held by what fan-out writes to the inbox with each push:
 * the instant at which it was released, exact to the millisecond. That these instants are true is
 * held by when the devices had the pushes, by the same clock.
 *
 * <p>Arguments: URLs of ingest, delivery and fan-out, Kafka's {@code host:port}, messages, users,
 * where to write the plot, and as one likes {@code LIMIT/WINDOW/BURST} (2/PT2S/2) and messages a
 * push (50).
 */
public final class BurstBench {
  private static final Duration MOST = Duration.ofMinutes(7);
  private static final Duration STALL = Duration.ofMinutes(1);

  private final String[] urls;
  private final BurstRule rule;
  private final BurstLedger ledger;
  private final BurstTimes times = BurstTimes.create();
  private long start;
  private final HttpClient http =
      HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();

  private BurstBench(String[] urls, BurstRule rule, BurstLedger ledger) {
    this.urls = urls;
    this.rule = rule;
    this.ledger = ledger;
  }

  public static void main(String[] args) throws Exception {
    if (args.length < 7 || args.length > 9) {
      System.err.println(
          "want INGEST DELIVERY FANOUT KAFKA MESSAGES USERS PLOT [LIMIT/WINDOW/BURST [BATCH]]");
      System.exit(2);
    }
    Locale.setDefault(Locale.ROOT);
    int messages = Integer.parseInt(args[4]);
    int users = Integer.parseInt(args[5]);
    Path plot = Path.of(args[6]);
    BurstRule rule =
        BurstRule.parse(
            args.length > 7 ? args[7] : "2/PT2S/2",
            args.length > 8 ? Integer.parseInt(args[8]) : 50);
    String run = UUID.randomUUID().toString().substring(0, 8);
    BurstBench bench = new BurstBench(args, rule, new BurstLedger(run, messages, users));
    bench.run(plot);
    System.exit(bench.ledger.violations().isEmpty() ? 0 : 1);
  }

  private void run(Path plot) throws Exception {
    URI connect = URI.create(urls[1].replaceFirst("^http", "ws") + ClientProtocol.CONNECT_PATH);
    print(
        "%,d messages to %,d users, each at most %d pushes in %s, %d at once, of up to %d messages"
            .formatted(
                ledger.messages(),
                ledger.users(),
                rule.limit(),
                rule.window(),
                rule.burst(),
                rule.batch()));
    try (BurstTopics topics = new BurstTopics(urls[3], ledger);
        BurstPolicy policy = new BurstPolicy(http, urls[0], rule)) {
      long begin = System.nanoTime();
      BurstDevices devices =
          new BurstDevices(connect, ledger, rule, times.pushed(), times.pushes());
      try (devices) {
        devices.open();
        policy.awaitAt(urls[2], ledger.user(0));
        print("%,d devices connected after %.1f s".formatted(ledger.users(), secondsSince(begin)));
        offer();
        awaitShown();
        topics.readOutcomes();
        print("%,d have an outcome".formatted(ledger.outcomeCount()));
        long repeats = devices.devices().stream().mapToLong(BurstDevice::repeats).sum();
        print(
            "disconnects by code %s, repeats after them %,d"
                .formatted(devices.disconnects(), repeats));
        if (!policy.holdsAt(urls[2], ledger.user(0))) {
          ledger.violation("another policy holds at the end");
        }
      }
      LimitCheck check = new LimitCheck(rule, ledger);
      check.compare(topics.releases(rule), devices.devices());
      check.lines().forEach(System.out::println);
    }
    Files.writeString(plot, BurstPlot.of(ledger, rule, times));
    print("plot written to %s".formatted(plot));
    verdict();
  }

  private void offer() throws Exception {
    start = System.nanoTime();
    times.begin(start);
    BurstOffer offer =
        new BurstOffer(
            http, URI.create(urls[0] + "/v1/messages"), ledger, times.offered(), times.accepted());
    offer.run();
    double taken = secondsSince(start);
    print(
        ("%,d messages offered, %,d of them accepted after %.1f s, %,.0f/s; sent again %,d, busy"
                + " answers %,d, no answer %,d; %,d pushed by then")
            .formatted(
                ledger.messages(),
                ledger.acceptedCount(),
                taken,
                ledger.acceptedCount() / taken,
                offer.sentAgain(),
                offer.busy(),
                offer.failures(),
                ledger.shownCount()));
  }

  private void awaitShown() {
    long deadline = System.nanoTime() + MOST.toNanos();
    long last = -1;
    long since = System.nanoTime();
    while (ledger.shownCount() < ledger.acceptedCount()) {
      long shown = ledger.shownCount();
      if (shown != last) {
        last = shown;
        since = System.nanoTime();
      }
      if (System.nanoTime() - since > STALL.toNanos() || System.nanoTime() > deadline) {
        print("given up, nothing new for %.0f s".formatted(secondsSince(since)));
        break;
      }
      LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(20));
    }
    double all = secondsSince(start);
    print(
        "%,d pushed after %.1f s, %,.0f/s"
            .formatted(ledger.shownCount(), all, ledger.shownCount() / all));
  }

  private void verdict() {
    ledger.settle();
    Map<String, Long> violations = ledger.violations();
    if (violations.isEmpty()) {
      print(
          ("PASSED: accepted = shown = delivered = %,d, each once and in order, no user above its"
                  + " limit")
              .formatted(ledger.acceptedCount()));
    } else {
      violations.forEach((what, times) -> print("VIOLATION %s: %,d times".formatted(what, times)));
    }
  }

  private static double secondsSince(long nanos) {
    return (System.nanoTime() - nanos) / 1e9;
  }

  private static void print(String line) {
    System.out.println(line);
  }
}
