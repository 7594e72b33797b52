package io.tidegate.ingest.publish;

import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;

/** One request's records on their way to Kafka. */
public final class Publication {
  private final int records;

  /** Set by who sends, before anyone awaits. */
  private volatile long deadlineNanos;

  private final CountDownLatch open;
  private final AtomicInteger acked = new AtomicInteger();
  private final AtomicReference<@Nullable Throwable> failure = new AtomicReference<>();

  Publication(int records) {
    this.records = records;
    this.open = new CountDownLatch(records);
  }

  void acked() {
    acked.incrementAndGet();
    open.countDown();
  }

  void failed(Throwable cause) {
    failure.compareAndSet(null, cause);
    open.countDown();
  }

  /** Null: nothing has failed. */
  @Nullable Throwable failure() {
    return failure.get();
  }

  /** All is sent that will be; Kafka has until then to answer. */
  void sent(long answerByNanos) {
    deadlineNanos = answerByNanos;
  }

  /** Whether Kafka has answered for every record, so that {@link #await} would not wait. */
  public boolean isDone() {
    return open.getCount() == 0;
  }

  /** Waits for Kafka's answer for every record, but not beyond the deadline. */
  public Published await() {
    try {
      if (!open.await(deadlineNanos - System.nanoTime(), TimeUnit.NANOSECONDS)) {
        failure.compareAndSet(null, new TimeoutException("Kafka did not answer in time"));
      }
    } catch (InterruptedException e) {
      // The service is stopping. The flag stays down: with it up, the answer could not be written.
      failure.compareAndSet(null, e);
    }
    return new Published(acked.get(), records, failure.get());
  }
}
