package io.tidegate.fanout.simulation;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.SplittableRandom;
import org.jspecify.annotations.Nullable;

/**
 * How a fan-out process writes. With transactions a record lies in its log at once and counts when
 * the transaction does. Without (the at-least-once mutant) it lies in the producer's buffers, which
 * reach each log at a time of their own.
 */
final class Outputs {
  private final boolean transactional;
  private final Map<FakeLog<?>, Deque<Runnable>> buffers = new LinkedHashMap<>();

  Outputs(boolean transactional) {
    this.transactional = transactional;
  }

  <T> void append(FakeLog<T> log, T value, @Nullable Txn txn) {
    append(log, log, value, txn);
  }

  /** Becomes durable together with what is written to another log, whatever happens. */
  <T> void append(FakeLog<?> with, FakeLog<T> log, T value, @Nullable Txn txn) {
    if (transactional) {
      log.append(value, txn);
    } else {
      buffers.computeIfAbsent(with, _ -> new ArrayDeque<>()).add(() -> log.append(value, null));
    }
  }

  void flush() {
    buffers.values().forEach(buffer -> buffer.forEach(Runnable::run));
    buffers.clear();
  }

  /** Sends what lies in some of the buffers. */
  void flushSome(SplittableRandom random) {
    for (Deque<Runnable> buffer : buffers.values()) {
      if (random.nextBoolean()) {
        buffer.forEach(Runnable::run);
        buffer.clear();
      }
    }
  }

  void lose() {
    buffers.clear();
  }
}
