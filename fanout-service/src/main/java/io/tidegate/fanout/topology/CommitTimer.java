package io.tidegate.fanout.topology;

import java.time.Duration;
import org.apache.kafka.streams.processor.api.ProcessorContext;
import org.jspecify.annotations.Nullable;

/**
 * Asks for a commit some time after a task has written the first record that nobody can read before
 * it, see {@link CommitPace}. Streams knows one fixed interval, which goes on beside what is asked
 * for, so it is told a much longer one.
 *
 * <p>A commit is of all tasks of a thread, so one timer runs for all of them.
 */
final class CommitTimer implements AutoCloseable {
  private static final ThreadLocal<Shared> CURRENT = ThreadLocal.withInitial(Shared::new);

  private final ProcessorContext<?, ?> context;
  private final Duration interval;
  private final Alarm alarm;
  private final Shared shared;
  private final ThreadTurns turns;

  /** What the tasks of a thread have in common. */
  static final class Shared {
    private final CommitPace pace = new CommitPace();

    /** The one whose time runs. */
    private @Nullable CommitTimer running;
  }

  /**
   * @param interval twice the time from the first record to the commit, where there is nothing else
   *     to do
   */
  CommitTimer(ProcessorContext<?, ?> context, Duration interval, Shared shared, ThreadTurns turns) {
    this.context = context;
    this.interval = interval;
    this.alarm = new Alarm(context);
    this.shared = shared;
    this.turns = turns;
  }

  /** For a task of the thread that asks. */
  static CommitTimer ofThread(ProcessorContext<?, ?> context, Duration interval) {
    return new CommitTimer(context, interval, CURRENT.get(), ThreadTurns.current());
  }

  /** A record was written. */
  void wrote() {
    if (shared.running == null) {
      Duration wait = shared.pace.next(interval, System.nanoTime(), turns.workedNanos());
      if (alarm.in(wait, this::askForCommit)) {
        shared.running = this;
      }
    }
  }

  private void askForCommit() {
    shared.running = null;
    context.commit();
  }

  @Override
  public void close() {
    alarm.close();
    if (shared.running == this) {
      shared.running = null;
    }
  }
}
