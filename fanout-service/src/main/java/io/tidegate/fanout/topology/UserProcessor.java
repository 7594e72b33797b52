package io.tidegate.fanout.topology;

import io.tidegate.contract.Membership;
import io.tidegate.contract.Message;
import io.tidegate.contract.Outcome;
import io.tidegate.contract.Recipient;
import io.tidegate.contract.Topics;
import io.tidegate.contract.UserKey;
import io.tidegate.contract.session.Ack;
import io.tidegate.fanout.group.Groups;
import io.tidegate.fanout.metrics.FanoutMetrics;
import io.tidegate.fanout.record.DeadLetterCause;
import io.tidegate.fanout.record.MessageRecords;
import io.tidegate.fanout.record.RejectedException;
import io.tidegate.fanout.record.Reroute;
import io.tidegate.fanout.record.SessionRecords;
import io.tidegate.fanout.record.SettingsRecords;
import io.tidegate.fanout.record.StructuredEvent;
import io.tidegate.fanout.sequencer.At;
import io.tidegate.fanout.sequencer.UserEvent;
import io.tidegate.fanout.statestore.StreamsBytes;
import io.tidegate.fanout.store.SortedBytes;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.function.Supplier;
import org.apache.kafka.common.utils.Bytes;
import org.apache.kafka.streams.processor.api.Processor;
import org.apache.kafka.streams.processor.api.ProcessorContext;
import org.apache.kafka.streams.processor.api.Record;
import org.apache.kafka.streams.processor.api.RecordMetadata;
import org.apache.kafka.streams.state.KeyValueStore;
import org.jspecify.annotations.Nullable;

/**
 * Reads the records of one partition of messages, sessions, acks, settings and members, has the
 * core handle them, and sends what follows. Decoding happens here and not in deserialisers, so that
 * no record can stop the partition: what cannot be read becomes a dead letter.
 */
final class UserProcessor implements Processor<byte[], byte[], Object, byte[]> {
  // What positions count in, for fresh epochs. Never to be renumbered.
  private static final int MESSAGES = 0;
  private static final int SESSIONS = 1;
  private static final int ACKS = 2;
  static final int DUE = 3;
  private static final int SETTINGS = 4;
  static final int GROUPS = 5;

  private final Topics topics;
  private final int partitions;
  private final Supplier<UserHandler> handlers;
  private final LiveSender live;
  private final Duration commitInterval;
  private final FanoutMetrics metrics;
  private @Nullable Task task;

  /**
   * What lives as long as the task has its store. Streams may begin a task anew with this object.
   */
  private record Task(
      ProcessorContext<Object, byte[]> context,
      FreshEpochs epochs,
      CommitTimer commits,
      Outbound outbound,
      Rejects rejects,
      EventRunner runner,
      DueTimer timer,
      SortedBytes store,
      Expander expander,
      DedupePurge purge,
      PolicySweep sweep,
      SlotSweep slots,
      OnlineUsers online) {}

  /**
   * @param partitions how many {@code tidegate.messages} has
   * @param commitInterval from the first record that is written to its commit, see {@link
   *     CommitTimer}
   */
  UserProcessor(
      Topics topics,
      int partitions,
      Supplier<UserHandler> handlers,
      LiveSender live,
      Duration commitInterval,
      FanoutMetrics metrics) {
    this.topics = topics;
    this.partitions = partitions;
    this.handlers = handlers;
    this.live = live;
    this.commitInterval = commitInterval;
    this.metrics = metrics;
  }

  @Override
  public void init(ProcessorContext<Object, byte[]> context) {
    KeyValueStore<Bytes, byte[]> streams = context.getStateStore(FanoutTopology.STORE);
    SortedBytes store = StreamsBytes.over(streams);
    FreshEpochs epochs = new FreshEpochs(store, new SecureRandom()::nextLong);
    OnlineUsers online = new OnlineUsers(store, metrics);
    CommitTimer commits = CommitTimer.ofThread(context, commitInterval);
    Outbound outbound = new Outbound(context, commits, live, online, metrics);
    DueTimer timer = new DueTimer(context, store, epochs, metrics);
    UserHandler handler = handlers.get();
    EventRunner runner = new EventRunner(handler, timer.watching(), outbound, metrics);
    Rejects rejects = new Rejects(context, outbound, metrics);
    Expander expander =
        new Expander(
            context,
            handler.expansions(store, context.taskId().partition(), partitions),
            epochs,
            runner,
            timer,
            outbound,
            rejects,
            metrics,
            topics.messages());
    DedupePurge purge = new DedupePurge(context, handler, store, metrics);
    SlotSweep slots = new SlotSweep(context, handler, store, timer, runner);
    PolicySweep sweep =
        new PolicySweep(context, handler, store, timer, runner, slots::lookForChanges);
    task =
        new Task(
            context, epochs, commits, outbound, rejects, runner, timer, store, expander, purge,
            sweep, slots, online);
    timer.arm(runner);
    expander.arm();
    purge.arm();
    sweep.arm();
    slots.arm();
  }

  @Override
  public void close() {
    if (task != null) {
      task.commits().close();
      task.expander().close();
      task.timer().close();
      task.purge().close();
      task.sweep().close();
      task.slots().close();
      task.online().close();
      task = null;
      ThreadTurns.current().gaveUpRecords();
    }
  }

  @Override
  public void process(Record<byte[], byte[]> record) {
    long began = System.nanoTime();
    Task to = task();
    RecordMetadata from = to.context().recordMetadata().orElseThrow();
    if (from.topic().equals(topics.messages())) {
      message(to, from, record);
    } else if (from.topic().equals(topics.sessions())) {
      session(to, from, record);
    } else if (from.topic().equals(topics.users())) {
      settings(to, from, record);
    } else if (from.topic().equals(topics.members())) {
      member(to, from, record);
    } else {
      acks(to, from, record);
    }
    to.timer().arm(to.runner());
    ThreadTurns.current().handledRecord(System.nanoTime() - began);
  }

  private void message(Task to, RecordMetadata from, Record<byte[], byte[]> written) {
    metrics.message();
    to.runner().arrived(to.context().currentSystemTimeMs(), written.timestamp());
    UserKey user = null;
    Record<byte[], byte[]> record = written;
    try {
      // In structured mode only until here: what is moved or copied is in binary mode.
      StructuredEvent event = StructuredEvent.of(written.headers(), written.value());
      record = event == null ? written : written.withHeaders(event.headers());
      Recipient recipient = MessageRecords.recipient(record.key(), record.headers());
      user = recipient instanceof Recipient.OneUser(UserKey one) ? one : null;
      record = event == null ? record : record.withValue(event.value());
      Message message =
          MessageRecords.message(record.headers(), record.value(), record.timestamp());
      if (user == null) {
        forMany(to, from, record, recipient, message);
      } else if (user.partition(partitions) != from.partition()) {
        to.outbound()
            .again(
                record,
                Reroute.headers(
                    record.key(),
                    record.value(),
                    record.headers(),
                    from.partition(),
                    from.offset()));
      } else {
        to.expander().bringUp(user);
        if (!run(to, user, new UserEvent.Arrived(message), MESSAGES, from)) {
          to.rejects().add(from, written, DeadLetterCause.INTERNAL, null);
          to.rejects().ended(user, message.id(), message.source(), Outcome.Reason.INTERNAL);
        }
      }
    } catch (RejectedException e) {
      to.rejects().add(from, written, e.rejection(), e.getMessage());
      String id = MessageRecords.id(record.headers());
      if (user != null && id != null) {
        String source = MessageRecords.source(record.headers());
        to.rejects().ended(user, id, source, Outcome.Reason.MALFORMED);
      }
    }
  }

  /** The original goes to every partition, in the same transaction; a copy is for this one. */
  private void forMany(
      Task to,
      RecordMetadata from,
      Record<byte[], byte[]> record,
      Recipient recipient,
      Message message)
      throws RejectedException {
    Integer of = MessageRecords.copy(record.headers());
    if (of == null) {
      Reroute.requireMovable(record.key(), record.value(), record.headers());
      to.outbound().copies(record, partitions);
    } else if (of == from.partition()) {
      if (!to.expander().begin(recipient, message, from.offset())) {
        throw new RejectedException(DeadLetterCause.INTERNAL, "a message for many");
      }
    } else {
      throw new RejectedException(DeadLetterCause.MISROUTED, "the copy is of partition " + of);
    }
  }

  private void member(Task to, RecordMetadata from, Record<byte[], byte[]> record) {
    try {
      Membership membership = MessageRecords.membership(record.key());
      requireOurs(membership.user(), from);
      if (record.value() == null) {
        if (Groups.leave(to.store(), membership)) {
          metrics.member(false);
        }
      } else if (Groups.join(to.store(), membership)) {
        metrics.member(true);
      }
    } catch (RejectedException e) {
      to.rejects().add(from, record, e.rejection(), e.getMessage());
    } catch (IllegalStateException e) {
      to.rejects().add(from, record, DeadLetterCause.INTERNAL, e.getMessage());
    }
  }

  private void session(Task to, RecordMetadata from, Record<byte[], byte[]> record) {
    try {
      UserKey user = MessageRecords.user(record.key());
      UserEvent event = SessionRecords.event(record.value());
      requireOurs(user, from);
      if (event instanceof UserEvent.SessionUp) {
        to.expander().bringUp(user);
      }
      if (!run(to, user, event, SESSIONS, from)) {
        to.rejects().add(from, record, DeadLetterCause.INTERNAL, null);
      }
      if (event instanceof UserEvent.SessionUp up) {
        to.slots().began(user, up.session());
      }
    } catch (RejectedException e) {
      to.rejects().add(from, record, e.rejection(), e.getMessage());
    }
  }

  /** What is set for a user; a record that cannot be read leaves what was set before. */
  private void settings(Task to, RecordMetadata from, Record<byte[], byte[]> record) {
    try {
      UserKey user = MessageRecords.user(record.key());
      UserEvent event = SettingsRecords.event(record.value());
      requireOurs(user, from);
      if (!run(to, user, event, SETTINGS, from)) {
        to.rejects().add(from, record, DeadLetterCause.INTERNAL, null);
      }
    } catch (RejectedException e) {
      to.rejects().add(from, record, e.rejection(), e.getMessage());
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
      to.rejects().add(from, record, first.rejection(), first.getMessage());
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
    return to.runner().run(user, event, at, () -> Rejects.coordinate(from));
  }

  /** Workers partition as Kafka does by default, so another partition's user is a mistake. */
  private void requireOurs(UserKey user, RecordMetadata from) throws RejectedException {
    int partition = user.partition(partitions);
    if (partition != from.partition()) {
      throw new RejectedException(
          DeadLetterCause.MISROUTED, "the user is of partition " + partition);
    }
  }

  private Task task() {
    if (task == null) {
      throw new IllegalStateException("not initialised");
    }
    return task;
  }
}
