package io.tidegate.cli.bench;

import static java.util.Objects.requireNonNull;
import static java.util.stream.Collectors.joining;

import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.regex.Pattern;
import org.HdrHistogram.Histogram;
import org.jspecify.annotations.Nullable;

/**
 * What ingest can take, beside a bare handler of the same HTTP stack and a raw producer, by turns
 * in one run; broker, ingest, handler and load are processes of their own on one machine.
 * Arguments: seconds a turn, rounds; or {@code memory} and minutes.
 */
public final class IngestBench {
  private static final String TEXT = "x".repeat(100);
  private static final int CONNECTIONS = 64;
  private static final int BATCH_CONNECTIONS = 8;
  private static final int BATCH_LINES = 1000;
  private static final int PARTITIONS = 12;

  /** The JIT compiler takes its time, and longer for more code. */
  private static final int WARM_UP_TURNS = 3;

  private static final Duration START = Duration.ofMinutes(1);
  private static final Pattern PORT = Pattern.compile("on port (\\d+)|http://127.0.0.1:(\\d+)");

  private final Path folder;
  private final String kafka;
  private final List<AutoCloseable> opened = new ArrayList<>();
  private int runs;

  private IngestBench(Path folder) throws Exception {
    this.folder = folder;
    BenchJvm broker =
        jvm(
            "broker",
            Map.of(),
            "io.tidegate.cli.Main",
            "broker",
            "--data-dir",
            folder.resolve("data").toString(),
            "--port",
            "0");
    kafka = broker.awaitPrinted(Pattern.compile("ready on (127.0.0.1:\\d+)"), START).group(1);
  }

  public static void main(String[] args) throws Exception {
    Path folder = Files.createTempDirectory("tidegate-bench");
    IngestBench bench = new IngestBench(folder);
    try {
      if (args[0].equals("memory")) {
        bench.memory(Integer.parseInt(args[1]));
      } else {
        bench.speed(Integer.parseInt(args[0]), Integer.parseInt(args[1]));
      }
    } finally {
      for (AutoCloseable each : bench.opened.reversed()) {
        each.close();
      }
      try (var files = Files.walk(folder)) {
        files.sorted((a, b) -> b.compareTo(a)).forEach(file -> file.toFile().delete());
      }
    }
  }

  private BenchJvm jvm(String name, Map<String, String> environment, String... main)
      throws Exception {
    BenchJvm jvm = new BenchJvm(folder, name, environment, main);
    opened.add(jvm);
    return jvm;
  }

  /** A server in a JVM of its own. */
  private record Lane(String name, BenchJvm jvm, int port, @Nullable String key) {}

  private Lane ingest(String name, Map<String, String> environment) throws Exception {
    return lane(
        name,
        jvm(
            name.replace(' ', '-'),
            environment,
            "io.tidegate.cli.Main",
            "run",
            "ingest",
            "--kafka",
            kafka,
            "--port",
            "0"));
  }

  private static Lane lane(String name, BenchJvm jvm) throws Exception {
    var matcher = jvm.awaitPrinted(PORT, START);
    String port = matcher.group(1) == null ? matcher.group(2) : matcher.group(1);
    return new Lane(name, jvm, Integer.parseInt(port), null);
  }

  /** Asks for a key, as one that serves customers does, so that tenants have shares, too. */
  private Lane ingestWithKey() throws Exception {
    BenchJvm issuer =
        jvm(
            "keys",
            Map.of(),
            "io.tidegate.cli.Main",
            "keys",
            "issue",
            "--scope",
            "send",
            "--kafka",
            kafka);
    String key = issuer.awaitPrinted(Pattern.compile("(?m)^key +(\\S+)$"), START).group(1);
    Lane lane = ingest("ingest with a key", Map.of("TIDEGATE_INGEST_AUTH", "keys"));
    return new Lane(lane.name, lane.jvm, lane.port, key);
  }

  private String topics() throws Exception {
    try (BenchKafka topics = new BenchKafka(kafka, "tidegate", PARTITIONS)) {
      return topics.topics.messages();
    }
  }

  private void speed(int seconds, int rounds) throws Exception {
    String topic = topics();
    List<Lane> lanes =
        List.of(
            lane("bare handler", jvm("bare", Map.of(), BareIngest.class.getName(), kafka, topic)),
            ingest("ingest", Map.of()),
            ingest("ingest without access log", Map.of("TIDEGATE_INGEST_ACCESS_LOG", "false")),
            ingestWithKey());
    Wrk single = Wrk.single(folder, TEXT);
    System.out.println("single messages, wrk -t1 -c" + CONNECTIONS);
    Map<String, List<Double>> rates = new LinkedHashMap<>();
    for (int round = 0; round <= rounds; round++) {
      for (Lane lane : lanes) {
        long before = lane.jvm.cpu().toMillis();
        int turn = round == 0 ? WARM_UP_TURNS * seconds : seconds;
        Wrk.Result result = single.run(lane.port, CONNECTIONS, turn, lane.key);
        double micros = (lane.jvm.cpu().toMillis() - before) * 1e3 / result.requests();
        System.out.printf(
            Locale.ROOT,
            "%-9s %-26s %,8.0f requests/s  %5.1f us CPU a request  p50 %.1f p99 %.1f ms%n",
            round == 0 ? "warm-up:" : "round " + round + ":",
            lane.name,
            result.perSecond(),
            micros,
            result.millis50(),
            result.millis99());
        if (round > 0) {
          rates.computeIfAbsent(lane.name, _ -> new ArrayList<>()).add(result.perSecond());
        }
      }
    }
    double bare = median(requireNonNull(rates.get("bare handler")));
    rates.forEach(
        (name, all) ->
            System.out.printf(
                Locale.ROOT,
                "median: %s %,.0f requests/s, %.0f %% of the bare handler%n",
                name,
                median(all),
                100 * median(all) / bare));

    Lane ingest = lanes.get(1);
    double half = median(requireNonNull(rates.get("ingest"))) / 2;
    Histogram micros = new SteadyPosts(ingest.port, half, TEXT).run(3 * seconds);
    System.out.printf(
        Locale.ROOT,
        "%,.0f requests/s, half of the highest, from the instant each was due:"
            + " p50 %.1f p90 %.1f p99 %.1f p99.9 %.1f max %.1f ms%n",
        half,
        micros.getValueAtPercentile(50) / 1e3,
        micros.getValueAtPercentile(90) / 1e3,
        micros.getValueAtPercentile(99) / 1e3,
        micros.getValueAtPercentile(99.9) / 1e3,
        micros.getMaxValue() / 1e3);

    System.out.println("batches of " + BATCH_LINES + " lines, wrk -t1 -c" + BATCH_CONNECTIONS);
    Wrk batches = Wrk.batches(folder, TEXT);
    List<Double> ratios = new ArrayList<>();
    List<Double> stockRatios = new ArrayList<>();
    for (int round = 0; round <= rounds; round++) {
      double raw = raw(topic, "ingest", seconds);
      double stock = raw(topic, "defaults", seconds);
      long before = ingest.jvm.cpu().toMillis();
      Wrk.Result result = batches.run(ingest.port, BATCH_CONNECTIONS, seconds);
      double messages = (double) result.requests() * BATCH_LINES;
      double rate = result.perSecond() * BATCH_LINES;
      System.out.printf(
          Locale.ROOT,
          "%-9s raw producer %,.0f messages/s, with Kafka's defaults %,.0f, NDJSON %,.0f (%.0f and"
              + " %.0f %%), %.1f us CPU a message, p99 of a batch %.0f ms%n",
          round == 0 ? "warm-up:" : "round " + round + ":",
          raw,
          stock,
          rate,
          100 * rate / raw,
          100 * rate / stock,
          (ingest.jvm.cpu().toMillis() - before) * 1e3 / messages,
          result.millis99());
      if (round > 0) {
        ratios.add(rate / raw);
        stockRatios.add(rate / stock);
      }
    }
    System.out.printf(
        Locale.ROOT,
        "median: NDJSON %.0f %% of the raw producer, %.0f %% of one with Kafka's defaults%n",
        100 * median(ratios),
        100 * median(stockRatios));
  }

  private double raw(String topic, String settings, int seconds) throws Exception {
    try (BenchJvm jvm =
        new BenchJvm(
            folder,
            "raw-" + settings + runs++,
            Map.of(),
            RawProducer.class.getName(),
            kafka,
            topic,
            TEXT,
            Long.toString(seconds * 1000L),
            settings)) {
      return Double.parseDouble(
          jvm.awaitPrinted(Pattern.compile("acked (\\d+) messages/s"), START.plusSeconds(seconds))
              .group(1));
    }
  }

  /** Single messages as fast as they go, with batches now and then. */
  private void memory(int minutes) throws Exception {
    var _ = topics();
    Lane ingest = ingest("ingest", Map.of());
    Wrk single = Wrk.single(folder, TEXT);
    Wrk batches = Wrk.batches(folder, TEXT);
    List<String> all = new ArrayList<>();
    for (int minute = 0; minute <= minutes; minute++) {
      if (minute > 0) {
        Wrk.Result posts = single.run(ingest.port, CONNECTIONS, 50);
        Wrk.Result batched = batches.run(ingest.port, BATCH_CONNECTIONS, 10);
        System.out.printf(
            Locale.ROOT,
            "minute %d: %,d single messages, %,d in batches; ",
            minute,
            posts.requests(),
            batched.requests() * BATCH_LINES);
      } else {
        System.out.print("idle: ");
      }
      long resident = ingest.jvm.residentBytes() >> 20;
      long live = ingest.jvm.liveBytes() >> 10;
      System.out.println(resident + " MiB resident, " + live + " KiB of the heap live");
      all.add(Long.toString(live));
    }
    System.out.println("live KiB by minute: " + all.stream().collect(joining(" ")));
  }

  static double median(List<Double> values) {
    List<Double> sorted = values.stream().sorted().toList();
    return sorted.get(sorted.size() / 2);
  }
}
