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
    return enter(null);
  }

  /**
   * As {@link #enter()}.
   *
   * @param share that its bytes must have room in, too; null for none
   */
  public @Nullable Permit enter(@Nullable Share share) {
    int before = requests.getAndUpdate(n -> n < maxRequests ? n + 1 : n);
    return before < maxRequests ? new Permit(share, 1) : null;
  }

  /** For bytes that came before anyone asked for them. It counts as no request. */
  public Permit ahead() {
    return new Permit(null, 0);
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
    private final @Nullable Share share;
    private final int counted;

    private Permit(@Nullable Share share, int counted) {
      this.share = share;
      this.counted = counted;
    }

    /** Takes {@code more} bytes; false, and nothing taken, if there is no room for them. */
    public boolean grow(long more) {
      if (share != null && !share.grow(more)) {
        return false;
      }
      long before = bytes.getAndUpdate(n -> n + more <= maxBytes ? n + more : n);
      if (before + more > maxBytes) {
        giveBack(more);
        return false;
      }
      held.addAndGet(more);
      return true;
    }

    /** Gives back up to {@code less} bytes: never more than it holds. */
    public void shrink(long less) {
      long before = held.getAndUpdate(n -> n - Math.min(n, less));
      bytes.addAndGet(-Math.min(before, less));
      giveBack(Math.min(before, less));
    }

    private void giveBack(long less) {
      if (share != null && less > 0) {
        share.shrink(less);
      }
    }

    /** What was given to {@link Admission#enter(Share)}. */
    public @Nullable Share share() {
      return share;
    }

    public long held() {
      return held.get();
    }

    /** Gives everything back. Closing again does nothing. */
    @Override
    public void close() {
      if (closed.compareAndSet(false, true)) {
        long rest = held.getAndSet(0);
        bytes.addAndGet(-rest);
        giveBack(rest);
        requests.addAndGet(-counted);
      }
    }
  }
}
