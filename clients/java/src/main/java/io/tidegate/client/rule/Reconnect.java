package io.tidegate.client.rule;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.function.DoubleSupplier;
import org.jspecify.annotations.Nullable;

/**
 * Says when to come again, and how: a random delay below a bound that doubles. {@code NOW} means at
 * once only after a connection that stood, so that a worker which closes each one is not asked
 * without a pause. Times in milliseconds of any clock that only goes on.
 */
public final class Reconnect {
  /** Who stayed connected for so long begins with short delays again. Milliseconds. */
  private static final long STOOD = 10_000;

  /** A hello of a connection that was given up may arrive for so long. Milliseconds. */
  private static final long LATE = 60_000;

  /** More than so many connections are not given up in that time. */
  private static final int MOST_GHOSTS = 3;

  /** {@code lived} of a connection that no session came to be on. */
  public static final long NEVER_STOOD = -1;

  private final long first;
  private final long most;
  private final DoubleSupplier random;
  private final boolean canRenew;
  private final Deque<Long> ghosts = new ArrayDeque<>();
  private long bound;
  private boolean refused;

  /**
   * How to come again.
   *
   * @param delay milliseconds
   * @param asked the worker asked for the delay: nothing shortens it
   * @param another with another transport
   * @param renew with another token
   */
  public record Step(long delay, boolean asked, boolean another, boolean renew) {}

  /**
   * @param first the bound of the first delay
   * @param most of every bound
   * @param random from 0 up to but not 1
   * @param canRenew whether another token can be had
   */
  public Reconnect(long first, long most, DoubleSupplier random, boolean canRenew) {
    this.first = first;
    this.most = most;
    this.random = random;
    this.canRenew = canRenew;
    this.bound = first;
  }

  /**
   * A connection was given up after its hello had been sent. That hello may arrive late, when the
   * next connection stands, and takes its place. So one close as replaced within a minute is not
   * believed to be another client's.
   */
  public void gaveUp(long now) {
    ghosts.addLast(now);
    if (ghosts.size() > MOST_GHOSTS) {
      ghosts.removeFirst();
    }
  }

  /** A session stands: its token was good. */
  public void welcomed() {
    refused = false;
  }

  /** The next delay is a short one: somebody waits for it. Milliseconds. */
  public long hurry() {
    bound = first;
    return Math.round(backoff());
  }

  /**
   * @param lived how long the session stood; {@link #NEVER_STOOD}: none came to be
   * @param goaway the range that was asked for before the end; null: none was
   * @return null: it is over
   */
  public @Nullable Step after(End end, long now, long lived, @Nullable Range goaway) {
    if (lived >= STOOD) {
      bound = first;
    }
    boolean isFirst = bound == first;
    ghosts.removeIf(at -> now - at >= LATE);
    if (isOver(end.rule())) {
      return null;
    }
    boolean isToken = end.rule() == End.Rule.TOKEN;
    refused |= isToken;
    double backoff = backoff();
    Range stay = end.stay();
    double delay;
    if (goaway != null) {
      delay = goaway.at(random.getAsDouble());
    } else if (stay != null) {
      delay = stay.at(random.getAsDouble()) + backoff;
    } else {
      boolean isNow = isFirst && (isToken || end.rule() == End.Rule.NOW);
      delay = isNow ? 0 : backoff;
    }
    return new Step(
        Math.round(delay),
        goaway != null || stay != null,
        end.rule() == End.Rule.ANOTHER && lived == NEVER_STOOD,
        isToken);
  }

  private boolean isOver(End.Rule rule) {
    return switch (rule) {
      case NEVER -> true;
      case GHOST -> ghosts.pollFirst() == null;
      case TOKEN -> !canRenew || refused;
      case NOW, BACKOFF, ANOTHER -> false;
    };
  }

  private double backoff() {
    double delay = random.getAsDouble() * bound;
    bound = Math.min(most, 2 * bound);
    return delay;
  }
}
