package io.tidegate.fanout.topology;

import io.tidegate.contract.DeadLetter;
import io.tidegate.contract.Message;
import io.tidegate.contract.Outcome;
import io.tidegate.contract.Topics;
import io.tidegate.contract.UserKey;
import io.tidegate.contract.session.Ack;
import io.tidegate.fanout.metrics.FanoutMetrics;
import io.tidegate.fanout.record.DeadLetterCause;
import io.tidegate.fanout.record.MessageRecords;
import io.tidegate.fanout.record.RejectedException;
import io.tidegate.fanout.record.Reroute;
import io.tidegate.fanout.record.SessionRecords;
import io.tidegate.fanout.record.SettingsRecords;
import io.tidegate.fanout.sequencer.At;
import io.tidegate.fanout.sequencer.UserEvent;
import io.tidegate.fanout.store.SortedBytes;
import java.security.SecureRandom;
import java.util.function.Supplier;
import org.apache.kafka.common.utils.Bytes;
import org.apache.kafka.streams.processor.api.Processor;
import org.apache.kafka.streams.processor.api.ProcessorContext;
import org.apache.kafka.streams.processor.api.Record;
import org.apache.kafka.streams.processor.api.RecordMetadata;
import org.apache.kafka.streams.state.KeyValueStore;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Reads the records of one partition of messages, sessions and acks, has the core handle them, and
 * sends what follows. Decoding happens here and not in deserialisers, so that no record can stop
 * the partition: what cannot be read becomes a dead letter.
 */
final class UserProcessor implements Processor<byte[], byte[], Object, byte[]> {
  private static final Logger LOGGER = LoggerFactory.getLogger(UserProcessor.class);

  // What positions count in, for fresh epochs. Never to be renumbered.
  private static final int MESSAGES = 0;
  private static final int SESSIONS = 1;
  private static final int ACKS = 2;
  static final int DUE = 3;
  private static final int SETTINGS = 4;

  private final Topics topics;
  private final int partitions;
  private final Supplier<UserHandler> handlers;
  private final LiveSender live;
  private final FanoutMetrics metrics;
  private @Nullable Task task;

  /**
   * What lives as long as the task has its store. Streams may begin a task anew with this object.
   */
  private record Task(
      ProcessorContext<Object, byte[]> context,
      FreshEpochs epochs,
      Outbound outbound,
      EventRunner runner,
      DueTimer timer) {}

  /**
   * @param partitions how many {@code tidegate.messages} has
   */
  UserProcessor(
      Topics topics,
      int partitions,
      Supplier<UserHandler> handlers,
      LiveSender live,
      FanoutMetrics metrics) {
    this.topics = topics;
    this.partitions = partitions;
    this.handlers = handlers;
    this.live = live;
    this.metrics = metrics;
  }

  @Override
  public void init(ProcessorContext<Object, byte[]> context) {
    KeyValueStore<Bytes, byte[]> streams = context.getStateStore(FanoutTopology.STORE);
    SortedBytes store = StreamsBytes.over(streams);
    FreshEpochs epochs = new FreshEpochs(store, new SecureRandom()::nextLong);
    Outbound outbound = new Outbound(context, live, metrics);
    DueTimer timer = new DueTimer(context, store, epochs, metrics);
    UserHandler handler = handlers.get();
    EventRunner runner = new EventRunner(handler, timer.watching(), outbound, metrics);
    task = new Task(context, epochs, outbound, runner, timer);
    timer.arm(runner);
    new DedupePurge(context, handler, store, metrics).arm();
    new PolicySweep(context, handler, store, timer, runner).arm();
  }

  @Override
  public void process(Record<byte[], byte[]> record) {
    Task to = task();
    RecordMetadata from = to.context().recordMetadata().orElseThrow();
    if (from.topic().equals(topics.messages())) {
      message(to, from, record);
    } else if (from.topic().equals(topics.sessions())) {
      session(to, from, record);
    } else if (from.topic().equals(topics.users())) {
      settings(to, from, record);
    } else {
      acks(to, from, record);
    }
    to.timer().arm(to.runner());
  }

  private void message(Task to, RecordMetadata from, Record<byte[], byte[]> record) {
    metrics.message();
    UserKey user = null;
    try {
      user = MessageRecords.user(record.key());
      Message message =
          MessageRecords.message(record.headers(), record.value(), record.timestamp());
      if (user.partition(partitions) != from.partition()) {
        to.outbound()
            .again(
                record,
                Reroute.headers(
                    record.key(),
                    record.value(),
                    record.headers(),
                    from.partition(),
                    from.offset()));
      } else if (!run(to, user, new UserEvent.Arrived(message), MESSAGES, from)) {
        deadLetter(to, from, record, DeadLetterCause.INTERNAL, null);
        deadLettered(to, user, message.id(), Outcome.Reason.INTERNAL);
      }
    } catch (RejectedException e) {
      deadLetter(to, from, record, e.rejection(), e.getMessage());
      String id = MessageRecords.id(record.headers());
      if (user != null && id != null) {
        deadLettered(to, user, id, Outcome.Reason.MALFORMED);
      }
    }
  }

  private void session(Task to, RecordMetadata from, Record<byte[], byte[]> record) {
    try {
      UserKey user = MessageRecords.user(record.key());
      UserEvent event = SessionRecords.event(record.value());
      requireOurs(user, from);
      if (!run(to, user, event, SESSIONS, from)) {
        deadLetter(to, from, record, DeadLetterCause.INTERNAL, null);
      }
    } catch (RejectedException e) {
      deadLetter(to, from, record, e.rejection(), e.getMessage());
    }
  }

  /** What is set for a user; a record that cannot be read leaves what was set before. */
  private void settings(Task to, RecordMetadata from, Record<byte[], byte[]> record) {
    try {
      UserKey user = MessageRecords.user(record.key());
      UserEvent event = SettingsRecords.event(record.value());
      requireOurs(user, from);
      if (!run(to, user, event, SETTINGS, from)) {
        deadLetter(to, from, record, DeadLetterCause.INTERNAL, null);
      }
    } catch (RejectedException e) {
      deadLetter(to, from, record, e.rejection(), e.getMessage());
    }
  }

  /** Each ack stands for itself. A batch with any that cannot be handled is a dead letter, once. */
  private void acks(Task to, RecordMetadata from, Record<byte[], byte[]> record) {
    RejectedException first = null;
    try {
      for (Ack ack : SessionRecords.acks(record.value())) {
        try {
          ack(to, from, ack);
        } catch (RejectedException e) {
          first = first == null ? e : first;
        }
      }
    } catch (RejectedException e) {
      first = e;
    }
    if (first != null) {
      deadLetter(to, from, record, first.rejection(), first.getMessage());
    }
  }

  private void ack(Task to, RecordMetadata from, Ack ack) throws RejectedException {
    UserKey user;
    try {
      user = UserKey.parse(ack.getUser());
    } catch (IllegalArgumentException e) {
      throw new RejectedException(DeadLetterCause.UNREADABLE, String.valueOf(e.getMessage()));
    }
    UserEvent event = SessionRecords.acked(ack);
    requireOurs(user, from);
    if (!run(to, user, event, ACKS, from)) {
      throw new RejectedException(DeadLetterCause.INTERNAL, "an ack of the batch");
    }
  }

  private boolean run(Task to, UserKey user, UserEvent event, int source, RecordMetadata from) {
    At at =
        new At(
            to.context().currentSystemTimeMs(),
            to.epochs().at(source, from.partition(), from.offset()));
    return to.runner().run(user, event, at, () -> coordinate(from));
  }

  /** Workers partition as Kafka does by default, so another partition's user is a mistake. */
  private void requireOurs(UserKey user, RecordMetadata from) throws RejectedException {
    int partition = user.partition(partitions);
    if (partition != from.partition()) {
      throw new RejectedException(
          DeadLetterCause.MISROUTED, "the user is of partition " + partition);
    }
  }

  private void deadLettered(Task to, UserKey user, String id, Outcome.Reason reason) {
    long now = to.context().currentSystemTimeMs();
    Outcome outcome = new Outcome(id, null, Outcome.Kind.DEAD_LETTERED, reason, 0, null, now);
    to.outbound().outcome(user, outcome, now);
  }

  private void deadLetter(
      Task to,
      RecordMetadata from,
      Record<byte[], byte[]> record,
      DeadLetterCause cause,
      @Nullable String detail) {
    metrics.deadLetter(cause);
    LOGGER
        .atDebug()
        .addKeyValue("source", () -> coordinate(from))
        .addKeyValue("cause", cause.label())
        .addKeyValue("detail", detail)
        .log("a record became a dead letter");
    to.outbound()
        .deadLetter(
            DeadLetter.of(
                record.key(),
                record.value(),
                record.headers(),
                cause.label(),
                detail,
                from.topic(),
                from.partition(),
                from.offset()),
            to.context().currentSystemTimeMs());
  }

  private static String coordinate(RecordMetadata from) {
    return from.topic() + "/" + from.partition() + "/" + from.offset();
  }

  private Task task() {
    if (task == null) {
      throw new IllegalStateException("not initialised");
    }
    return task;
  }
}
