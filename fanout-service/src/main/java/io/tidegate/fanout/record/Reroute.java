package io.tidegate.fanout.record;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.tidegate.contract.CloudEventHeaders;
import io.tidegate.contract.DeadLetter;
import org.apache.kafka.common.header.Headers;
import org.apache.kafka.common.header.internals.RecordHeaders;
import org.jspecify.annotations.Nullable;

/**
 * A message that lies in another partition than its key's is written again, once. The header says
 * so: if it is found misplaced a second time, the two sides count partitions differently and
 * writing it again would go on for ever.
 */
public final class Reroute {
  /** On a message that was moved: {@code partition/offset} of where it lay. */
  public static final String HEADER = CloudEventHeaders.REROUTED;

  /** Kafka's default limit is 1 MiB for a record; a message of ours is at most 256 KiB. */
  private static final int MAX_BYTES = 768 * 1024;

  private Reroute() {}

  /**
   * The headers of the moved record.
   *
   * @throws RejectedException if it was moved before, or is too large to be written again
   */
  public static Headers headers(
      byte[] key, byte @Nullable [] value, Headers headers, int partition, long offset)
      throws RejectedException {
    if (headers.lastHeader(HEADER) != null) {
      throw new RejectedException(
          DeadLetterCause.MISROUTED, "key: of another partition although it was moved there");
    }
    requireMovable(key, value, headers);
    Headers moved = new RecordHeaders(headers);
    moved.add(HEADER, (partition + "/" + offset).getBytes(UTF_8));
    return moved;
  }

  /**
   * @throws RejectedException if the record is too large to be written again
   */
  public static void requireMovable(byte[] key, byte @Nullable [] value, Headers headers)
      throws RejectedException {
    int bytes = key.length + (value == null ? 0 : value.length) + DeadLetter.size(headers);
    if (bytes > MAX_BYTES) {
      throw new RejectedException(
          DeadLetterCause.TOO_LARGE, "not in its own partition and too large to move");
    }
  }
}
