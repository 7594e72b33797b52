package io.tidegate.ingest.publish;

import io.tidegate.ingest.admission.SharedRoom;
import java.time.Duration;
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

  /** What is kept of a record beside its bytes, about. */
  private static final int OVERHEAD_BYTES = 512;

  private final int bytes;
  private final Semaphore own;
  private final SharedRoom all;
  private final String tenant;
  private volatile boolean closed;

  /** How long this request may still wait for its tenant's part; only the sender's thread asks. */
  private long patienceNanos;

  /** How long it has waited for that so far. */
  private long waitedNanos;

  /** What became of a record that wanted to go. */
  enum Entry {
    IN,
    /** Kafka does not keep up. */
    SHUT,
    /** The tenant has too much on the way already. */
    CROWDED
  }

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
   * @param recordBytes of its key, headers and value
   */
  int cost(int recordBytes) {
    return Math.min(bytes, recordBytes + OVERHEAD_BYTES);
  }

  /** For the records of one message. */
  long ticket() {
    return all.ticket();
  }

  /**
   * From now on so much may be waited for the tenant's part, over all records until this is called
   * again: once for a request, and for each message of a stream.
   */
  public void patience(Duration most) {
    patienceNanos = most.toNanos();
  }

  /** How long this request has waited for its tenant's part so far. */
  long waitedNanos() {
    return waitedNanos;
  }

  /** Waits for room of the request's own until the deadline, and then in the tenant's part. */
  Entry enter(int cost, long ticket, long deadlineNanos) throws InterruptedException {
    if (closed || !(own.tryAcquire(cost) || awaitOwn(cost, deadlineNanos))) {
      return Entry.SHUT;
    }
    boolean entered = false;
    try {
      if (closed) {
        return Entry.SHUT;
      }
      entered = all.tryEnter(tenant, ticket, cost) || awaitPart(cost, ticket);
      if (!entered) {
        return Entry.CROWDED;
      }
    } finally {
      if (!entered) {
        own.release(cost);
      }
    }
    if (closed) {
      leave(cost);
      return Entry.SHUT;
    }
    return Entry.IN;
  }

  private boolean awaitOwn(int cost, long deadlineNanos) throws InterruptedException {
    return own.tryAcquire(cost, deadlineNanos - System.nanoTime(), TimeUnit.NANOSECONDS);
  }

  private boolean awaitPart(int cost, long ticket) throws InterruptedException {
    long began = System.nanoTime();
    boolean entered = all.enter(tenant, ticket, cost, patienceNanos);
    long waited = System.nanoTime() - began;
    patienceNanos -= waited;
    waitedNanos += waited;
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
