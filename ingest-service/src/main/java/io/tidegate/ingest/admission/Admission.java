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
  private static final int AHEAD_SHARE = 4;
  private static final Part AHEAD_PART = new Part(80);

  private final int maxRequests;
  private final long maxBytes;
  private final AtomicInteger requests = new AtomicInteger();
  private final AtomicLong bytes = new AtomicLong();

  /** Those of them that are nobody's yet, or nobody's any more. */
  private final AtomicLong ahead = new AtomicLong();

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
   * @param share that it and its bytes must have room in, too; null for none
   */
  public @Nullable Permit enter(@Nullable Share share) {
    if (share != null && !share.enter(maxRequests - requests.get())) {
      return null;
    }
    int before = requests.getAndUpdate(n -> n < maxRequests ? n + 1 : n);
    if (before < maxRequests) {
      return new Permit(share, 1);
    }
    if (share != null) {
      share.leave();
    }
    return null;
  }

  /**
   * For bytes of a connection that nobody asked for, or that wait to be taken. It counts as no
   * request. All of these together have a quarter of the bytes, and one has a {@link Part} of that:
   * nobody knows whose they are.
   */
  public Permit ahead() {
    return new Permit(new Ahead(), 0);
  }

  /** What one connection has of what all have ahead. */
  private final class Ahead implements Share {
    private long held;

    @Override
    public boolean enter(int free) {
      return true;
    }

    @Override
    public void leave() {}

    @Override
    public synchronized boolean grow(long more, long free) {
      long before = ahead.get();
      long most = maxBytes / AHEAD_SHARE;
      if (before + more > most || !AHEAD_PART.allows(held, more, most - before)) {
        return false;
      }
      ahead.addAndGet(more);
      held += more;
      return true;
    }

    @Override
    public synchronized void shrink(long less) {
      ahead.addAndGet(-less);
      held -= less;
    }
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
      if (share != null && !share.grow(more, maxBytes - bytes.get())) {
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
        if (share != null) {
          share.leave();
        }
      }
    }
  }
}
