package io.tidegate.loadtest.devices.rule;

import java.util.random.RandomGenerator;

/**
 * When a device comes again: as the close code or the server says, else after a random delay below
 * a bound that doubles from 0.5 s to 30 s. {@code NOW} means at once only if the connection before
 * was no such retry itself, so that a server which closes each one is not asked without a pause.
 * Milliseconds.
 */
public final class Comeback {
  /** What a delay is where the device does not come again. */
  public static final long NEVER = -1;

  public static final long FIRST = 500;

  /** Of every delay, whatever the server says. */
  public static final long MOST = 30_000;

  /** Who had a session for so long begins with short delays again. */
  private static final long STOOD = 10_000;

  /** A hello of a connection that was given up may arrive for so long. */
  private static final long LATE = 60_000;

  private long bound = FIRST;
  private long leastMillis = NEVER;
  private long mostMillis;
  private boolean refused;

  /** Until when it may be the device's own hello that took its place. */
  private long ghostUntil;

  private boolean ghost;

  /** The server is about to close, and said when to come again. */
  public void goaway(long least, long most) {
    leastMillis = least;
    mostMillis = most;
  }

  /** A session stands: its token was good. */
  public void welcomed() {
    refused = false;
  }

  /** A connection was given up after its hello had been sent, and before it was answered. */
  public void gaveUp(long now) {
    ghost = true;
    ghostUntil = now + LATE;
  }

  /**
   * The delay after a connection that ended.
   *
   * @param now of any clock that only goes on
   * @param stood how long the session stood; 0: there was none
   * @param canRenew whether another token can be had
   * @return 0 to {@link #MOST}, or {@link #NEVER}
   */
  public long after(Ending ending, long now, long stood, boolean canRenew, RandomGenerator random) {
    long least = leastMillis;
    leastMillis = NEVER;
    if (stood >= STOOD) {
      bound = FIRST;
    }
    if (isOver(ending.rule(), now, canRenew)) {
      return NEVER;
    }
    boolean isFirst = bound == FIRST;
    long backoff = random.nextLong(bound + 1);
    bound = Math.min(MOST, 2 * bound);
    if (least != NEVER) {
      return Math.min(MOST, random.nextLong(least, Math.max(least, mostMillis) + 1));
    }
    long stay = ending.stayMillis();
    if (stay > 0) {
      // Twice as long at most, so that not all come in the same moment.
      return Math.min(MOST, random.nextLong(stay, 2 * stay + 1) + backoff);
    }
    boolean isNow = ending.rule() == Ending.Rule.NOW || ending.rule() == Ending.Rule.TOKEN;
    return isNow && isFirst ? 0 : backoff;
  }

  private boolean isOver(Ending.Rule rule, long now, boolean canRenew) {
    return switch (rule) {
      case NEVER -> true;
      case GHOST -> {
        boolean isGhost = ghost && now < ghostUntil;
        ghost = false;
        yield !isGhost;
      }
      case TOKEN -> {
        boolean isRefusedAgain = refused;
        refused = true;
        yield !canRenew || isRefusedAgain;
      }
      case NOW, BACKOFF -> false;
    };
  }
}
