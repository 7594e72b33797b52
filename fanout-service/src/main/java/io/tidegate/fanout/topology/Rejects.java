package io.tidegate.fanout.topology;

import io.tidegate.contract.CloudEventCodec;
import io.tidegate.contract.DeadLetter;
import io.tidegate.contract.Message;
import io.tidegate.contract.Outcome;
import io.tidegate.contract.UserKey;
import io.tidegate.fanout.metrics.FanoutMetrics;
import io.tidegate.fanout.record.DeadLetterCause;
import org.apache.kafka.streams.processor.api.ProcessorContext;
import org.apache.kafka.streams.processor.api.Record;
import org.apache.kafka.streams.processor.api.RecordMetadata;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** What could not be handled: a dead letter each, and an outcome where a message is meant. */
final class Rejects {
  private static final Logger LOGGER = LoggerFactory.getLogger(Rejects.class);

  private final ProcessorContext<Object, byte[]> context;
  private final Outbound outbound;
  private final FanoutMetrics metrics;

  Rejects(ProcessorContext<Object, byte[]> context, Outbound outbound, FanoutMetrics metrics) {
    this.context = context;
    this.outbound = outbound;
    this.metrics = metrics;
  }

  static String coordinate(RecordMetadata from) {
    return from.topic() + "/" + from.partition() + "/" + from.offset();
  }

  void add(
      RecordMetadata from,
      Record<byte[], byte[]> record,
      DeadLetterCause cause,
      @Nullable String detail) {
    LOGGER
        .atDebug()
        .addKeyValue("source", () -> coordinate(from))
        .addKeyValue("cause", cause.label())
        .addKeyValue("detail", detail)
        .log("a record became a dead letter");
    add(
        cause,
        DeadLetter.of(
            record.key(),
            record.value(),
            record.headers(),
            cause.label(),
            detail,
            from.topic(),
            from.partition(),
            from.offset()));
  }

  /** A message for many that one of them could not be brought, for a fault of ours. */
  void member(UserKey user, Message message, String topic, int partition, long origin) {
    add(
        DeadLetterCause.INTERNAL,
        DeadLetter.of(
            user.toBytes(),
            message.payload(),
            CloudEventCodec.headers(user, message),
            DeadLetterCause.INTERNAL.label(),
            "one user of a message for many",
            topic,
            partition,
            origin));
    ended(user, message.id(), message.source(), Outcome.Reason.INTERNAL);
  }

  /** The message of a dead letter. */
  void ended(UserKey user, String id, @Nullable String source, Outcome.Reason reason) {
    long now = context.currentSystemTimeMs();
    Outcome outcome = new Outcome(id, source, Outcome.Kind.DEAD_LETTERED, reason, 0, null, now);
    outbound.outcome(user, outcome, now);
  }

  private void add(DeadLetterCause cause, DeadLetter letter) {
    metrics.deadLetter(cause);
    outbound.deadLetter(letter, context.currentSystemTimeMs());
  }
}
