package io.tidegate.fanout.topology;

import io.tidegate.contract.UserKey;
import io.tidegate.fanout.metrics.FanoutMetrics;
import io.tidegate.fanout.sequencer.At;
import io.tidegate.fanout.sequencer.DueUser;
import io.tidegate.fanout.sequencer.Sequencer;
import io.tidegate.fanout.sequencer.UserEvent;
import io.tidegate.fanout.store.Keys;
import io.tidegate.fanout.store.SortedBytes;
import java.time.Duration;
import java.util.Arrays;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.apache.kafka.streams.processor.api.ProcessorContext;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Wakes users when they asked to be.
 *
 * <p>The timer is set for the next instant at which anything can be due, and once only, instead of
 * running at a fixed pace: Streams commits a transaction after every punctuation, whether it did
 * anything or not, so a pace of 20 ms would cost Kafka 50 transactions a second while nothing
 * happens. The instant is known because every write of the due index passes through {@link
 * #watching}.
 *
 * <p>Who is due is woken within a budget. After a firing that took half of it or more, the next one
 * takes its turn with what else of the thread can wait, see {@link ThreadTurns}.
 *
 * <p>The index is read from a low-water mark below which there is nothing, because a read from its
 * start would crawl over all that was deleted. The mark is a key and not an instant: at midnight or
 * when quiet hours end everyone may be due at one. Everything here but the index is soft: after a
 * start it is read once from its beginning.
 */
final class DueTimer implements AutoCloseable {
  private static final Logger LOGGER = LoggerFactory.getLogger(DueTimer.class);

  static final int MAX_USERS = 512;
  private static final int BATCH = 64;
  private static final long BUDGET_NANOS = 5_000_000;
  private static final long MIN_DELAY_MILLIS = 5;

  /** How far ahead the index is looked at, step by step. */
  private static final long FIRST_LOOK_MILLIS = 100;

  private static final long LAST_LOOK_MILLIS = 100_000;

  private static final int MAX_FAULTY = 10_000;
  private static final int RETRIES_PER_RUN = 16;
  private static final long MAX_BACKOFF_MILLIS = 300_000;
  private static final byte DUE_KIND = Keys.dueFrom(0)[0];

  private final ProcessorContext<?, ?> context;
  private final SortedBytes store;
  private final FreshEpochs epochs;
  private final FanoutMetrics metrics;
  private final Map<UserKey, Retry> faulty = new LinkedHashMap<>();
  private final ThreadTurns.Place turns = ThreadTurns.current().place();

  /** Nothing lies before it in the index. */
  private byte[] lowWater = Keys.dueFrom(0);

  private long wakeMillis;
  private long armedMillis = Long.MAX_VALUE;
  private boolean inTurn;
  private final Alarm alarm;

  /** A user whose wake-up met a fault of ours; tried again ever more seldom. */
  private record Retry(long atMillis, int failures) {}

  DueTimer(
      ProcessorContext<?, ?> context,
      SortedBytes store,
      FreshEpochs epochs,
      FanoutMetrics metrics) {
    this.context = context;
    this.alarm = new Alarm(context);
    this.store = store;
    this.epochs = epochs;
    this.metrics = metrics;
  }

  /** The store, with an eye on the due index. */
  SortedBytes watching() {
    return new SortedBytes() {
      @Override
      public byte @Nullable [] get(byte[] key) {
        return store.get(key);
      }

      @Override
      public void put(byte[] key, byte[] value) {
        store.put(key, value);
        watch(key);
      }

      @Override
      public void insert(byte[] key, byte[] value) {
        store.insert(key, value);
        watch(key);
      }

      private void watch(byte[] key) {
        if (key[0] == DUE_KIND) {
          lowWater = lower(lowWater, key);
          wakeMillis = Math.min(wakeMillis, Keys.dueMillis(key));
        }
      }

      @Override
      public void delete(byte[] key) {
        store.delete(key);
      }

      @Override
      public Range range(byte[] from, byte[] to) {
        return store.range(from, to);
      }
    };
  }

  /** Sets the timer; to be called after every event. */
  void arm(EventRunner runner) {
    if (wakeMillis >= armedMillis) {
      return;
    }
    armedMillis = wakeMillis;
    long delay = Math.max(MIN_DELAY_MILLIS, wakeMillis - context.currentSystemTimeMs());
    alarm.in(Duration.ofMillis(delay), () -> fire(runner));
  }

  private void fire(EventRunner runner) {
    armedMillis = Long.MAX_VALUE;
    long now = context.currentSystemTimeMs();
    if (inTurn && !turns.take(true, now)) {
      wakeMillis = now;
      arm(runner);
      return;
    }
    wakeMillis = Long.MAX_VALUE;
    long began = System.nanoTime();
    retryFaulty(now, runner);
    boolean all = wakeDue(now, runner);
    wakeMillis = Math.min(wakeMillis, all ? nextAfter(now) : now);
    long took = System.nanoTime() - began;
    boolean much = !all || took >= BUDGET_NANOS / 2;
    if (much || inTurn) {
      turns.done(now, took);
    } else {
      turns.worked(took);
    }
    inTurn = much;
    for (Retry retry : faulty.values()) {
      wakeMillis = Math.min(wakeMillis, retry.atMillis());
    }
    arm(runner);
  }

  /** Wakes who is due, within the budget; says whether it came to the end. */
  private boolean wakeDue(long now, EventRunner runner) {
    byte[] end = Keys.dueFrom(now + 1);
    List<DueUser> due = Sequencer.due(store, lowWater, now, MAX_USERS);
    long deadline = System.nanoTime() + BUDGET_NANOS;
    boolean first = true;
    for (int left = MAX_USERS; left > 0; left -= Math.max(BATCH, due.size())) {
      if (!first) {
        due = Sequencer.due(store, lowWater, now, left);
      }
      boolean last = due.size() < left;
      // Before the events, because they may put entries below it, which lower it again.
      lowWater = last ? end : Keys.next(key(due.getLast()));
      for (DueUser each : due) {
        // Never before the first, or a slow machine would get nowhere.
        if (!first && System.nanoTime() - deadline > 0) {
          lowWater = lower(lowWater, key(each));
          return false;
        }
        first = false;
        wake(each, now, runner);
      }
      if (last && Arrays.equals(lowWater, end)) {
        return true;
      }
    }
    return false;
  }

  private static byte[] key(DueUser due) {
    return Keys.due(due.atMillis(), due.user());
  }

  private static byte[] lower(byte[] one, byte[] other) {
    return Arrays.compareUnsigned(one, other) <= 0 ? one : other;
  }

  private void wake(DueUser due, long now, EventRunner runner) {
    if (faulty.containsKey(due.user())) {
      return;
    }
    metrics.due(now - due.atMillis());
    if (!run(due.user(), due.atMillis(), now, runner)) {
      failed(due.user(), now);
    }
  }

  /** Wakes a user out of turn. */
  void wakeNow(UserKey user, EventRunner runner) {
    long now = context.currentSystemTimeMs();
    if (!faulty.containsKey(user) && !run(user, now, now, runner)) {
      failed(user, now);
    }
    arm(runner);
  }

  private void failed(UserKey user, long now) {
    if (faulty.size() < MAX_FAULTY) {
      faulty.put(user, new Retry(now + backoff(1), 1));
    } else {
      LOGGER
          .atError()
          .addKeyValue("user", user)
          .log("too many users fail; this one is tried again only with what comes for it");
    }
  }

  private void retryFaulty(long now, EventRunner runner) {
    int left = RETRIES_PER_RUN;
    Map<UserKey, Retry> again = new LinkedHashMap<>();
    for (Iterator<Map.Entry<UserKey, Retry>> it = faulty.entrySet().iterator();
        it.hasNext() && left > 0; ) {
      Map.Entry<UserKey, Retry> each = it.next();
      if (each.getValue().atMillis() > now) {
        continue;
      }
      left--;
      it.remove();
      if (!run(each.getKey(), now, now, runner)) {
        int failures = each.getValue().failures() + 1;
        again.put(each.getKey(), new Retry(now + backoff(failures), failures));
      }
    }
    faulty.putAll(again);
  }

  private boolean run(UserKey user, long atMillis, long now, EventRunner runner) {
    At at = new At(now, epochs.at(UserProcessor.DUE, 0, atMillis));
    return runner.run(
        user, new UserEvent.Due(), at, () -> "due/" + context.taskId() + "/" + atMillis);
  }

  @Override
  public void close() {
    alarm.close();
    turns.close();
  }

  private static long backoff(int failures) {
    return Math.min(MAX_BACKOFF_MILLIS, 1_000L << Math.min(failures - 1, 20));
  }

  /** Not after the next entry of the index. */
  private long nextAfter(long now) {
    long from = now + 1;
    for (long look = FIRST_LOOK_MILLIS; look <= LAST_LOOK_MILLIS; look *= 10) {
      List<DueUser> next = Sequencer.due(store, from, now + look, 1);
      if (!next.isEmpty()) {
        return next.getFirst().atMillis();
      }
      from = now + look + 1;
    }
    return now + LAST_LOOK_MILLIS;
  }
}
