package io.tidegate.fanout.topology;

import io.tidegate.contract.UserKey;
import io.tidegate.fanout.sequencer.At;
import io.tidegate.fanout.sequencer.Sequencer;
import io.tidegate.fanout.sequencer.SessionRef;
import io.tidegate.fanout.sequencer.UserEvent;
import io.tidegate.fanout.store.Keys;
import io.tidegate.fanout.store.SortedBytes;
import java.time.Duration;
import java.util.Map;
import org.apache.kafka.streams.processor.api.ProcessorContext;
import org.jspecify.annotations.Nullable;

/**
 * Ends the sessions of workers that are gone. A worker that dies says nothing; but once its slot is
 * taken anew, sessions of the incarnation before are over for certain. Then everyone who is
 * connected is looked at, a few users at a time and in turn with what else of the thread can wait.
 * So is everyone when the task gets its store, since slots may have been taken while nobody ran;
 * and who is connected and was not told of, because presence was not told yet, is told of then.
 *
 * <p>{@link PolicySweep} has it look for changes, so that there is one timer for both.
 */
final class SlotSweep implements AutoCloseable {
  static final int USERS = 256;

  private static final Duration MORE = Duration.ofMillis(ThreadTurns.LEAST_MILLIS);
  private static final long BUDGET_NANOS = 5_000_000;

  /** The users are known, so that none begins. */
  private static final long NO_EPOCH = 0;

  private final ProcessorContext<?, ?> context;
  private final UserHandler handler;
  private final SortedBytes store;
  private final DueTimer timer;
  private final EventRunner runner;
  private final Alarm alarm;
  private final ThreadTurns.Place turns = ThreadTurns.current().place();

  private Map<Integer, Long> looked;
  private byte @Nullable [] cursor = Keys.firstOnline();

  SlotSweep(
      ProcessorContext<?, ?> context,
      UserHandler handler,
      SortedBytes store,
      DueTimer timer,
      EventRunner runner) {
    this.context = context;
    this.handler = handler;
    this.store = store;
    this.timer = timer;
    this.runner = runner;
    this.alarm = new Alarm(context);
    this.looked = handler.incarnations();
  }

  void arm() {
    alarm.in(MORE, this::fire);
  }

  /** A session has begun; what was said of it may have been long on its way. */
  void began(UserKey user, SessionRef session) {
    Map<Integer, Long> newest = handler.incarnations();
    if (session.incarnation() < newest.getOrDefault(session.slot(), -1L)) {
      look(user, newest);
    }
  }

  /** Whether slots were taken. */
  void lookForChanges() {
    if (cursor == null && !handler.incarnations().equals(looked)) {
      looked = handler.incarnations();
      cursor = Keys.firstOnline();
      arm();
    }
  }

  private void fire() {
    long now = context.currentSystemTimeMs();
    if (cursor != null && turns.take(false, now)) {
      long began = System.nanoTime();
      cursor = sweep(cursor, began);
      turns.done(now, System.nanoTime() - began);
      timer.arm(runner);
    }
    if (cursor != null) {
      arm();
    }
  }

  /** Where to go on; null at the end. */
  private byte @Nullable [] sweep(byte[] from, long beganNanos) {
    Sequencer.Waiting found = handler.toLookAt(store, from, USERS, looked);
    for (UserKey user : found.users()) {
      look(user, looked);
      if (System.nanoTime() - beganNanos > BUDGET_NANOS) {
        return Keys.next(Keys.online(user));
      }
    }
    return found.next();
  }

  private void look(UserKey user, Map<Integer, Long> incarnations) {
    At at = new At(context.currentSystemTimeMs(), NO_EPOCH);
    boolean _ =
        runner.run(
            user, new UserEvent.SlotsTaken(incarnations), at, () -> "slots/" + context.taskId());
  }

  @Override
  public void close() {
    alarm.close();
    turns.close();
  }
}
