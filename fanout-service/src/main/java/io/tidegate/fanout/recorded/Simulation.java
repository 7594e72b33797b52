package io.tidegate.fanout.recorded;

import io.tidegate.contract.Topics;
import io.tidegate.contract.policy.Policy;
import io.tidegate.fanout.policy.AppliedPolicy;
import io.tidegate.fanout.recorded.Report.CutShort;
import io.tidegate.fanout.rehearsal.Comparison;
import io.tidegate.fanout.rehearsal.Recorded;
import io.tidegate.fanout.rehearsal.Rehearsal;
import io.tidegate.fanout.sequencer.SequencerSettings;
import java.time.Instant;
import java.util.concurrent.CancellationException;
import java.util.function.BooleanSupplier;
import java.util.function.LongSupplier;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.common.KafkaException;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** One simulation, from Kafka to its report. Writes nothing. For one thread. */
final class Simulation {
  /** Wake-ups between two looks at the clock: some milliseconds. */
  private static final int STEPS = 500;

  private final SimulationRequest request;
  private final SimulationBounds bounds;
  private final Comparison comparison;
  private final Rehearsal rehearsal;
  private final LongSupplier nanoTime;
  private final BooleanSupplier cancelled;
  private final long deadline;
  private final Skipped.Counter skipped = new Skipped.Counter();
  private @Nullable Instant first;
  private @Nullable Instant last;
  private @Nullable CutShort cutShort;

  /**
   * @param comparison of the request's candidate
   * @param cancelled asked again and again
   */
  Simulation(
      SimulationRequest request,
      SequencerSettings settings,
      SimulationBounds bounds,
      Comparison comparison,
      LongSupplier nanoTime,
      BooleanSupplier cancelled) {
    this.request = request;
    this.bounds = bounds;
    this.comparison = comparison;
    this.rehearsal = new Rehearsal(settings, comparison);
    this.nanoTime = nanoTime;
    this.cancelled = cancelled;
    this.deadline = nanoTime.getAsLong() + bounds.maxTime().toNanos();
  }

  /**
   * @param consumer without a group, reading what is committed
   * @throws KafkaException if Kafka does not answer
   * @throws CancellationException if it was cancelled
   */
  Report run(Consumer<byte[], byte[]> consumer, Topics topics) {
    RecordedSettings settings =
        RecordedSettings.read(consumer, topics.users(), bounds.maxSettings(), this::isOver);
    RecordedMessages messages =
        new RecordedMessages(
            consumer,
            topics.messages(),
            request.key().tenant(),
            request.from(),
            request.to(),
            skipped);
    while (!isOver() && !messages.isAtEnd() && !hasReadEnough(messages)) {
      Recorded next = messages.next();
      if (next != null) {
        if (isFull()) {
          break;
        }
        if (advance(next.atMillis())) {
          take(next, settings.of(next.user()));
        }
      }
    }
    while (!isOver() && !rehearsal.finish(STEPS)) {
      // Until nobody waits any more.
    }
    return report(settings);
  }

  /** False if the time was over before. */
  private boolean advance(long toMillis) {
    while (!rehearsal.advance(toMillis, STEPS)) {
      if (isOver()) {
        return false;
      }
    }
    return true;
  }

  private void take(Recorded recorded, String settings) {
    switch (rehearsal.take(recorded, settings)) {
      case YES -> {
        last = Instant.ofEpochMilli(recorded.atMillis());
        first = first == null ? last : first;
      }
      case DUPLICATE -> skipped.duplicates++;
      case OTHER_POLICY -> skipped.otherPolicies++;
    }
  }

  private boolean isOver() {
    if (cancelled.getAsBoolean()) {
      throw new CancellationException("the simulation was cancelled");
    }
    if (nanoTime.getAsLong() - deadline < 0) {
      return false;
    }
    // Whatever else there was: what then waits would not have in the end.
    cutShort = cut("time", "it took longer than " + bounds.maxTime().toSeconds() + " s");
    return true;
  }

  private boolean hasReadEnough(RecordedMessages messages) {
    boolean enough = messages.readBytes() >= bounds.maxReadBytes();
    if (enough) {
      cutShort = cut("bytes", bounds.maxReadBytes() + " bytes are the most that are read");
    }
    return enough;
  }

  /** Whether one more message would be too many. */
  private boolean isFull() {
    if (rehearsal.taken() >= request.maxMessages()) {
      cutShort = cut("messages", request.maxMessages() + " are the most");
    } else if (rehearsal.users() >= bounds.maxUsers()) {
      cutShort = cut("users", bounds.maxUsers() + " are the most");
    } else if (rehearsal.keptBytes() >= bounds.maxKeptBytes()) {
      cutShort = cut("memory", bounds.maxKeptBytes() + " bytes are the most that are kept");
    }
    return cutShort != null;
  }

  private CutShort cut(String by, String detail) {
    return new CutShort(by, detail, last);
  }

  private Report report(RecordedSettings settings) {
    AppliedPolicy holds = comparison.holds();
    return new Report(
        request.key().name(),
        request.from(),
        request.to(),
        rehearsal.taken(),
        rehearsal.users(),
        first,
        last,
        skipped.skipped(),
        settings.report(),
        Rehearsal.HORIZON,
        cutShort,
        new Report.Current(
            holds.name(), holds.version(), tree(holds.policy()), rehearsal.current()),
        new Report.Candidate(tree(request.candidate()), rehearsal.candidate()));
  }

  private static JsonNode tree(Policy policy) {
    return JsonMapper.shared().readTree(policy.toJson());
  }
}
