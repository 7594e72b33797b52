package io.tidegate.delivery.connection;

import io.netty.channel.EventLoop;
import io.tidegate.contract.UserKey;
import io.tidegate.contract.session.SessionId;
import io.tidegate.delivery.ack.AckBatcher;
import io.tidegate.delivery.frame.NamedAck;
import io.tidegate.delivery.session.Session;
import io.tidegate.delivery.session.SessionLog;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;

/** One event loop's acks on their way to the sequencers. Runs on the loop's thread. */
@SuppressWarnings("FutureReturnValueIgnored") // Timers end with their loop.
final class AckFlow {
  private final EventLoop thread;
  private final AckBatcher acks;
  private final SessionLog log;
  private final long everyNanos;
  private final Consumer<SessionId> lost;
  private boolean timerSet;

  /**
   * @param everyNanos between batches
   * @param lost told of the sessions whose ack Kafka did not take
   */
  AckFlow(
      EventLoop thread, int partitions, SessionLog log, long everyNanos, Consumer<SessionId> lost) {
    this.thread = thread;
    this.acks = new AckBatcher(partitions);
    this.log = log;
    this.everyNanos = everyNanos;
    this.lost = lost;
  }

  /** The session's ack rose. */
  void acked(Session session) {
    if (session.isAckQueued()) {
      return;
    }
    int partition = session.user().partition(acks.partitions());
    acks.add(partition, session);
    if (acks.isFull(partition)) {
      flush(partition);
    }
    if (!timerSet && !acks.isEmpty()) {
      timerSet = true;
      thread.schedule((Runnable) this::flush, everyNanos, TimeUnit.NANOSECONDS);
    }
  }

  /**
   * Writes an ack that came by a request, at once: whoever sent it waits.
   *
   * @param done told on the loop's thread whether it was written
   */
  void write(UserKey user, String device, NamedAck ack, Consumer<Boolean> done) {
    boolean room =
        log.acks(
            user.partition(acks.partitions()),
            AckBatcher.encode(user, device, ack),
            written -> Tasks.execute(thread, () -> done.accept(written)));
    if (!room) {
      done.accept(false);
    }
  }

  /**
   * Writes at once that the session has got as far, and that it will not have that message. Until
   * that is written the session's ack must not rise so far: another would say that it has it.
   *
   * @param done told on the loop's thread whether it was written
   */
  void refused(Session session, long seq, Consumer<Boolean> done) {
    boolean room =
        log.acks(
            session.user().partition(acks.partitions()),
            AckBatcher.refusal(session, seq),
            written -> Tasks.execute(thread, () -> done.accept(written)));
    if (!room) {
      done.accept(false);
    }
  }

  /** Writes the session's ack before what is to be written next. */
  void hurry(Session session) {
    if (session.isAckQueued()) {
      flush(session.user().partition(acks.partitions()));
    }
  }

  /** Tries again what found no room. */
  void tick() {
    if (!timerSet && !acks.isEmpty()) {
      flush();
    }
  }

  private void flush() {
    timerSet = false;
    for (int partition = 0; partition < acks.partitions(); partition++) {
      flush(partition);
    }
  }

  private void flush(int partition) {
    while (!acks.isEmpty(partition)) {
      List<Session> taken = acks.take(partition);
      if (!log.acks(partition, AckBatcher.encode(taken), written -> done(taken, written))) {
        // The queue to Kafka is full: wait for the next turn of the timer.
        taken.forEach(session -> acks.add(partition, session));
        return;
      }
    }
  }

  /** On any thread. */
  private void done(List<Session> taken, boolean written) {
    if (!written) {
      Tasks.execute(thread, () -> taken.forEach(session -> lost.accept(session.id())));
    }
  }
}
