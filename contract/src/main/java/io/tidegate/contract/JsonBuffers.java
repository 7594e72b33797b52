package io.tidegate.contract;

import java.util.concurrent.atomic.AtomicReferenceArray;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.util.BufferRecycler;
import tools.jackson.core.util.RecyclerPool;

/**
 * The buffers that Jackson works in, kept for threads that come and go: a thread looks in the two
 * places that its number points to, takes what is there, and brings it back. Where nothing is there
 * it makes some, and where there is no room it leaves them to the collector. No more than {@value
 * #PLACES} are kept, each of about 25 KB, or 150 KB once it has read a text of a megabyte; and
 * nobody waits. Jackson's own pool is a linked deque for all.
 */
public final class JsonBuffers implements RecyclerPool<BufferRecycler> {
  /** One for the whole process, so that the bound is one. */
  public static final JsonBuffers SHARED = new JsonBuffers();

  static final int PLACES = 64;

  /** So many references are a cache line or more, and neighbours do not write to the same. */
  private static final int STRIDE = 16;

  private static final long serialVersionUID = 1;

  private final AtomicReferenceArray<@Nullable BufferRecycler> places =
      new AtomicReferenceArray<>(PLACES * STRIDE);

  JsonBuffers() {}

  @Override
  public BufferRecycler acquirePooled() {
    int first = place();
    BufferRecycler kept = take(first);
    if (kept == null) {
      kept = take(second(first));
    }
    return kept == null ? new BufferRecycler() : kept;
  }

  @Override
  public void releasePooled(BufferRecycler pooled) {
    int first = place();
    if (!put(first, pooled)) {
      put(second(first), pooled);
    }
  }

  @Override
  public int pooledCount() {
    int count = 0;
    for (int at = 0; at < places.length(); at += STRIDE) {
      count += places.get(at) == null ? 0 : 1;
    }
    return count;
  }

  @Override
  public boolean clear() {
    for (int at = 0; at < places.length(); at += STRIDE) {
      places.set(at, null);
    }
    return true;
  }

  private static int place() {
    return ((int) Thread.currentThread().threadId() & (PLACES - 1)) * STRIDE;
  }

  private static int second(int first) {
    return first ^ STRIDE;
  }

  private @Nullable BufferRecycler take(int at) {
    return places.get(at) == null ? null : places.getAndSet(at, null);
  }

  private boolean put(int at, BufferRecycler pooled) {
    return places.get(at) == null && places.compareAndSet(at, null, pooled);
  }
}
