package io.tidegate.cli.failure;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.tidegate.cli.failure.Ledger.Answer;
import io.tidegate.cli.failure.Ledger.Way;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** One fault of Kafka's in the middle of a steady load, and what must hold about it. */
final class FaultRun {
  private static final Duration MOST = Duration.ofMinutes(3);

  /** What Kafka's producer says when it has had no good answer, and sends again. */
  private static final String ASKED_AGAIN = "Got error produce response";

  /** By how much the wait of the longest may seem shorter than the pause: until it stands still. */
  private static final Duration SIGNAL = Duration.ofMillis(250);

  /** So many answers of a kind are enough to know it. */
  private static final int SOME = 50;

  /**
   * How much, and how long.
   *
   * @param singles a second
   * @param batches a second
   * @param lines of each
   * @param streamed messages a second over one stream
   * @param dataBytes of each message
   * @param least how long each phase lasts at least
   * @param blink longer than ingest's producer waits for one answer, and shorter than for all
   * @param waits how long a request may wait for Kafka, by ingest's settings
   * @param inFlightBytes the most that ingest may hold
   */
  record Load(
      int singles,
      int batches,
      int lines,
      int streamed,
      int dataBytes,
      Duration least,
      Duration blink,
      Duration waits,
      long inFlightBytes) {

    /**
     * Beyond what ingest says that it waits: its own work and that of the load, on a machine that
     * starts a broker beside it.
     */
    private static final Duration MARGIN = Duration.ofSeconds(3);

    /** When an answer must be there: what is documented, and the margin. */
    Duration patience() {
      return waits.plus(MARGIN);
    }
  }

  private final FragileKafka system;
  private final Load load;
  private final Ledger ledger;
  private final List<String> record = new ArrayList<>();
  private long phaseNanos;
  private double mostBytes;

  /**
   * @param ledger of all faults of that system, since it is held against the whole topic
   */
  FaultRun(FragileKafka system, Load load, Ledger ledger) {
    this.system = system;
    this.load = load;
    this.ledger = ledger;
  }

  /** The whole of it; what was measured, a line for each phase. */
  List<String> run(Fault fault) throws Exception {
    try (IngestWatch watch = new IngestWatch(system.http(), system.url(), system.ingest().pid());
        Posts posts =
            new Posts(
                fault.name(),
                system.http(),
                system.url(),
                load.patience(),
                load.dataBytes(),
                ledger);
        StreamSender stream =
            new StreamSender(fault.name(), system.http(), system.url(), load.dataBytes(), ledger)) {
      posts.start(load.singles(), load.batches(), load.lines());
      stream.start(load.streamed());
      begin(watch);
      ledger.mark();
      end(fault + " before", watch, load.least(), this::awaitService);

      begin(watch);
      long askedAgain = system.ingest().logged(ASKED_AGAIN);
      fault.begin(system.broker());
      if (fault == Fault.BLINKED) {
        end(fault + " during", watch, load.blink(), () -> {});
      } else {
        end(fault + " during", watch, load.least(), this::awaitRefusals);
      }

      begin(watch);
      ledger.mark();
      fault.end(system.broker());
      end(fault + " after", watch, load.least(), this::awaitService);
      if (fault == Fault.BLINKED) {
        assertBridged(askedAgain);
      }

      List<String> refused = ledger.takeRefused();
      assertThat(!refused.isEmpty() || fault == Fault.BLINKED).as("the fault was felt").isTrue();
      // With the same ids, as the answer says that it may be.
      refused.forEach(posts::single);
      stream.finish();
      posts.finish();
      await().atMost(MOST).until(stream::isFinished);
      record.add(
          "  202 %.1f s after it ended; in flight at most %.0f bytes, %d looks"
              .formatted(ledger.secondsToFirstAccepted(), mostBytes, watch.looks()));
      assertBounded(watch);
    }
    assertNothingLostOrDoubled();
    return record;
  }

  /** The pause was waited out by messages that are accepted, and the producer sent them again. */
  private void assertBridged(long askedBefore) throws IOException {
    long asked = system.ingest().logged(ASKED_AGAIN) - askedBefore;
    Duration waited = ledger.slowestAccepted();
    record.add(
        "  the producer sent %d batches again; the slowest 202 took %d ms, the pause %d ms"
            .formatted(asked, waited.toMillis(), load.blink().toMillis()));
    assertThat(waited).as("the longest wait for a 202").isGreaterThan(load.blink().minus(SIGNAL));
    assertThat(asked).as("batches that were sent again").isPositive();
  }

  private void begin(IngestWatch watch) {
    ledger.beginPhase();
    watch.beginPhase();
    phaseNanos = System.nanoTime();
  }

  private void end(String phase, IngestWatch watch, Duration least, Runnable awaited) {
    awaited.run();
    await().atMost(MOST).until(() -> hasLasted(least));
    mostBytes = Math.max(mostBytes, watch.mostBytes());
    record.add(
        ledger.line(phase)
            + " %8.1f %8.1f".formatted(watch.mostBytes() / 1024, watch.mostResidentKib() / 1024.0));
  }

  private boolean hasLasted(Duration least) {
    return System.nanoTime() - phaseNanos >= least.toNanos();
  }

  static String head() {
    return Ledger.head() + " %8s %8s".formatted("KiB", "RSS MiB");
  }

  /** Until messages that were sent since are accepted, in each way. */
  private void awaitService() {
    await()
        .atMost(MOST)
        .failFast("something was wrong", () -> assertThat(ledger.wrong()).isEmpty())
        .until(
            () ->
                ledger.acceptedSinceMark(Way.SINGLE) >= SOME
                    && ledger.acceptedSinceMark(Way.USERS) >= SOME
                    && ledger.acceptedSinceMark(Way.BATCH) >= SOME
                    && ledger.acceptedSinceMark(Way.STREAM) >= SOME);
  }

  /**
   * Until it has lasted longer than ingest waits for Kafka, and ingest says that it is not well.
   */
  private void awaitRefusals() {
    await()
        .atMost(MOST)
        .failFast("something was wrong", () -> assertThat(ledger.wrong()).isEmpty())
        .until(
            () ->
                ledger.count(Answer.GIVEN_UP) >= SOME
                    && hasLasted(load.waits())
                    && system.ready() == 503);
  }

  private void assertBounded(IngestWatch watch) throws IOException {
    assertThat(ledger.slowest()).isLessThan(load.patience());
    assertThat(mostBytes).isPositive().isLessThanOrEqualTo((double) load.inFlightBytes());
    await()
        .atMost(MOST)
        .untilAsserted(() -> assertThat(watch.gauge("tidegate_ingest_inflight_bytes")).isZero());
  }

  private void assertNothingLostOrDoubled() {
    Map<String, Integer> inTopic = Census.take(system.kafka());
    assertThat(ledger.wrong()).isEmpty();
    assertThat(ledger.contradictions(inTopic)).isEmpty();
    assertThat(ledger.accepted()).isPositive();
    record.add(
        "  %d accepted so far, all in the topic; of the attempts that were not, %d are there too"
            .formatted(ledger.accepted(), ledger.unacknowledged(inTopic)));
  }
}
