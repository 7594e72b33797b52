package io.tidegate.cli.bench;

import io.tidegate.cli.broker.DataFolder;
import io.tidegate.cli.broker.EmbeddedBroker;
import io.tidegate.contract.UserKey;
import io.tidegate.contract.policy.Policy;
import io.tidegate.fanout.topology.StoreKind;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.LocalTime;
import java.time.ZoneOffset;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.stream.IntStream;

/**
 * What one fan-out thread can do, with the embedded broker on the same machine: messages that lie
 * in Kafka already to sessions that are there (released, in the inbox, committed), and then acks of
 * all of them (outcomes, committed). Without a policy, with a full one that holds nobody back, and
 * with batches; with each kind of store; and beside them what a topology does that only copies
 * messages to the inbox. Each round starts every one of them anew in the same JVM; the first warms
 * up.
 *
 * <p>Arguments: messages a round, users, partitions, rounds.
 */
public final class FanoutBench {
  private static final String PASS_THROUGH = "pass-through";

  /** Which fan-out, and by which policy. */
  private record Variant(String name, StoreKind store, Policy policy) {}

  private final List<FanoutLane> lanes = new ArrayList<>();
  private final PassThrough passThrough;

  private FanoutBench(int messages, int users, int partitions, String kafka, Path folder)
      throws Exception {
    List<UserKey> all =
        IntStream.range(0, users).mapToObj(u -> new UserKey("default", "u" + u)).toList();
    passThrough = new PassThrough(kafka, folder, messages, all, partitions);
    for (Variant each : variants()) {
      lanes.add(
          new FanoutLane(
              each.name, kafka, folder, messages, all, partitions, each.store, each.policy));
    }
  }

  private static List<Variant> variants() {
    List<Variant> variants = new ArrayList<>();
    for (StoreKind store : StoreKind.values()) {
      String kind = store.name().toLowerCase(Locale.ROOT);
      variants.add(new Variant(kind + ", no policy", store, Policy.NONE));
      variants.add(new Variant(kind + ", full policy", store, policy("PT0S")));
      variants.add(new Variant(kind + ", batches", store, policy("PT0.25S")));
    }
    return variants;
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
    int messages = Integer.parseInt(args[0]);
    int users = Integer.parseInt(args[1]);
    int partitions = Integer.parseInt(args[2]);
    int rounds = Integer.parseInt(args[3]);
    Path temporary = Files.createTempDirectory("tidegate-bench");
    try (DataFolder data = DataFolder.open(temporary);
        EmbeddedBroker broker = EmbeddedBroker.start(data, 0)) {
      FanoutBench bench =
          new FanoutBench(messages, users, partitions, broker.bootstrapServers(), data.path());
      System.out.printf(
          Locale.ROOT,
          "%,d messages to %,d users, %d partitions, one thread%n",
          messages,
          users,
          partitions);
      for (int round = 1; round <= rounds; round++) {
        bench.round(round);
      }
      bench.close();
    }
  }

  private void round(int round) throws Exception {
    double copied = passThrough.rate();
    System.out.printf(
        Locale.ROOT, "round %d: %-22s %,10.0f messages/s%n", round, PASS_THROUGH, copied);
    for (FanoutLane lane : lanes) {
      FanoutLane.Rates rates = lane.round();
      System.out.printf(
          Locale.ROOT,
          "round %d: %-22s %,10.0f messages/s pushed, %3.0f %% of the pass-through; %.1f a push;"
              + " %,.0f acked%n",
          round,
          lane.name(),
          rates.pushed(),
          100 * rates.pushed() / copied,
          rates.messagesAPush(),
          rates.acked());
    }
  }

  private void close() {
    passThrough.close();
    lanes.forEach(FanoutLane::close);
  }
}
