package io.tidegate.fanout.topology;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.tidegate.contract.CloudEventHeaders;
import io.tidegate.contract.DeadLetter;
import io.tidegate.contract.Outcome;
import io.tidegate.contract.UserKey;
import io.tidegate.fanout.metrics.FanoutMetrics;
import io.tidegate.fanout.record.InboxRecords;
import io.tidegate.fanout.record.OutcomeRecords;
import io.tidegate.fanout.record.PresenceRecords;
import io.tidegate.fanout.sequencer.Effect;
import java.util.ArrayList;
import java.util.List;
import org.apache.kafka.common.header.Headers;
import org.apache.kafka.common.header.internals.RecordHeaders;
import org.apache.kafka.streams.processor.api.ProcessorContext;
import org.apache.kafka.streams.processor.api.Record;
import org.jspecify.annotations.Nullable;

/**
 * Sends effects to the sinks. Two steps, because what can fail for a fault of ours (writing the
 * bytes) must come before the state is changed, and what can fail for a fault of Kafka's after.
 *
 * <p>Records carry the time they were sent at, not that of the event behind them: their topics
 * forget by it.
 */
final class Outbound {
  private final ProcessorContext<Object, byte[]> context;
  private final CommitTimer commits;
  private final LiveSender live;
  private final OnlineUsers online;
  private final FanoutMetrics metrics;
  private final List<Prepared> prepared = new ArrayList<>();
  private final List<Live> preparedLive = new ArrayList<>();
  private @Nullable Crowd preparedCrowd;

  /**
   * @param key the slot where the sink partitions by slot
   */
  private record Prepared(String sink, Object key, byte[] value, @Nullable Headers headers) {}

  private record Live(int slot, byte[] value) {}

  Outbound(
      ProcessorContext<Object, byte[]> context,
      CommitTimer commits,
      LiveSender live,
      OnlineUsers online,
      FanoutMetrics metrics) {
    this.online = online;
    this.context = context;
    this.commits = commits;
    this.live = live;
    this.metrics = metrics;
  }

  /**
   * Writes the bytes of the effects; they wait for {@link #send}.
   *
   * @param crowd takes what goes to many sessions alike, and is to be sent by {@link #send(Crowd,
   *     long)}; null: each goes by itself
   */
  void prepare(UserKey user, List<Effect> effects, @Nullable Crowd crowd) {
    preparedCrowd = crowd;
    boolean together = crowd != null && crowd.take(user, effects);
    for (Effect effect : effects) {
      if (together && Crowd.takes(effect)) {
        continue;
      }
      switch (effect) {
        case Effect.Attach it -> inbox(it.session().slot(), InboxRecords.attach(user, it));
        case Effect.Deliver it -> {
          for (byte[] value : InboxRecords.deliver(user, it)) {
            inbox(it.session().slot(), value);
          }
        }
        case Effect.DeliverLive it ->
            preparedLive.add(new Live(it.session().slot(), InboxRecords.live(user, it)));
        case Effect.Kick it -> inbox(it.session().slot(), InboxRecords.kick(user, it));
        case Effect.Reset it -> inbox(it.session().slot(), InboxRecords.reset(user, it));
        case Effect.Ended it ->
            prepared.add(
                new Prepared(
                    FanoutTopology.OUTCOMES,
                    user.toBytes(),
                    OutcomeRecords.value(it.outcome()),
                    null));
        case Effect.Announced it -> {
          PresenceRecords.Event event = PresenceRecords.event(user, it.change());
          prepared.add(
              new Prepared(
                  FanoutTopology.PRESENCE, user.toBytes(), event.value(), event.headers()));
        }
        case Effect.Duplicate _, Effect.Reached _, Effect.Online _ -> {}
      }
    }
  }

  void discard() {
    prepared.clear();
    preparedLive.clear();
    if (preparedCrowd != null) {
      preparedCrowd.discard();
    }
  }

  @SuppressWarnings("NullAway") // a Kafka record may lack headers
  void send(List<Effect> effects, long nowMillis) {
    for (Prepared each : prepared) {
      forward(new Record<>(each.key(), each.value(), nowMillis, each.headers()), each.sink());
    }
    for (Live each : preparedLive) {
      live.send(each.slot(), each.value(), nowMillis);
    }
    if (preparedCrowd != null) {
      preparedCrowd.keep();
    }
    discard();
    for (Effect effect : effects) {
      if (effect instanceof Effect.Online(boolean now)) {
        online.changed(now);
      }
      metrics.performed(effect);
    }
  }

  /** Sends what was gathered of a message for many. */
  void send(Crowd crowd, long nowMillis) {
    for (Crowd.Gathered each : crowd.gathered()) {
      if (each.live()) {
        live.send(each.slot(), each.value(), nowMillis);
      } else {
        forward(new Record<>(each.slot(), each.value(), nowMillis), FanoutTopology.INBOX);
      }
    }
  }

  void outcome(UserKey user, Outcome outcome, long nowMillis) {
    forward(
        new Record<>(user.toBytes(), OutcomeRecords.value(outcome), nowMillis),
        FanoutTopology.OUTCOMES);
    metrics.ended(outcome);
  }

  @SuppressWarnings("NullAway") // a Kafka record may lack its key and its value
  void deadLetter(DeadLetter letter, long nowMillis) {
    forward(
        new Record<>(letter.key(), letter.value(), nowMillis, letter.headers()),
        FanoutTopology.DEAD_LETTERS);
  }

  /** Writes a message again, to the partition of its key, with its own time. */
  void again(Record<byte[], byte[]> message, Headers headers) {
    forward(
        new Record<>(message.key(), message.value(), message.timestamp(), headers),
        FanoutTopology.AGAIN);
    metrics.rerouted();
  }

  /** Writes a message for many to every partition, with its own time. */
  void copies(Record<byte[], byte[]> message, int partitions) {
    for (int partition = 0; partition < partitions; partition++) {
      Headers headers = new RecordHeaders(message.headers());
      headers.add(CloudEventHeaders.COPY, Integer.toString(partition).getBytes(UTF_8));
      forward(
          new Record<>(
              new FanoutTopology.Placed(partition, message.key()),
              message.value(),
              message.timestamp(),
              headers),
          FanoutTopology.COPIES);
    }
    metrics.multiplied();
  }

  private void forward(Record<?, byte[]> record, String sink) {
    context.forward(record, sink);
    commits.wrote();
  }

  private void inbox(int slot, byte[] value) {
    prepared.add(new Prepared(FanoutTopology.INBOX, slot, value, null));
  }
}
