package io.tidegate.client;

import io.tidegate.client.loop.Loop;
import io.tidegate.client.protocol.Cursor;
import io.tidegate.client.rule.Feed;
import io.tidegate.client.rule.Item;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Has what came handled, one after the other, and stores how far that got; each is tried until it
 * succeeds. One cursor is stored at a time, the newest: while that goes on the next messages are
 * handled. All on the loop; what it calls ends there, too.
 */
final class Pump {
  /** After a failure the same is tried again: the first delay, and the longest. Milliseconds. */
  private static final long FIRST = 500;

  private static final long MOST = 30_000;

  /** Whom the pump works for. What it is given is called on the loop, once. */
  interface Work {
    /**
     * @param done null: it is handled
     */
    void handle(Item item, Consumer<@Nullable Throwable> done);

    /**
     * @param done null: it is stored
     */
    void store(Cursor cursor, Consumer<@Nullable Throwable> done);

    /**
     * @param item that was not handled; null: it was the store that failed
     */
    void failed(@Nullable Item item, Throwable error);

    /** More is handled or stored, so there is room, or more may be acked. */
    void progressed();
  }

  private final Loop loop;
  private final Feed feed;
  private final Work work;
  private final List<Runnable> waiting = new ArrayList<>();
  private final List<Runnable> retries = new ArrayList<>();
  private boolean handling;
  private boolean storing;
  private boolean stopped;
  private boolean keeps = true;

  Pump(Loop loop, Feed feed, Work work) {
    this.loop = loop;
    this.feed = feed;
    this.work = work;
  }

  /** Something came. */
  void run() {
    if (!handling) {
      handleNext();
    }
  }

  /**
   * Nothing more is begun.
   *
   * @param keep whether what was handled is still stored
   * @param then called when what was begun is done
   */
  void stop(boolean keep, Runnable then) {
    stopped = true;
    keeps &= keep;
    List.copyOf(retries).forEach(Runnable::run);
    whenSettled(then);
  }

  /** Calls once everything that came is handled and stored; once stopped, when nothing goes on. */
  void whenSettled(Runnable then) {
    waiting.add(then);
    settle();
  }

  private void settle() {
    if (!handling && !storing) {
      List<Runnable> all = List.copyOf(waiting);
      waiting.clear();
      all.forEach(Runnable::run);
    }
  }

  private void handleNext() {
    handling = true;
    Item item = stopped ? null : feed.next();
    while (item instanceof Item.Begin) {
      feed.handled(item);
      item = feed.next();
    }
    store();
    if (item == null) {
      handling = false;
      settle();
      return;
    }
    Item next = item;
    insist(
        next,
        done -> work.handle(next, done),
        FIRST,
        () -> {
          feed.handled(next);
          work.progressed();
          handleNext();
        },
        () -> {
          handling = false;
          settle();
        });
  }

  private void store() {
    Cursor cursor = storing || !keeps ? null : feed.unstored();
    if (cursor == null) {
      return;
    }
    storing = true;
    insist(
        null,
        done -> work.store(cursor, done),
        FIRST,
        () -> {
          feed.stored(cursor);
          storing = false;
          work.progressed();
          store();
          settle();
        },
        () -> {
          storing = false;
          settle();
        });
  }

  /** Calls until it succeeds, or until it is stopped. */
  private void insist(
      @Nullable Item item,
      Consumer<Consumer<@Nullable Throwable>> call,
      long delay,
      Runnable done,
      Runnable givenUp) {
    call.accept(
        error -> {
          if (error == null) {
            done.run();
            return;
          }
          work.failed(item, error);
          if (stopped) {
            givenUp.run();
          } else {
            long next = Math.min(MOST, 2 * delay);
            later(delay, () -> insist(item, call, next, done, givenUp), givenUp);
          }
        });
  }

  /** Calls after a delay; or the other, if it is stopped meanwhile. */
  private void later(long delay, Runnable then, Runnable otherwise) {
    Runnable[] retry = new Runnable[1];
    Loop.Timer timer =
        loop.after(
            delay,
            () -> {
              retries.remove(retry[0]);
              then.run();
            });
    retry[0] =
        () -> {
          retries.remove(retry[0]);
          timer.cancel();
          otherwise.run();
        };
    retries.add(retry[0]);
  }
}
