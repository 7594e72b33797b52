package io.tidegate.cli.bench;

import io.tidegate.cli.broker.DataFolder;
import io.tidegate.cli.broker.EmbeddedBroker;
import io.tidegate.contract.UserKey;
import io.tidegate.contract.policy.Policy;
import io.tidegate.fanout.statestore.StoreKind;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.LocalTime;
import java.time.ZoneOffset;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.IntStream;

/**
 * What one fan-out thread can do, with the embedded broker on the same machine: messages that lie
 * in Kafka already to sessions that are there (released, in the inbox, committed), and then acks of
 * all of them (outcomes, committed). Without a policy, with a full one that holds nobody back, and
 * with batches; with each kind of store. Each by turns with a topology that only copies messages to
 * the inbox, and compared with that before it and after it, so that what else the machine does
 * weighs on both.
 *
 * <p>A lane that copies and writes as much to a store as fan-out does shows what of the difference
 * is Streams' for the writes alone.
 *
 * <p>Three rounds warm up. They also find out how many messages make a run of the wanted length.
 *
 * <p>Arguments: users, partitions, seconds a run, rounds, and as one likes a part of the names of
 * the lanes that are wanted, such as {@code full}.
 */
public final class FanoutBench implements AutoCloseable {
  private static final int FIRST = 50_000;
  private static final int WARM_UPS = 3;

  private final PassThrough passThrough;
  private final List<Lane> lanes = new ArrayList<>();
  private final Map<Lane, Double> fastest = new HashMap<>();
  private final Map<String, LaneSeries> series = new LinkedHashMap<>();
  private final double seconds;

  private FanoutBench(
      int users, int partitions, double seconds, String lane, String kafka, Path folder)
      throws Exception {
    this.seconds = seconds;
    List<UserKey> all =
        IntStream.range(0, users).mapToObj(u -> new UserKey("default", "u" + u)).toList();
    passThrough = new PassThrough(kafka, folder, all, partitions, null);
    series.put(PassThrough.NAME, new LaneSeries(PassThrough.NAME));
    for (StoreKind store : List.of(StoreKind.MEMORY, StoreKind.ROCKSDB)) {
      lanes.add(new PassThrough(kafka, folder, all, partitions, store));
      Map<String, Policy> policies = new LinkedHashMap<>();
      policies.put("no policy", Policy.NONE);
      policies.put("full policy", policy("PT0S"));
      policies.put("batches", policy("PT0.25S"));
      for (Map.Entry<String, Policy> each : policies.entrySet()) {
        String name = store.name().toLowerCase(Locale.ROOT) + ", " + each.getKey();
        if (name.contains(lane)) {
          lanes.add(new FanoutLane(name, kafka, folder, all, partitions, store, each.getValue()));
        }
      }
    }
  }

  /** Every rule there is, and none of them reached: the quiet hour is half a day away. */
  private static Policy policy(String batchWindow) {
    LocalTime quiet = LocalTime.now(ZoneOffset.UTC).plusHours(12).truncatedTo(ChronoUnit.MINUTES);
    return Policy.parse(
        """
        {"limits":[{"limit":1000000,"window":"PT1S","burst":1000000},
                   {"limit":1000000000,"window":"PT1H","burst":1000000,"unit":"messages"},
                   {"limit":1000000000,"window":"PT1H","burst":1000000,"category":"news"}],
         "caps":[{"limit":1000000000,"per":"day"},
                 {"limit":1000000000,"per":"week","unit":"messages","category":"news"}],
         "quiet_hours":[{"from":"%s","until":"%s"}],"smoothing":"PT10M","timezone":"Z",
         "batch":{"window":"%s"},"bypass":{"high":["quiet_hours","batch"]},
         "mailbox":{"max_messages":5000,"ttl":"P1D","overflow":"lowest-urgency"}}\
        """
            .formatted(quiet, quiet.plusMinutes(1), batchWindow));
  }

  public static void main(String[] args) throws Exception {
    Locale.setDefault(Locale.ROOT);
    int users = Integer.parseInt(args[0]);
    int partitions = Integer.parseInt(args[1]);
    double seconds = Double.parseDouble(args[2]);
    int rounds = Integer.parseInt(args[3]);
    String lane = args.length > 4 ? args[4] : "";
    Path temporary = Files.createTempDirectory("tidegate-bench");
    try (DataFolder data = DataFolder.open(temporary);
        EmbeddedBroker broker = EmbeddedBroker.start(data, 0);
        FanoutBench bench =
            new FanoutBench(
                users, partitions, seconds, lane, broker.bootstrapServers(), data.path())) {
      System.out.println(
          "%,d users, %d partitions, one thread, runs of %.0f s or more"
              .formatted(users, partitions, seconds));
      for (int round = 1 - WARM_UPS; round <= rounds; round++) {
        bench.round(round);
      }
      System.out.println(LaneSeries.HEADING);
      bench.series.values().forEach(each -> System.out.println(each.row()));
    }
  }

  private void round(int round) throws Exception {
    LaneRun before = run(passThrough);
    for (Lane lane : lanes) {
      LaneRun run = run(lane);
      LaneRun after = run(passThrough);
      LaneSeries.Compared compared = LaneSeries.Compared.of(run, before, after);
      System.out.println(
          "%s: %s".formatted(round > 0 ? "round " + round : "warm-up", compared.line(lane.name())));
      if (round > 0) {
        series.computeIfAbsent(lane.name(), LaneSeries::new).add(compared);
        series
            .computeIfAbsent(PassThrough.NAME, LaneSeries::new)
            .add(LaneSeries.Compared.of(after, after, after));
      }
      before = after;
    }
  }

  /** As many messages as it did at its fastest in the time, and a fifth more. */
  private LaneRun run(Lane lane) throws Exception {
    double wanted = fastest.getOrDefault(lane, FIRST / seconds) * seconds * 1.2;
    LaneRun run = lane.run((int) Math.min(lane.most(), wanted));
    fastest.merge(lane, run.perSecond(), Math::max);
    return run;
  }

  @Override
  public void close() {
    passThrough.close();
    lanes.forEach(Lane::close);
  }
}
