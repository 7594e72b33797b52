package io.tidegate.fanout.recorded;

import io.tidegate.contract.Topics;
import io.tidegate.contract.kafka.KafkaAccess;
import io.tidegate.contract.kafka.KafkaClients;
import io.tidegate.fanout.policy.PolicyBook;
import io.tidegate.fanout.rehearsal.Comparison;
import io.tidegate.fanout.sequencer.SequencerSettings;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import org.apache.kafka.clients.consumer.CloseOptions;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.errors.WakeupException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Runs simulations, one at a time, each on a thread of its own. It reads with a consumer that is in
 * no group and commits nothing, and it has no producer. For use by many threads.
 */
public final class Simulator implements AutoCloseable {
  private static final Logger LOGGER = LoggerFactory.getLogger(Simulator.class);
  private static final Duration CONSUMER_CLOSE = Duration.ofMillis(500);
  private static final Duration CLOSE = Duration.ofSeconds(2);
  private static final int RETRY_AFTER_SECONDS = 5;

  private final KafkaAccess kafka;
  private final Topics topics;
  private final String clientId;
  private final SequencerSettings settings;
  private final PolicyBook policies;
  private final SimulationBounds bounds;
  private volatile @Nullable Task running;
  private volatile boolean closed;

  private record Task(Thread thread, CompletableFuture<Report> report) {}

  /**
   * @param settings as those of the sequencer that serves users
   * @param policies as they stand
   */
  public Simulator(
      KafkaAccess kafka,
      Topics topics,
      String clientId,
      SequencerSettings settings,
      PolicyBook policies,
      SimulationBounds bounds) {
    this.kafka = kafka;
    this.topics = topics;
    this.clientId = clientId;
    this.settings = settings;
    this.policies = policies;
    this.bounds = bounds;
  }

  /** What came of asking for a simulation. */
  public sealed interface Started {
    /**
     * It runs.
     *
     * @param report to be cancelled to end it; fails with a {@link
     *     org.apache.kafka.common.KafkaException} if Kafka does not answer
     */
    record Running(CompletableFuture<Report> report) implements Started {}

    /** It does not. */
    record Refused(String why, int retryAfterSeconds) implements Started {}
  }

  public synchronized Started start(SimulationRequest request) {
    if (closed || running != null) {
      return new Started.Refused(
          closed ? "this instance is stopping" : "another simulation is running here",
          RETRY_AFTER_SECONDS);
    }
    CompletableFuture<Report> report = new CompletableFuture<>();
    Thread thread =
        Thread.ofPlatform().daemon().name(clientId).unstarted(() -> run(request, report));
    running = new Task(thread, report);
    thread.start();
    return new Started.Running(report);
  }

  private void run(SimulationRequest request, CompletableFuture<Report> report) {
    Report done = null;
    Throwable failure = null;
    try {
      done = simulate(request, report);
      log(request, done);
    } catch (CancellationException | WakeupException e) {
      failure = new CancellationException("the simulation was cancelled");
    } catch (KafkaException e) {
      failure = e;
    } catch (RuntimeException | Error e) {
      LOGGER.atError().setCause(e).log("a simulation failed");
      failure = e;
    }
    // Before the answer, so that who has it can ask for the next one.
    running = null;
    if (failure == null) {
      report.complete(done);
    } else {
      report.completeExceptionally(failure);
    }
  }

  private static void log(SimulationRequest request, Report report) {
    Report.CutShort cut = report.cutShort();
    LOGGER
        .atInfo()
        .addKeyValue("policy", request.key().name())
        .addKeyValue("messages", report.messages())
        .addKeyValue("cutShort", cut == null ? "no" : cut.by())
        .log("a policy was simulated");
  }

  private Report simulate(SimulationRequest request, CompletableFuture<Report> report) {
    Simulation simulation =
        new Simulation(
            request,
            settings,
            bounds,
            Comparison.of(policies, request.key(), request.candidate()),
            System::nanoTime,
            () -> report.isDone() || closed);
    Consumer<byte[], byte[]> consumer = consumer();
    try {
      CompletableFuture<Report> _ = report.whenComplete((_, _) -> wake(consumer, report));
      return simulation.run(consumer, topics);
    } finally {
      consumer.close(CloseOptions.timeout(CONSUMER_CLOSE));
    }
  }

  private static void wake(Consumer<?, ?> consumer, CompletableFuture<?> report) {
    if (report.isCancelled()) {
      consumer.wakeup();
    }
  }

  private Consumer<byte[], byte[]> consumer() {
    Map<String, Object> config = new HashMap<>();
    config.put(ConsumerConfig.CLIENT_ID_CONFIG, clientId);
    config.put(ConsumerConfig.ISOLATION_LEVEL_CONFIG, "read_committed");
    config.put(ConsumerConfig.ENABLE_AUTO_COMMIT_CONFIG, false);
    config.put(ConsumerConfig.ALLOW_AUTO_CREATE_TOPICS_CONFIG, false);
    // Where retention has just taken what was to be read.
    config.put(ConsumerConfig.AUTO_OFFSET_RESET_CONFIG, "earliest");
    // Payloads are up to 256 KiB: 100 of them in memory beside what was fetched.
    config.put(ConsumerConfig.MAX_POLL_RECORDS_CONFIG, 100);
    config.put(ConsumerConfig.MAX_PARTITION_FETCH_BYTES_CONFIG, 256 * 1024);
    config.put(ConsumerConfig.FETCH_MAX_BYTES_CONFIG, 8 * 1024 * 1024);
    config.put(ConsumerConfig.REQUEST_TIMEOUT_MS_CONFIG, 4_000);
    config.put(ConsumerConfig.DEFAULT_API_TIMEOUT_MS_CONFIG, 5_000);
    config.put(ConsumerConfig.ENABLE_METRICS_PUSH_CONFIG, false);
    return KafkaClients.consumer(kafka, config);
  }

  /** Cancels what runs; within about 2 s. */
  @Override
  public void close() {
    Task task = end();
    if (task == null) {
      return;
    }
    boolean _ = task.report().cancel(false);
    try {
      if (!task.thread().join(CLOSE)) {
        LOGGER.atWarn().log("a simulation does not end");
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private synchronized @Nullable Task end() {
    closed = true;
    return running;
  }
}
