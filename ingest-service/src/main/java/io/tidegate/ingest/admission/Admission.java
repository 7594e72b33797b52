package io.tidegate.ingest.admission;

import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;

/**
 * Bounds what requests hold at once: how many there are, and how many bytes of theirs are in
 * memory. Nobody waits: who finds no room is told so at once. Safe for use by many threads.
 */
public final class Admission {
  private final int maxRequests;
  private final long maxBytes;
  private final AtomicInteger requests = new AtomicInteger();
  private final AtomicLong bytes = new AtomicLong();

  /**
   * @throws IllegalArgumentException naming the field
   */
  public Admission(int maxRequests, long maxBytes) {
    if (maxRequests < 1) {
      throw new IllegalArgumentException("maxRequests: want at least 1, got " + maxRequests);
    }
    if (maxBytes < 1) {
      throw new IllegalArgumentException("maxBytes: want at least 1, got " + maxBytes);
    }
    this.maxRequests = maxRequests;
    this.maxBytes = maxBytes;
  }

  /** Lets one more request in; null if there are as many as may be. */
  public @Nullable Permit enter() {
    int before = requests.getAndUpdate(n -> n < maxRequests ? n + 1 : n);
    return before < maxRequests ? new Permit() : null;
  }

  public int requests() {
    return requests.get();
  }

  public long bytes() {
    return bytes.get();
  }

  /** One request's share. Its bytes are given back by {@link #shrink}, the rest by closing it. */
  public final class Permit implements AutoCloseable {
    private final AtomicLong held = new AtomicLong();
    private final AtomicBoolean closed = new AtomicBoolean();

    private Permit() {}

    /** Takes {@code more} bytes; false, and nothing taken, if there is no room for them. */
    public boolean grow(long more) {
      long before = bytes.getAndUpdate(n -> n + more <= maxBytes ? n + more : n);
      if (before + more > maxBytes) {
        return false;
      }
      held.addAndGet(more);
      return true;
    }

    /** Gives back up to {@code less} bytes: never more than it holds. */
    public void shrink(long less) {
      long before = held.getAndUpdate(n -> n - Math.min(n, less));
      bytes.addAndGet(-Math.min(before, less));
    }

    public long held() {
      return held.get();
    }

    /** Gives everything back. Closing again does nothing. */
    @Override
    public void close() {
      if (closed.compareAndSet(false, true)) {
        bytes.addAndGet(-held.getAndSet(0));
        requests.decrementAndGet();
      }
    }
  }
}
