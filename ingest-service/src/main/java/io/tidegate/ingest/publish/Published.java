package io.tidegate.ingest.publish;

import org.jspecify.annotations.Nullable;

/**
 * What became of one request's records.
 *
 * @param acked records that Kafka has acknowledged; the others may or may not be written
 * @param records how many there were to write
 * @param cause the first failure; null if there was none
 */
public record Published(int acked, int records, @Nullable Throwable cause) {
  public boolean complete() {
    return acked == records;
  }
}
