package io.tidegate.ingest.publish;

import io.tidegate.ingest.admission.SharedRoom;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;

/**
 * How many bytes one HTTP request may have handed to the producer and not seen acknowledged: a
 * message of 256 KiB for 1,000 users would otherwise fill the producer's memory for everyone. All
 * requests of a tenant together have a part of that memory, too. Closed by the first sign that
 * Kafka is in trouble, so that one request waits for that once, not once for each of its lines.
 */
public final class Window {
  private static final int REQUEST_BYTES = 4 * 1024 * 1024;

  /** A record's key, headers and bookkeeping. */
  private static final int OVERHEAD_BYTES = 1024;

  private final int bytes;
  private final Semaphore own;
  private final SharedRoom all;
  private final String tenant;
  private volatile boolean closed;

  /**
   * @param bytes at least 1
   * @param all of the producer's memory
   * @param tenant whose request it is
   */
  public Window(int bytes, SharedRoom all, String tenant) {
    this.bytes = bytes;
    this.own = new Semaphore(bytes);
    this.all = all;
    this.tenant = tenant;
  }

  /** As much as one HTTP request is given. */
  public static Window ofOneRequest(SharedRoom all, String tenant) {
    return new Window(REQUEST_BYTES, all, tenant);
  }

  /**
   * What one record takes of the window; a record larger than the window takes all of it.
   *
   * @param valueBytes of the record
   */
  int cost(int valueBytes) {
    return Math.min(bytes, valueBytes + OVERHEAD_BYTES);
  }

  /** Whether there is room; false once closed, and when there is none until the deadline. */
  boolean enter(int cost, long deadlineNanos) throws InterruptedException {
    if (closed || !own.tryAcquire(cost, deadlineNanos - System.nanoTime(), TimeUnit.NANOSECONDS)) {
      return false;
    }
    boolean entered = false;
    try {
      entered = !closed && all.enter(tenant, cost, deadlineNanos - System.nanoTime());
    } finally {
      if (!entered) {
        own.release(cost);
      }
    }
    if (entered && closed) {
      leave(cost);
      return false;
    }
    return entered;
  }

  void leave(int cost) {
    all.leave(tenant, cost);
    own.release(cost);
  }

  /** Nothing more may be sent. */
  void close() {
    closed = true;
  }

  /** Whether Kafka was in trouble, so that nothing more of this request is sent. */
  public boolean isClosed() {
    return closed;
  }
}
