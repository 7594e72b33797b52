package io.tidegate.ingest.publish;

import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;

/**
 * How many bytes one HTTP request may have handed to the producer and not seen acknowledged: a
 * message of 256 KiB for 1,000 users would otherwise fill the producer's memory for everyone.
 * Closed by the first sign that Kafka is in trouble, so that one request waits for that once, not
 * once for each of its lines.
 */
public final class Window {
  private static final int REQUEST_BYTES = 4 * 1024 * 1024;

  /** A record's key, headers and bookkeeping. */
  private static final int OVERHEAD_BYTES = 1024;

  private final int bytes;
  private final Semaphore room;
  private volatile boolean closed;

  /**
   * @param bytes at least 1
   */
  public Window(int bytes) {
    this.bytes = bytes;
    this.room = new Semaphore(bytes);
  }

  /** As much as one HTTP request is given. */
  public static Window ofOneRequest() {
    return new Window(REQUEST_BYTES);
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
    if (closed || !room.tryAcquire(cost, deadlineNanos - System.nanoTime(), TimeUnit.NANOSECONDS)) {
      return false;
    }
    if (closed) {
      room.release(cost);
      return false;
    }
    return true;
  }

  void leave(int cost) {
    room.release(cost);
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
