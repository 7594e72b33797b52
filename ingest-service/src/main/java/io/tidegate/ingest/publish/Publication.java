package io.tidegate.ingest.publish;

import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicLongFieldUpdater;
import java.util.concurrent.atomic.AtomicReferenceFieldUpdater;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;

/**
 * One message's records on their way to Kafka; one thread waits for them. A batch has one of these
 * for each of its lines, so it is one object and not five.
 */
public final class Publication {
  private static final AtomicLongFieldUpdater<Publication> COUNTS =
      AtomicLongFieldUpdater.newUpdater(Publication.class, "counts");
  private static final AtomicReferenceFieldUpdater<Publication, @Nullable Throwable> FAILURE =
      AtomicReferenceFieldUpdater.newUpdater(Publication.class, Throwable.class, "failure");

  private final int records;
  private final Window window;
  private final Company company;

  /**
   * In the upper half how many are acknowledged, in the lower of how many nobody knows yet; one
   * number, so that whoever gives up waiting counts neither too many nor too few.
   */
  private volatile long counts;

  /** The first one's. */
  private volatile @Nullable Throwable failure;

  private volatile @Nullable Thread waiter;

  /** Set by who sends, before anyone awaits. */
  private volatile long deadlineNanos;

  /**
   * @param window closed if Kafka does not answer in time
   * @param company of those who wait for what they have sent
   */
  Publication(int records, Window window, Company company) {
    this.records = records;
    this.window = window;
    this.company = company;
    this.counts = records;
  }

  void acked() {
    settled((1L << Integer.SIZE) - 1);
  }

  void failed(Throwable cause) {
    FAILURE.compareAndSet(this, null, cause);
    settled(-1);
  }

  private void settled(long change) {
    if (open(COUNTS.addAndGet(this, change)) == 0) {
      // Null: whoever comes to wait later sees that none is open.
      LockSupport.unpark(waiter);
    }
  }

  private static int open(long counts) {
    return (int) counts;
  }

  /** Null: nothing has failed. */
  @Nullable Throwable failure() {
    return failure;
  }

  /** All is sent that will be; Kafka has until then to answer. */
  void sent(long answerByNanos) {
    deadlineNanos = answerByNanos;
  }

  /** Whether Kafka has answered for every record, so that {@link #await} would not wait. */
  public boolean isDone() {
    return open(counts) == 0;
  }

  /** Waits for Kafka's answer for every record, but not beyond the deadline. */
  public Published await() {
    if (!isDone()) {
      company.join();
      try {
        awaitAnswers();
      } finally {
        company.leave();
      }
    } else if (Thread.interrupted()) {
      stopped();
    }
    return new Published((int) (counts >>> Integer.SIZE), records, failure);
  }

  /** The flag stays down: with it up, the answer could not be written. */
  private void stopped() {
    FAILURE.compareAndSet(this, null, new InterruptedException());
  }

  private void awaitAnswers() {
    waiter = Thread.currentThread();
    while (true) {
      if (Thread.interrupted()) {
        stopped();
        break;
      }
      if (isDone()) {
        break;
      }
      if (deadlineNanos - System.nanoTime() <= 0) {
        FAILURE.compareAndSet(this, null, new TimeoutException("Kafka did not answer in time"));
        window.close();
        break;
      }
      Wakeups.COMMON.parkUntil(this, deadlineNanos);
    }
    waiter = null;
  }
}
