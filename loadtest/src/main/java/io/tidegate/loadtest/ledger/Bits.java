package io.tidegate.loadtest.ledger;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;

/** So many bits that many threads set. */
final class Bits {
  private static final VarHandle WORDS = MethodHandles.arrayElementVarHandle(long[].class);

  private final long[] words;

  Bits(long size) {
    this.words = new long[Math.toIntExact((size + Long.SIZE - 1) >>> 6)];
  }

  /** Whether it was not set before. */
  boolean set(long index) {
    long bit = 1L << index;
    return ((long) WORDS.getAndBitwiseOr(words, (int) (index >>> 6), bit) & bit) == 0;
  }

  boolean isSet(long index) {
    return ((long) WORDS.getOpaque(words, (int) (index >>> 6)) & 1L << index) != 0;
  }
}
