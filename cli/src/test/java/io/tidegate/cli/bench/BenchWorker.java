package io.tidegate.cli.bench;

import io.tidegate.delivery.DeliveryConfig;
import io.tidegate.delivery.DeliveryService;
import io.tidegate.delivery.auth.Door;
import io.tidegate.delivery.connection.Server;
import io.tidegate.delivery.connection.ServerSettings;
import io.tidegate.delivery.health.Health;
import io.tidegate.delivery.inbox.InboxSink;
import io.tidegate.delivery.metrics.DeliveryMetrics;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.CompletableFuture;

/**
 * A worker with its defaults, fed at its inbox sink, without Kafka. Arguments: connections, bytes
 * of data in a message, the file of {@link Received}. Orders: {@code turn KIND MILLIS}, {@code
 * offer RATE SECONDS}, {@code heads}.
 */
final class BenchWorker implements AutoCloseable {
  private static final int PARTITIONS = 4;
  private static final Health WELL = new Health(List.of());

  private final DeliveryMetrics metrics = new DeliveryMetrics();
  private final SplittableRandom random = new SplittableRandom(11);
  private final Server server;
  private final BenchSequencer sequencer;
  private final Thread thread;

  BenchWorker(int connections, int dataBytes) throws Exception {
    DeliveryConfig config = DeliveryConfig.defaults("none:1").withPort(0);
    ServerSettings settings = DeliveryService.serverSettings(config);
    sequencer = new BenchSequencer(connections, dataBytes);
    server =
        Server.start(
            settings,
            null,
            PARTITIONS,
            sequencer,
            new Door.Open(),
            new Health.Source() {
              @Override
              public Health live() {
                return WELL;
              }

              @Override
              public Health ready() {
                return WELL;
              }
            },
            metrics);
    InboxSink sink = server.handover(config.limits().batches());
    server.open(BenchSequencer.INCARNATION);
    thread =
        Thread.ofPlatform().name("bench-inbox").daemon().start(() -> feed(settings.slot(), sink));
  }

  private void feed(int slot, InboxSink sink) {
    try {
      sequencer.run(new InboxFeed(slot, sink));
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    } catch (Exception e) {
      e.printStackTrace(System.out);
    }
  }

  int port() {
    return server.port();
  }

  PushTurn turn(PushKind kind, Duration time, Received received) throws Exception {
    return done(() -> PushTurn.run(kind, time, sequencer, received));
  }

  /** Offers messages to random users, and returns what devices' seqs add up to in the end. */
  long offer(int perSecond, int seconds) throws Exception {
    return done(
        () -> {
          sequencer.offer(perSecond, seconds, random);
          return sequencer.heads();
        });
  }

  /** Closes every session, and lets clients come again. */
  void reopen() {
    // A loop that is open already closes what it has first.
    server.open(BenchSequencer.INCARNATION);
  }

  private interface Work<T> {
    T run() throws Exception;
  }

  /** On the thread that feeds. */
  private <T> T done(Work<T> work) throws Exception {
    CompletableFuture<T> done = new CompletableFuture<>();
    sequencer.tell(
        () -> {
          try {
            done.complete(work.run());
          } catch (Exception e) {
            done.completeExceptionally(e);
          }
        });
    return done.get();
  }

  public static void main(String[] args) throws Exception {
    Received received = Received.in(Path.of(args[2]));
    try (BenchWorker worker =
        new BenchWorker(Integer.parseInt(args[0]), Integer.parseInt(args[1]))) {
      System.out.println("worker on port " + worker.port());
      BenchOrders.obey(
          words ->
              switch (words[0]) {
                case "turn" ->
                    worker
                        .turn(
                            PushKind.valueOf(words[1]),
                            Duration.ofMillis(Long.parseLong(words[2])),
                            received)
                        .text();
                case "offer" ->
                    "heads=" + worker.offer(Integer.parseInt(words[1]), Integer.parseInt(words[2]));
                default -> throw new IllegalArgumentException(words[0]);
              });
    }
  }

  @Override
  public void close() {
    thread.interrupt();
    server.close();
    metrics.close();
  }
}
