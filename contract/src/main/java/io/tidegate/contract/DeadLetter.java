package io.tidegate.contract;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.util.Arrays;
import org.apache.kafka.common.header.Header;
import org.apache.kafka.common.header.Headers;
import org.apache.kafka.common.header.internals.RecordHeaders;
import org.jspecify.annotations.Nullable;

/**
 * A record that could not be handled, as it goes to {@code tidegate.dead-letters}: what it was, why
 * and from where. A record near Kafka's size limit is cut, because with the cause it would not fit
 * and one that cannot be written would stop the partition.
 */
public record DeadLetter(byte @Nullable [] key, byte @Nullable [] value, Headers headers) {
  /** On a dead letter that was cut: the bytes that the key, the headers and the value had. */
  public static final String TRUNCATED = "tidegate_truncated";

  static final int MAX_VALUE_BYTES = 512 * 1024;
  static final int MAX_HEADER_BYTES = 256 * 1024;
  static final int MAX_KEY_BYTES = 64 * 1024;
  private static final int MAX_CAUSE_CHARS = 500;

  /**
   * @param cause one word of the service that gives up
   * @param detail null: the cause says all
   */
  public static DeadLetter of(
      byte @Nullable [] key,
      byte @Nullable [] value,
      Headers headers,
      String cause,
      @Nullable String detail,
      String topic,
      int partition,
      long offset) {
    int headerBytes = size(headers);
    boolean keyFits = length(key) <= MAX_KEY_BYTES;
    boolean valueFits = length(value) <= MAX_VALUE_BYTES;
    boolean headersFit = headerBytes <= MAX_HEADER_BYTES;
    Headers kept = headersFit ? new RecordHeaders(headers) : new RecordHeaders();
    // It may be a dead letter that was sent in again.
    kept.remove(CloudEventHeaders.DEAD_CAUSE).remove(CloudEventHeaders.DEAD_SOURCE);
    kept.remove(TRUNCATED).remove(CloudEventHeaders.REROUTED);
    put(kept, CloudEventHeaders.DEAD_CAUSE, text(cause, detail));
    put(kept, CloudEventHeaders.DEAD_SOURCE, topic + "/" + partition + "/" + offset);
    if (!keyFits || !valueFits || !headersFit) {
      put(kept, TRUNCATED, length(key) + "+" + headerBytes + "+" + length(value));
    }
    return new DeadLetter(
        keyFits ? key : head(key, MAX_KEY_BYTES),
        valueFits ? value : head(value, MAX_VALUE_BYTES),
        kept);
  }

  private static String text(String cause, @Nullable String detail) {
    if (detail == null) {
      return cause;
    }
    String text = cause + ": " + detail;
    return text.length() > MAX_CAUSE_CHARS ? text.substring(0, MAX_CAUSE_CHARS) : text;
  }

  private static void put(Headers headers, String name, String value) {
    headers.add(name, value.getBytes(UTF_8));
  }

  /** At most so many bytes that the headers take on the wire. */
  public static int size(Headers headers) {
    int bytes = 0;
    for (Header header : headers) {
      bytes += 8 + 3 * header.key().length() + length(header.value());
    }
    return bytes;
  }

  private static int length(byte @Nullable [] bytes) {
    return bytes == null ? 0 : bytes.length;
  }

  private static byte @Nullable [] head(byte @Nullable [] bytes, int max) {
    return bytes == null ? null : Arrays.copyOf(bytes, max);
  }
}
