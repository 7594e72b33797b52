package io.tidegate.client;

import java.util.ArrayDeque;
import java.util.Queue;
import java.util.concurrent.Executor;
import org.jspecify.annotations.Nullable;

/** Tells the application what it need not answer: one after the other, and not without end. */
final class Notices {
  private static final int MOST = 256;

  private final Executor executor;
  private final Queue<Runnable> waiting = new ArrayDeque<>();
  private boolean busy;

  Notices(Executor executor) {
    this.executor = executor;
  }

  /** Where too many wait, the oldest is over. */
  void tell(Runnable notice) {
    synchronized (waiting) {
      if (waiting.size() >= MOST) {
        waiting.remove();
      }
      waiting.add(notice);
      if (busy) {
        return;
      }
      busy = true;
    }
    executor.execute(this::run);
  }

  private void run() {
    for (Runnable notice = next(); notice != null; notice = next()) {
      notice.run();
    }
  }

  private @Nullable Runnable next() {
    synchronized (waiting) {
      Runnable notice = waiting.poll();
      busy = notice != null;
      return notice;
    }
  }
}
