package io.tidegate.fanout.simulation;

import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** One partition of a topic. */
final class FakeLog<T> {
  /** A record; without a transaction it is durable at once. */
  record Rec<T>(T value, @Nullable Txn txn) {
    boolean isReadable() {
      return txn == null || txn.state == Txn.State.COMMITTED;
    }

    boolean isAborted() {
      return txn != null && txn.state == Txn.State.ABORTED;
    }
  }

  private final List<Rec<T>> records = new ArrayList<>();
  private int stable;

  long append(T value, @Nullable Txn txn) {
    records.add(new Rec<>(value, txn));
    return records.size() - 1L;
  }

  Rec<T> get(long offset) {
    return records.get((int) offset);
  }

  long end() {
    return records.size();
  }

  /** The offset of the first record whose transaction is not finished. */
  long lastStable() {
    while (stable < records.size()) {
      Txn txn = records.get(stable).txn();
      if (txn != null && !txn.isFinished()) {
        break;
      }
      stable++;
    }
    return stable;
  }
}
