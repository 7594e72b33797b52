package io.tidegate.delivery.leak;

import io.netty.buffer.ByteBufAllocator;
import io.netty.buffer.ByteBufUtil;
import io.netty.util.ResourceLeakDetector;
import java.lang.ref.ReferenceQueue;
import java.lang.ref.WeakReference;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import org.junit.jupiter.api.extension.AfterAllCallback;
import org.junit.jupiter.api.extension.BeforeAllCallback;
import org.junit.jupiter.api.extension.ExtensionContext;

/**
 * Fails a test class that leaves a Netty buffer unreleased. JUnit finds it by itself, so that it
 * stands behind all of them.
 *
 * <p>Netty tells of a leak when the garbage collector has found the buffer and another one is
 * allocated. So this collects, waits until that has been done, and allocates.
 */
public final class LeakCheck implements BeforeAllCallback, AfterAllCallback {
  private static final int ROUNDS = 3;
  private static final long ROUND_MILLIS = 1_000;
  private static final Queue<String> LEAKS = new ConcurrentLinkedQueue<>();

  static {
    ResourceLeakDetector.setLevel(ResourceLeakDetector.Level.PARANOID);
    ByteBufUtil.setLeakListener((type, records) -> LEAKS.add(type + records));
  }

  private static volatile boolean watching;

  @Override
  public void beforeAll(ExtensionContext context) {
    watching = true;
  }

  @Override
  public void afterAll(ExtensionContext context) throws InterruptedException {
    List<String> leaks = find();
    if (!leaks.isEmpty()) {
      throw new AssertionError(
          leaks.size() + " buffers were not released; the first: " + leaks.getFirst());
    }
  }

  static boolean isWatching() {
    return watching;
  }

  /** The leaks since the last call, as Netty tells them. */
  static List<String> find() throws InterruptedException {
    collect();
    ByteBufAllocator.DEFAULT.buffer(16).release();
    List<String> leaks = new ArrayList<>();
    String leak;
    while ((leak = LEAKS.poll()) != null) {
      leaks.add(leak);
    }
    return leaks;
  }

  /** Returns when the collector has found what was garbage before. */
  private static void collect() throws InterruptedException {
    // Two in a row: references of one collection come to their queues in any order.
    for (int i = 0; i < 2; i++) {
      ReferenceQueue<Object> found = new ReferenceQueue<>();
      WeakReference<Object> canary = new WeakReference<>(new Object(), found);
      int round = 0;
      do {
        System.gc();
        round++;
      } while (!canary.refersTo(null) && round < ROUNDS);
      found.remove(ROUND_MILLIS);
    }
  }
}
