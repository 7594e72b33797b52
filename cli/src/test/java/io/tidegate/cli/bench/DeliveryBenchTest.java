package io.tidegate.cli.bench;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.tidegate.contract.inbox.Deliver;
import io.tidegate.contract.inbox.InboxRecord;
import io.tidegate.contract.inbox.Target;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import java.util.function.Predicate;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The parts of {@link DeliveryBench}: that they count what they say they count. */
class DeliveryBenchTest {
  private static final int CONNECTIONS = 30;
  private static final Duration SHORT = Duration.ofMillis(100);
  private static final long MOST_NANOS = TimeUnit.SECONDS.toNanos(20);

  @TempDir private Path folder;

  @Test
  void aTemplateGivesTheRecordThatWasAskedFor() throws Exception {
    // Given
    InboxTemplate one = InboxTemplate.one(17, 100);
    one.target(0, 5, 6, 7, 8);

    // When
    one.target(0, 300, 12_345_678, (1L << 35) - 2, (1L << 35) - 1);
    one.time(1_234_567_890_123L);

    // Then
    InboxRecord record = InboxRecord.parseFrom(one.bytes());
    Deliver deliver = record.getDeliver();
    assertEquals(17, record.getIncarnation());
    assertEquals(300, record.getSession());
    assertEquals("default/u12345678", record.getUser());
    assertEquals((1L << 35) - 2, deliver.getPrev());
    assertEquals((1L << 35) - 1, deliver.getMessages(0).getSeq());
    String data = deliver.getMessages(0).getPayload().toStringUtf8();
    assertTrue(data.startsWith("{\"t\":\"0000001234567890123\","), data);
    assertEquals(100, data.length());
  }

  @Test
  void aTemplateForManyChangesTheTargetThatIsMeant() throws Exception {
    // Given
    InboxTemplate many = InboxTemplate.many(17, 100, 3);
    for (int i = 0; i < 3; i++) {
      many.target(i, i, i, i, i + 1);
    }

    // When
    many.target(1, 300, 12, 41, 42);

    // Then
    InboxRecord record = InboxRecord.parseFrom(many.bytes());
    assertEquals(
        Target.newBuilder()
            .setSession(300)
            .setUser("default/u00000012")
            .setPrev(41)
            .setSeq(42)
            .build(),
        record.getMany().getTargets(1));
    assertEquals("default/u00000002", record.getMany().getTargets(2).getUser());
    assertEquals(3, record.getMany().getTargetsCount());
  }

  @Test
  void turnsAndTheKernelsFiguresAreReadAsTheyAreWritten() {
    // Given
    PushTurn turn = new PushTurn(500, 2_000_000, 700);

    // Then
    assertEquals(turn, PushTurn.parse(turn.text()));
    assertEquals(250, turn.perSecond());
    assertEquals(
        new KernelMemory(334_820 * 1024, 8 * 4096),
        KernelMemory.of(
            "MemFree: 1 kB\nSlab:             334820 kB\n",
            "sockets: used 12\nTCP: inuse 1 orphan 0 tw 74 alloc 1 mem 8\nUDP: inuse 0 mem 0\n"));
  }

  @Test
  void everyPushOfBareNettyIsCounted() throws Exception {
    // Given
    Path program = program();
    try (BareDelivery bare = new BareDelivery(CONNECTIONS, 100);
        LoadClient client =
            LoadClient.start(program, folder, "bare", bare.port(), CONNECTIONS).awaitReady()) {
      long all = 0;
      for (PushKind kind : PushKind.values()) {
        // When
        PushTurn turn = PushTurn.run(kind, SHORT, bare, client.received());

        // Then
        all += turn.all();
        assertTrue(turn.pushes() <= turn.all(), turn.text());
        assertEquals(all, client.received().count());
      }
      Numbers stats = client.stats();
      assertEquals(all, stats.of("pushes"));
      assertEquals(all / 16, stats.of("count"));
      assertTrue(stats.of("bytes") > all * BareDelivery.frame(100).length);
    }
  }

  @Test
  void everyPushOfAWorkerIsCounted() throws Exception {
    // Given
    Path program = program();
    try (BenchWorker worker = new BenchWorker(CONNECTIONS, 100);
        LoadClient client =
            LoadClient.start(program, folder, "worker", worker.port(), CONNECTIONS, "-l", "1")
                .awaitReady()) {
      long all = 0;
      for (PushKind kind : PushKind.values()) {
        // When
        all += worker.turn(kind, SHORT, client.received()).all();

        // Then
        assertEquals(all, client.received().count());
      }
      Numbers stats = client.stats();
      assertEquals(all, stats.of("count"));
      assertEquals(CONNECTIONS, stats.of("open"));
    }
  }

  @Test
  void devicesThatStallOrAreClosedGetEverything() throws Exception {
    // Given
    Path program = program();
    try (BenchWorker worker = new BenchWorker(CONNECTIONS, 100);
        LoadClient client =
            LoadClient.start(program, folder, "device", worker.port(), CONNECTIONS, "-t", "-l", "1")
                .awaitReady()) {
      worker.offer(2_000, 1);
      client.stall(10);

      // When
      long heads = worker.offer(2_000, 1);

      // Then
      Numbers stats = until(client, all -> all.of("pushes") >= 3_000);
      assertTrue(stats.of("seqs") < heads, stats::toString);

      // When
      client.go();

      // Then
      stats = until(client, all -> all.of("seqs") == heads);
      assertEquals(heads, stats.of("seqs"), stats::toString);
      assertEquals(4_000, stats.of("pushes"));
      assertTrue(stats.of("stalled_count") > 0, stats::toString);

      // When
      worker.offer(2_000, 1);
      worker.reopen();
      long later = worker.offer(2_000, 1);

      // Then
      stats = until(client, all -> all.of("seqs") == later);
      assertEquals(later, stats.of("seqs"), stats::toString);
      assertTrue(stats.of("again") >= CONNECTIONS, stats::toString);
      assertEquals(stats.of("again"), stats.of("close_4000"));
      assertEquals(8_000, stats.of("pushes"));
      assertEquals(0, stats.of("gaps") + stats.of("resets"));
    }
  }

  private static Numbers until(LoadClient client, Predicate<Numbers> like) throws Exception {
    long deadline = System.nanoTime() + MOST_NANOS;
    Numbers stats = client.stats();
    while (!like.test(stats) && System.nanoTime() < deadline) {
      stats = client.stats();
    }
    return stats;
  }

  private Path program() throws Exception {
    boolean gcc =
        java.util.stream.Stream.of(System.getenv("PATH").split(":", -1))
            .anyMatch(each -> Files.isExecutable(Path.of(each, "gcc")));
    assumeTrue(gcc, "no gcc on the PATH");
    return LoadClient.compile(folder);
  }
}
