package io.tidegate.fanout.topology;

/**
 * When the tasks of one thread may go on with work that can wait. They share it, so that whatever
 * their number is, at least two thirds of the thread's time is left for records: Streams takes ever
 * more records from a task between two looks at its timers, but begins again with one after every
 * timer that went off.
 */
final class ThreadTurns {
  private static final long LEAST_MILLIS = 20;
  private static final ThreadLocal<ThreadTurns> CURRENT = ThreadLocal.withInitial(ThreadTurns::new);

  private long freeMillis;

  private ThreadTurns() {}

  /** Those of the thread that asks. */
  static ThreadTurns current() {
    return CURRENT.get();
  }

  /** From when on the next turn may be taken. */
  long freeMillis() {
    return freeMillis;
  }

  /** A turn was taken. */
  void taken(long fromMillis, long toMillis) {
    freeMillis = toMillis + Math.max(LEAST_MILLIS, 2 * (toMillis - fromMillis));
  }
}
