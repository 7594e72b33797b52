package io.tidegate.ingest.message;

import java.util.concurrent.atomic.AtomicLong;

/**
 * Ids of messages that bring none: UUIDs of version 7 whose other 74 bits are two sequences with
 * seeds of this instance's own. They are there to be different, not to be hard to guess: who can
 * name a message can name no tenant's but its own. Safe for use by many threads, which do not wait
 * for one another as they would for a SecureRandom.
 */
public final class IdSource {
  /** Odd, so that a multiple of it is new 2^64 times (Steele, Lea and Flood, 2014). */
  private static final long GAMMA = 0x9e3779b97f4a7c15L;

  private final long seedA;
  private final long seedB;
  private final AtomicLong count = new AtomicLong();

  /**
   * @param seedA of a good source of randomness, and another one than other instances have
   * @param seedB the same
   */
  public IdSource(long seedA, long seedB) {
    this.seedA = seedA;
    this.seedB = seedB;
  }

  public String next(long epochMillis) {
    long step = count.getAndIncrement() * GAMMA;
    return MessageIds.uuid7(epochMillis, mixed(seedA + step), mixed(seedB + step)).toString();
  }

  /** Another number for each number, each bit depending on all (Stafford's thirteenth). */
  private static long mixed(long z) {
    long a = (z ^ (z >>> 30)) * 0xbf58476d1ce4e5b9L;
    long b = (a ^ (a >>> 27)) * 0x94d049bb133111ebL;
    return b ^ (b >>> 31);
  }
}
