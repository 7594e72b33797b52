package io.tidegate.delivery.kafka;

import io.tidegate.contract.StartupException;
import io.tidegate.contract.kafka.KafkaAccess;
import io.tidegate.contract.kafka.KafkaFault;
import io.tidegate.contract.table.TopicTable;
import io.tidegate.contract.token.Revocations;
import io.tidegate.delivery.metrics.DeliveryMetrics;
import java.util.function.LongSupplier;
import org.apache.kafka.common.KafkaException;

/** Follows {@code tidegate.revocations}. */
public final class RevocationFeed implements AutoCloseable {
  private final TopicTable table;

  private RevocationFeed(TopicTable table) {
    this.table = table;
  }

  /**
   * Begins to read; does not wait.
   *
   * @param topic where they are
   * @param revocations told of each change
   * @param clock epoch milliseconds
   * @param changed called after each change, on the feed's thread
   * @throws StartupException if Kafka's address cannot be resolved, or a setting be used
   */
  public static RevocationFeed open(
      KafkaAccess kafka,
      String topic,
      Revocations revocations,
      LongSupplier clock,
      Runnable changed,
      DeliveryMetrics metrics)
      throws StartupException {
    TopicTable table;
    try {
      table =
          TopicTable.open(
              kafka,
              topic,
              "tidegate-delivery-revocations",
              (key, value, offset) -> {
                revocations.forget(clock.getAsLong());
                try {
                  revocations.changed(key, value, offset);
                } finally {
                  changed.run();
                }
              });
    } catch (KafkaException e) {
      throw new StartupException(KafkaFault.of(kafka, e), e);
    }
    metrics.gauge("revocations", "Revocations that are known", revocations::size);
    metrics.counting(
        "revocations.skipped",
        "Records of the topic of revocations that could not be read or kept",
        table::skipped);
    return new RevocationFeed(table);
  }

  /** Whether all have been read that were there when Kafka was first asked. */
  public boolean isKnown() {
    return table.caughtUp();
  }

  @Override
  public void close() {
    table.close();
  }
}
