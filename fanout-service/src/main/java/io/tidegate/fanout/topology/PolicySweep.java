package io.tidegate.fanout.topology;

import static java.nio.charset.StandardCharsets.US_ASCII;

import io.tidegate.contract.UserKey;
import io.tidegate.fanout.sequencer.Sequencer;
import io.tidegate.fanout.store.Keys;
import io.tidegate.fanout.store.SortedBytes;
import java.nio.ByteBuffer;
import java.time.Duration;
import org.apache.kafka.streams.processor.api.ProcessorContext;
import org.jspecify.annotations.Nullable;

/**
 * Looks again at everyone whose messages wait after policies changed, a few users at a time and in
 * turn with what else of the thread can wait: whatever they were to wait for may not count any
 * more. That a task has done so up to some version of the policies is kept with its store, so that
 * a change while nobody ran is not missed.
 *
 * <p>It looks for changes every {@value #LOOK_SECONDS} s and no more often, because Streams commits
 * after every punctuation.
 */
final class PolicySweep implements AutoCloseable {
  static final int USERS = 256;
  static final int LOOK_SECONDS = 5;

  private static final Duration LOOK = Duration.ofSeconds(LOOK_SECONDS);
  private static final Duration MORE = Duration.ofMillis(ThreadTurns.LEAST_MILLIS);
  private static final long BUDGET_NANOS = 5_000_000;

  /** Kinds of keys from 0xF0 up are the shell's. */
  private static final byte[] KEY =
      ByteBuffer.allocate(9).put((byte) 0xFE).put("policies".getBytes(US_ASCII)).array();

  private final ProcessorContext<?, ?> context;
  private final UserHandler handler;
  private final SortedBytes store;
  private final DueTimer timer;
  private final EventRunner runner;
  private final Runnable alongside;

  private long version;
  private byte @Nullable [] cursor;
  private final Alarm alarm;
  private final ThreadTurns.Place turns = ThreadTurns.current().place();

  /**
   * @param alongside is run at every look
   */
  PolicySweep(
      ProcessorContext<?, ?> context,
      UserHandler handler,
      SortedBytes store,
      DueTimer timer,
      EventRunner runner,
      Runnable alongside) {
    this.context = context;
    this.handler = handler;
    this.store = store;
    this.timer = timer;
    this.runner = runner;
    this.alongside = alongside;
    this.alarm = new Alarm(context);
  }

  void arm() {
    byte[] swept = store.get(KEY);
    version = swept == null ? -1 : ByteBuffer.wrap(swept).getLong();
    alarm.in(MORE, this::fire);
  }

  private void fire() {
    alongside.run();
    long newest = handler.policyVersion();
    if (newest != version) {
      version = newest;
      cursor = Keys.firstUser();
    }
    long now = context.currentSystemTimeMs();
    if (cursor != null && turns.take(false, now)) {
      long began = System.nanoTime();
      cursor = sweep(cursor, began);
      turns.done(now, System.nanoTime() - began);
      if (cursor == null) {
        store.put(KEY, ByteBuffer.allocate(Long.BYTES).putLong(version).array());
      }
    }
    alarm.in(cursor == null ? LOOK : MORE, this::fire);
  }

  /** Where to go on; null at the end. */
  private byte @Nullable [] sweep(byte[] from, long beganNanos) {
    Sequencer.Waiting found = Sequencer.waiting(store, from, USERS);
    for (UserKey user : found.users()) {
      timer.wakeNow(user, runner);
      if (System.nanoTime() - beganNanos > BUDGET_NANOS) {
        return Keys.next(Keys.user(user));
      }
    }
    return found.next();
  }

  @Override
  public void close() {
    alarm.close();
    turns.close();
  }
}
