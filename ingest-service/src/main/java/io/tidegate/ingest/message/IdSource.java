package io.tidegate.ingest.message;

import java.util.concurrent.atomic.AtomicLong;

/**
 * Ids of messages that bring none: UUIDs of version 7 whose other 74 bits are those of a number
 * that counts up, under a secret of this instance (SipHash-2-4, Aumasson and Bernstein, 2012): who
 * sees some of them learns neither others nor how many there were. Safe for use by many threads,
 * which do not wait for one another as they would for a SecureRandom.
 */
public final class IdSource {
  private final long secretA;
  private final long secretB;
  private final AtomicLong count = new AtomicLong();

  /**
   * @param secretA of a good source of randomness
   * @param secretB the same
   */
  public IdSource(long secretA, long secretB) {
    this.secretA = secretA;
    this.secretB = secretB;
  }

  public String next(long epochMillis) {
    long n = count.getAndAdd(2);
    return MessageIds.uuid7(epochMillis, hash(n), hash(n + 1)).toString();
  }

  /** SipHash-2-4 of the eight bytes of {@code number}, the least first. */
  long hash(long number) {
    long v0 = secretA ^ 0x736f6d6570736575L;
    long v1 = secretB ^ 0x646f72616e646f6dL;
    long v2 = secretA ^ 0x6c7967656e657261L;
    long v3 = secretB ^ 0x7465646279746573L;
    // Two words: the number, and the count of its bytes.
    long word = number;
    for (int round = 0; round < 8; round++) {
      if (round == 0 || round == 2) {
        v3 ^= word;
      } else if (round == 4) {
        v2 ^= 0xff;
      }
      v0 += v1;
      v1 = Long.rotateLeft(v1, 13) ^ v0;
      v0 = Long.rotateLeft(v0, 32);
      v2 += v3;
      v3 = Long.rotateLeft(v3, 16) ^ v2;
      v0 += v3;
      v3 = Long.rotateLeft(v3, 21) ^ v0;
      v2 += v1;
      v1 = Long.rotateLeft(v1, 17) ^ v2;
      v2 = Long.rotateLeft(v2, 32);
      if (round == 1 || round == 3) {
        v0 ^= word;
        word = (long) Long.BYTES << 56;
      }
    }
    return v0 ^ v1 ^ v2 ^ v3;
  }
}
