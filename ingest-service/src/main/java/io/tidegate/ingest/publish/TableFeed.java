package io.tidegate.ingest.publish;

import io.tidegate.contract.table.TopicTable;
import java.time.Duration;

/** How far a topic that is a table has been read. */
public interface TableFeed extends AutoCloseable {
  /** Whether everything has been read that was there at start. */
  boolean caughtUp();

  /** Waits until the record at {@code offset} has been read; false if that took longer. */
  boolean awaitTold(long offset, Duration timeout) throws InterruptedException;

  /** How many records could not be taken. */
  long skipped();

  @Override
  void close();

  static TableFeed of(TopicTable table) {
    return new TableFeed() {
      @Override
      public boolean caughtUp() {
        return table.caughtUp();
      }

      @Override
      public boolean awaitTold(long offset, Duration timeout) throws InterruptedException {
        return table.awaitTold(offset, timeout);
      }

      @Override
      public long skipped() {
        return table.skipped();
      }

      @Override
      public void close() {
        table.close();
      }
    };
  }
}
