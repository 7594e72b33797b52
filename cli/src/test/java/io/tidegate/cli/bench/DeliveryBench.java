package io.tidegate.cli.bench;

import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * What a worker's connections can take and what they cost; servers and clients are processes of
 * their own on one machine. Arguments:
 *
 * <ul>
 *   <li>{@code speed CONNECTIONS SECONDS ROUNDS BYTES}: pushes a second beside bare Netty and Nchan
 *   <li>{@code memory CONNECTIONS PROCESSES MINUTES}: of idle connections, in each process
 *   <li>{@code slow CONNECTIONS RATE SECONDS BYTES}: a third of the clients stop reading
 * </ul>
 */
public final class DeliveryBench {
  private static final Duration START = Duration.ofMinutes(1);
  private static final Pattern PORT = Pattern.compile("on port (\\d+)");

  private final Path folder;
  private final Path client;
  private final List<AutoCloseable> opened;

  /**
   * @param opened to which what is to be closed is added
   */
  private DeliveryBench(Path folder, Path client, List<AutoCloseable> opened) {
    this.folder = folder;
    this.client = client;
    this.opened = opened;
  }

  public static void main(String[] args) throws Exception {
    Path folder = Files.createTempDirectory("tidegate-bench");
    List<AutoCloseable> opened = new ArrayList<>();
    int[] numbers = List.of(args).stream().skip(1).mapToInt(Integer::parseInt).toArray();
    try {
      DeliveryBench bench = new DeliveryBench(folder, LoadClient.compile(folder), opened);
      switch (args[0]) {
        case "speed" -> bench.speed(numbers[0], numbers[1], numbers[2], numbers[3]);
        case "memory" -> new ConnectionMemory(bench).run(numbers[0], numbers[1], numbers[2]);
        case "slow" -> new SlowThird(bench).run(numbers[0], numbers[1], numbers[2], numbers[3]);
        default -> throw new IllegalArgumentException("want speed, memory or slow: " + args[0]);
      }
    } finally {
      for (AutoCloseable each : opened.reversed()) {
        each.close();
      }
      try (var files = Files.walk(folder)) {
        files.sorted((a, b) -> b.compareTo(a)).forEach(file -> file.toFile().delete());
      }
    }
  }

  /** A server in a JVM of its own. */
  record Server(BenchJvm jvm, int port) {
    String ask(String order, Duration most) throws Exception {
      String answer = jvm.ask(order, most);
      if (answer.startsWith("failed")) {
        throw new IllegalStateException(jvm.printed());
      }
      return answer;
    }
  }

  /**
   * @param name of the client that will say what it received, and of the server's log
   */
  Server server(String name, Class<?> main, int connections, int dataBytes) throws Exception {
    BenchJvm jvm =
        new BenchJvm(
            folder,
            name + "-server",
            Map.of(),
            main.getName(),
            "" + connections,
            "" + dataBytes,
            folder.resolve(name + ".received").toString());
    opened.add(jvm);
    Matcher port = jvm.awaitPrinted(PORT, START);
    return new Server(jvm, Integer.parseInt(port.group(1)));
  }

  LoadClient client(String name, int port, int connections, String... options) throws Exception {
    LoadClient started = LoadClient.start(client, folder, name, port, connections, options);
    opened.add(started);
    return started.awaitReady();
  }

  static void say(String format, Object... args) {
    System.out.printf(Locale.ROOT, format + "%n", args);
  }

  /** Something that pushes, and the process that does. */
  private record Lane(String name, BenchProcess process, Turns turns) {}

  private interface Turns {
    PushTurn run(PushKind kind, Duration time) throws Exception;
  }

  /** A round of one lane. */
  private record Round(double perSecond, double cpuMicros) {}

  private Lane jvm(String name, Class<?> main, int connections, int dataBytes) throws Exception {
    Server server = server(name, main, connections, dataBytes);
    var _ = client(name, server.port, connections);
    return new Lane(
        name,
        server.jvm,
        (kind, time) ->
            PushTurn.parse(
                server.ask("turn " + kind + " " + time.toMillis(), time.plusSeconds(30))));
  }

  private @Nullable Lane nchan(int connections, int dataBytes) throws Exception {
    Nchan nchan = Nchan.start(folder, connections, dataBytes);
    if (nchan == null) {
      say("no Nchan here: apt install nginx libnginx-mod-nchan");
      return null;
    }
    opened.add(nchan);
    LoadClient all = client("nchan-all", nchan.port(), connections, "-q", "-u", Nchan.ALL);
    LoadClient one = client("nchan-one", nchan.port(), connections, "-q", "-u", Nchan.ONE);
    return new Lane(
        "Nchan",
        nchan.process(),
        (kind, time) ->
            PushTurn.run(kind, time, nchan, (kind == PushKind.ALL ? all : one).received()));
  }

  private void speed(int connections, int seconds, int rounds, int dataBytes) throws Exception {
    List<Lane> lanes = new ArrayList<>();
    lanes.add(jvm("worker", BenchWorker.class, connections, dataBytes));
    lanes.add(jvm("bare-Netty", BareDelivery.class, connections, dataBytes));
    Lane nchan = nchan(connections, dataBytes);
    if (nchan != null) {
      lanes.add(nchan);
    }
    say(
        "%,d connections each, %d bytes of data in a frame of %d",
        connections, dataBytes, BareDelivery.frame(dataBytes).length);
    Map<PushKind, Map<String, List<Round>>> all = new EnumMap<>(PushKind.class);
    for (int round = 0; round <= rounds; round++) {
      for (PushKind kind : PushKind.values()) {
        for (Lane lane : lanes) {
          Round result = round(lane, kind, Duration.ofSeconds(seconds));
          say(
              "%-9s %-32s %-11s %,11.0f pushes/s  %5.2f us CPU a push",
              round == 0 ? "warm-up:" : "round " + round + ":",
              kind.words(),
              lane.name,
              result.perSecond,
              result.cpuMicros);
          if (round > 0) {
            all.computeIfAbsent(kind, _ -> new LinkedHashMap<>())
                .computeIfAbsent(lane.name, _ -> new ArrayList<>())
                .add(result);
          }
        }
      }
    }
    all.forEach(DeliveryBench::medians);
  }

  private static Round round(Lane lane, PushKind kind, Duration time) throws Exception {
    long before = lane.process.cpu().toMillis();
    PushTurn turn = lane.turns.run(kind, time);
    double micros = (lane.process.cpu().toMillis() - before) * 1e3 / turn.all();
    return new Round(turn.perSecond(), micros);
  }

  private static void medians(PushKind kind, Map<String, List<Round>> lanes) {
    double worker = rate(lanes.get("worker"));
    lanes.forEach(
        (name, rounds) ->
            say(
                "median: %-32s %-11s %,11.0f pushes/s  %5.2f us CPU a push%s",
                kind.words(),
                name,
                rate(rounds),
                IngestBench.median(rounds.stream().map(Round::cpuMicros).toList()),
                name.equals("worker")
                    ? ""
                    : "  the worker has %.0f %% of it".formatted(100 * worker / rate(rounds))));
  }

  private static double rate(@Nullable List<Round> rounds) {
    return rounds == null ? 0 : IngestBench.median(rounds.stream().map(Round::perSecond).toList());
  }
}
