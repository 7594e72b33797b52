package io.tidegate.fanout.record;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.tidegate.contract.CloudEventCodec;
import io.tidegate.contract.CloudEventHeaders;
import io.tidegate.contract.MalformedEventException;
import io.tidegate.contract.Membership;
import io.tidegate.contract.Message;
import io.tidegate.contract.Recipient;
import io.tidegate.contract.UserKey;
import java.util.function.Function;
import org.apache.kafka.common.header.Header;
import org.apache.kafka.common.header.Headers;
import org.jspecify.annotations.Nullable;

/** Reads records of {@code tidegate.messages}, which anyone may have written. */
public final class MessageRecords {
  private MessageRecords() {}

  /**
   * @throws RejectedException if the key is no {@code tenant/user}
   */
  public static UserKey user(byte @Nullable [] key) throws RejectedException {
    return parsed(key, UserKey::parse);
  }

  /**
   * Whom a message is for.
   *
   * @throws RejectedException if key and subject do not say
   */
  public static Recipient recipient(byte @Nullable [] key, Headers headers)
      throws RejectedException {
    return parsed(key, present -> Recipient.of(present, headers));
  }

  /**
   * The partition that a copy of a message for many is for; null for the original.
   *
   * @throws RejectedException if the header has no partition
   */
  public static @Nullable Integer copy(Headers headers) throws RejectedException {
    Header header = headers.lastHeader(CloudEventHeaders.COPY);
    if (header == null) {
      return null;
    }
    try {
      return Integer.valueOf(header.value() == null ? "" : new String(header.value(), UTF_8));
    } catch (NumberFormatException e) {
      throw new RejectedException(
          DeadLetterCause.MALFORMED, CloudEventHeaders.COPY + ": want a partition");
    }
  }

  /**
   * @throws RejectedException if the key of a record of {@code tidegate.members} is none
   */
  public static Membership membership(byte @Nullable [] key) throws RejectedException {
    return parsed(key, Membership::parse);
  }

  private static <T> T parsed(byte @Nullable [] key, Function<byte[], T> parser)
      throws RejectedException {
    if (key == null) {
      throw new RejectedException(DeadLetterCause.KEY, "key: missing");
    }
    try {
      return parser.apply(key);
    } catch (IllegalArgumentException e) {
      throw new RejectedException(DeadLetterCause.KEY, String.valueOf(e.getMessage()));
    }
  }

  /**
   * @param recordMillis the record's timestamp, the message's time where it names none
   * @throws RejectedException if it is no message, or JSON by its content type but not in fact
   */
  public static Message message(Headers headers, byte @Nullable [] value, long recordMillis)
      throws RejectedException {
    Message message;
    try {
      message = CloudEventCodec.read(headers, value, recordMillis);
    } catch (MalformedEventException e) {
      throw new RejectedException(DeadLetterCause.MALFORMED, String.valueOf(e.getMessage()));
    }
    if (message.isLive() && message.deliverAtMillis() != 0) {
      throw new RejectedException(
          DeadLetterCause.MALFORMED, "ce_deliverat: contradicts ce_expirytime, not after ce_time");
    }
    // An event may have no data at all, which is no JSON text and needs none.
    if (message.contentType() == null && message.payload().length > 0) {
      String fault = JsonText.fault(message.payload());
      if (fault != null) {
        throw new RejectedException(DeadLetterCause.PAYLOAD, "value: " + fault);
      }
    }
    return message;
  }

  /** The message id, whatever else is wrong with the record; null where it has none to name. */
  public static @Nullable String id(Headers headers) {
    return text(headers, CloudEventHeaders.ID, Message.MAX_ID_CHARS);
  }

  /** As {@link #id}: the message's source. */
  public static @Nullable String source(Headers headers) {
    return text(headers, CloudEventHeaders.SOURCE, Message.MAX_ATTRIBUTE_CHARS);
  }

  private static @Nullable String text(Headers headers, String name, int maxChars) {
    Header header = headers.lastHeader(name);
    if (header == null || header.value() == null) {
      return null;
    }
    String text = new String(header.value(), UTF_8);
    return text.isEmpty() || text.length() > maxChars ? null : text;
  }
}
