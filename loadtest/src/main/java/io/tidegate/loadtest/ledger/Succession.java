package io.tidegate.loadtest.ledger;

import io.tidegate.loadtest.profile.Receivers;
import io.tidegate.loadtest.profile.Sending;
import io.tidegate.loadtest.schedule.Audience;
import java.util.concurrent.atomic.AtomicIntegerArray;
import java.util.function.LongToIntFunction;

/**
 * Which message to a user comes right behind which, where that is settled when they are handed in:
 * for the lines of one request, and for all that one producer of Kafka writes. What was refused is
 * handed in again by itself, and comes before nothing any more.
 *
 * <p>Messages are handed in by one thread; any may ask.
 */
public final class Succession {
  /** None comes behind another. */
  public static final Succession NONE = new Succession(0, 0, _ -> 0);

  private final LongToIntFunction user;

  /** By message: the next, counted from 1; 0: there is none. */
  private final AtomicIntegerArray next;

  /** By user: the last that was handed in, and in which request. */
  private final int[] last;

  private final int[] lastRequest;
  private int request = 1;

  private Succession(int messages, int users, LongToIntFunction user) {
    this.user = user;
    this.next = new AtomicIntegerArray(messages);
    this.last = new int[users];
    this.lastRequest = new int[users];
  }

  /**
   * Of what is handed in so. A group's messages are expanded on their own, and what is delivered
   * now or never waits for nothing, so neither has an order that is settled.
   */
  public static Succession of(
      Sending sending, Receivers.Kind to, long messages, Audience audience) {
    boolean settled =
        to == Receivers.Kind.USER && sending.through() != Sending.Through.REST && !sending.isLive();
    return settled
        ? new Succession(Math.toIntExact(messages), audience.choices(), audience::choice)
        : NONE;
  }

  private boolean isNone() {
    return last.length == 0;
  }

  /** What is handed in from now on is of another request. */
  void requestBegins() {
    if (!isNone()) {
      request++;
    }
  }

  /** A message is about to be handed in for the first time. */
  void handedIn(long message) {
    if (isNone()) {
      return;
    }
    int to = user.applyAsInt(message);
    if (lastRequest[to] == request) {
      next.setOpaque(last[to], (int) message + 1);
    }
    last[to] = (int) message;
    lastRequest[to] = request;
  }

  /** Its place among the others says nothing any more. */
  void refused(long message) {
    if (!isNone()) {
      next.setOpaque((int) message, 0);
    }
  }

  /** The message that comes right behind one; {@link MessageIds#OTHER} if none has to. */
  long next(long message) {
    return isNone() ? MessageIds.OTHER : next.getOpaque((int) message) - 1L;
  }
}
