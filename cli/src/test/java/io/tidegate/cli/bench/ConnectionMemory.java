package io.tidegate.cli.bench;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/**
 * What idle connections cost a worker, beyond one whose code was loaded by a few that came and
 * left.
 */
final class ConnectionMemory {
  private static final int FEW = 500;
  private static final int DATA_BYTES = 100;

  private final DeliveryBench bench;

  ConnectionMemory(DeliveryBench bench) {
    this.bench = bench;
  }

  /**
   * Of all workers together, in bytes.
   *
   * @param resident as it was
   * @param collected resident after a full collection
   * @param live of the heap after it
   */
  private record Cost(long resident, long collected, long live) {
    static Cost of(List<DeliveryBench.Server> servers) throws Exception {
      long resident = 0;
      long collected = 0;
      long live = 0;
      for (DeliveryBench.Server server : servers) {
        resident += server.jvm().residentBytes();
        live += server.jvm().liveBytes();
        collected += server.jvm().residentBytes();
      }
      return new Cost(resident, collected, live);
    }
  }

  void run(int connections, int processes, int minutes) throws Exception {
    List<DeliveryBench.Server> servers = new ArrayList<>();
    for (int i = 0; i < processes; i++) {
      DeliveryBench.Server server =
          bench.server("idle-" + i, BenchWorker.class, connections, DATA_BYTES);
      bench.client("few-" + i, server.port(), Math.min(FEW, connections)).close();
      servers.add(server);
    }
    TimeUnit.SECONDS.sleep(2);
    Cost empty = Cost.of(servers);
    KernelMemory kernel = KernelMemory.now();
    long before = System.nanoTime();
    List<LoadClient> clients = new ArrayList<>();
    for (int i = 0; i < processes; i++) {
      clients.add(bench.client("load-" + i, servers.get(i).port(), connections));
    }
    long all = (long) connections * processes;
    DeliveryBench.say(
        "%,d connections in %d processes after %.1f s",
        all, processes, (System.nanoTime() - before) / 1e9);
    DeliveryBench.say(
        "empty: %d MiB resident, %d MiB after a full collection, %d KiB of the heap live",
        empty.resident >> 20, empty.collected >> 20, empty.live >> 10);
    TimeUnit.SECONDS.sleep(5);
    for (int minute = 0; minute <= minutes; minute++) {
      Cost cost = Cost.of(servers);
      KernelMemory more = KernelMemory.now().since(kernel);
      long open = 0;
      for (LoadClient client : clients) {
        open += client.stats().of("open");
      }
      DeliveryBench.say(
          "minute %d: %,d open; of a connection: %,d bytes of the heap live, %,d resident,"
              + " %,d after a full collection; kernel, both ends: %,d of slabs, %,d of buffers",
          minute,
          open,
          (cost.live - empty.live) / all,
          (cost.resident - empty.resident) / all,
          (cost.collected - empty.collected) / all,
          more.slabs() / all,
          more.buffers() / all);
      if (minute < minutes) {
        TimeUnit.MINUTES.sleep(1);
      }
    }
  }
}
