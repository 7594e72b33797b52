package io.tidegate.cli.bench;

import java.time.Duration;
import java.util.concurrent.TimeUnit;

/**
 * A third of the clients stop reading while all are sent to: what the others notice, what the
 * worker keeps meanwhile, and whether the third gets everything when it reads again. The fake
 * sequencer keeps to windows and keeps what was not acked, as fan-out does.
 */
final class SlowThird {
  private static final Duration CATCH_UP = Duration.ofMinutes(1);

  private final DeliveryBench bench;

  SlowThird(DeliveryBench bench) {
    this.bench = bench;
  }

  void run(int connections, int perSecond, int seconds, int dataBytes) throws Exception {
    DeliveryBench.Server server = bench.server("slow", BenchWorker.class, connections, dataBytes);
    LoadClient client =
        bench.client("slow", server.port(), connections, "-t", "-l", "1", "-r", "16384");
    DeliveryBench.say(
        "%,d connections, %,d messages/s of %d bytes of data to random ones",
        connections, perSecond, dataBytes);
    String offer = "offer " + perSecond + " ";
    Duration most = Duration.ofSeconds(2L * seconds + 60);
    server.ask(offer + seconds / 2, most);
    say("warmed up", server, client);

    server.ask(offer + seconds, most);
    long before = say("all read", server, client);
    client.stall(connections / 3);
    server.ask(offer + seconds, most);
    long during = say("a third does not", server, client);
    server.ask(offer + seconds, most);
    long later = say("still not", server, client);
    long live = server.jvm().liveBytes();
    DeliveryBench.say("then %d MiB of the heap live", live >> 20);
    client.go();
    server.ask(offer + seconds, most);
    say("the third reads again", server, client);
    long heads = Numbers.parse(server.ask(offer + seconds, most)).of("heads");
    long after = say("all read", server, client);
    long missing = heads - seqs(client, heads);
    DeliveryBench.say(
        "p99 of those that read on is %.2f and %.2f times that of all before, %.2f times that"
            + " after",
        (double) during / before, (double) later / before, (double) during / after);
    DeliveryBench.say(
        "%,d messages that some device does not have, of %,d offered",
        missing, heads - connections * BenchSequencer.BASE);
  }

  private static long seqs(LoadClient client, long heads) throws Exception {
    long deadline = System.nanoTime() + CATCH_UP.toNanos();
    while (true) {
      long seqs = client.stats().of("seqs");
      if (seqs >= heads || System.nanoTime() > deadline) {
        return seqs;
      }
      TimeUnit.MILLISECONDS.sleep(200);
    }
  }

  /**
   * What has been since the last time.
   *
   * @return p99 of those that read, microseconds
   */
  private static long say(String when, DeliveryBench.Server server, LoadClient client)
      throws Exception {
    Numbers stats = client.stats();
    StringBuilder closes = new StringBuilder();
    stats
        .byName()
        .forEach(
            (name, count) ->
                closes.append(
                    name.startsWith("close_") ? " " + name.substring(6) + ": " + count : ""));
    DeliveryBench.say(
        "%-22s %,9d pushes, ms p50 %.1f p99 %.1f max %.1f; %d MiB resident, kernel's buffers %d"
            + " MiB; since the start came again %,d, gaps %d, resets %d, closes {%s}",
        when + ":",
        stats.of("count"),
        stats.of("p50") / 1e3,
        stats.of("p99") / 1e3,
        stats.of("max") / 1e3,
        server.jvm().residentBytes() >> 20,
        KernelMemory.now().buffers() >> 20,
        stats.of("again"),
        stats.of("gaps"),
        stats.of("resets"),
        closes.toString().strip());
    return stats.of("p99");
  }
}
