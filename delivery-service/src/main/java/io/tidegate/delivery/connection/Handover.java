package io.tidegate.delivery.connection;

import io.tidegate.delivery.inbox.Addressed;
import io.tidegate.delivery.inbox.InboxSink;
import java.util.List;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;

/**
 * One reader's way to the event loops: a batch is one task, and at most so many batches wait at a
 * loop, so that what a loop can't take yet stays in Kafka.
 */
final class Handover implements InboxSink {
  private final List<Loop> loops;
  private final List<Semaphore> room;

  Handover(List<Loop> loops, int batchesPerLoop) {
    this.loops = loops;
    this.room = loops.stream().map(loop -> new Semaphore(batchesPerLoop)).toList();
  }

  @Override
  public int loops() {
    return loops.size();
  }

  @Override
  public boolean offer(int index, List<Addressed> batch, long timeoutNanos)
      throws InterruptedException {
    Semaphore permits = room.get(index);
    if (!permits.tryAcquire(timeoutNanos, TimeUnit.NANOSECONDS)) {
      return false;
    }
    Loop loop = loops.get(index);
    boolean taken =
        Tasks.execute(
            loop.thread(),
            () -> {
              try {
                loop.obey(batch);
              } finally {
                permits.release();
              }
            });
    if (!taken) {
      permits.release();
    }
    return true;
  }
}
