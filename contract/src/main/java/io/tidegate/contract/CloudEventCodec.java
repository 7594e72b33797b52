package io.tidegate.contract;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.time.DateTimeException;
import org.apache.kafka.common.header.Header;
import org.apache.kafka.common.header.Headers;
import org.apache.kafka.common.header.internals.RecordHeaders;
import org.jspecify.annotations.Nullable;

/** Messages to and from the headers of a Kafka record: CloudEvents in binary mode. */
public final class CloudEventCodec {
  private static final byte[] SPEC_VERSION = "1.0".getBytes(UTF_8);
  private static final String JSON = MediaType.JSON.type();
  private static final char REPLACEMENT = '\uFFFD';

  private CloudEventCodec() {}

  /** As {@link #headers(Recipient, Message)}. */
  public static Headers headers(UserKey user, Message message) {
    return headers(new Recipient.OneUser(user), message);
  }

  /** The headers that say everything of {@code message} but its payload. */
  public static Headers headers(Recipient to, Message message) {
    Headers headers = new RecordHeaders();
    headers.add(CloudEventHeaders.SPEC_VERSION, SPEC_VERSION);
    put(headers, CloudEventHeaders.ID, message.id());
    put(headers, CloudEventHeaders.SOURCE, message.source());
    put(headers, CloudEventHeaders.TYPE, message.type());
    put(headers, CloudEventHeaders.TIME, Rfc3339.format(message.timeMillis()));
    put(headers, CloudEventHeaders.SUBJECT, to.subject());
    put(
        headers,
        CloudEventHeaders.CONTENT_TYPE,
        message.contentType() == null ? JSON : message.contentType());
    if (message.urgency() != Urgency.NORMAL) {
      put(headers, CloudEventHeaders.URGENCY, message.urgency().word());
    }
    if (message.expiryMillis() != Message.NEVER) {
      put(headers, CloudEventHeaders.EXPIRY_TIME, Rfc3339.format(message.expiryMillis()));
    }
    if (message.deliverAtMillis() != 0) {
      put(headers, CloudEventHeaders.DELIVER_AT, Rfc3339.format(message.deliverAtMillis()));
    }
    put(headers, CloudEventHeaders.COLLAPSE_KEY, message.collapseKey());
    put(headers, CloudEventHeaders.CATEGORY, message.category());
    TraceContext trace = message.trace();
    if (trace != null) {
      put(headers, CloudEventHeaders.TRACE_PARENT, trace.parent());
      put(headers, CloudEventHeaders.TRACE_STATE, trace.state());
    }
    return headers;
  }

  /**
   * Reads a message that anyone may have written.
   *
   * @param recordMillis the record's timestamp, the event's time where it names none
   * @throws MalformedEventException if an attribute is missing, too long or not readable
   */
  public static Message read(Headers headers, byte @Nullable [] value, long recordMillis)
      throws MalformedEventException {
    String version = required(headers, CloudEventHeaders.SPEC_VERSION, 8);
    if (!version.equals("1.0")) {
      throw new MalformedEventException(CloudEventHeaders.SPEC_VERSION, "want 1.0");
    }
    String id = required(headers, CloudEventHeaders.ID, Message.MAX_ID_CHARS);
    String source = required(headers, CloudEventHeaders.SOURCE, Message.MAX_ATTRIBUTE_CHARS);
    String type = required(headers, CloudEventHeaders.TYPE, Message.MAX_ATTRIBUTE_CHARS);
    long time = time(headers, CloudEventHeaders.TIME, recordMillis);
    if (value == null) {
      throw new MalformedEventException("value", "missing");
    }
    if (value.length > Message.MAX_PAYLOAD_BYTES) {
      throw new MalformedEventException(
          "value", "larger than " + Message.MAX_PAYLOAD_BYTES + " bytes");
    }
    return new Message(
        id,
        source,
        type,
        time,
        urgency(headers),
        time(headers, CloudEventHeaders.EXPIRY_TIME, Message.NEVER),
        time(headers, CloudEventHeaders.DELIVER_AT, 0),
        optional(headers, CloudEventHeaders.COLLAPSE_KEY, Message.MAX_ATTRIBUTE_CHARS),
        optional(headers, CloudEventHeaders.CATEGORY, Message.MAX_ATTRIBUTE_CHARS),
        contentType(headers),
        TraceContext.of(
            optional(headers, CloudEventHeaders.TRACE_PARENT, Message.MAX_ATTRIBUTE_CHARS),
            traceState(headers)),
        value);
  }

  /** One that is not good is none, as the specification wants it. */
  private static @Nullable String traceState(Headers headers) {
    try {
      return optional(headers, CloudEventHeaders.TRACE_STATE, TraceContext.MAX_STATE_CHARS);
    } catch (MalformedEventException e) {
      return null;
    }
  }

  private static Urgency urgency(Headers headers) throws MalformedEventException {
    String word = optional(headers, CloudEventHeaders.URGENCY, 16);
    if (word == null) {
      return Urgency.NORMAL;
    }
    Urgency urgency = Urgency.of(word);
    if (urgency == null) {
      throw new MalformedEventException(
          CloudEventHeaders.URGENCY, "want very-low, low, normal or high");
    }
    return urgency;
  }

  /** Null for JSON, the case that is worth no bytes. */
  private static @Nullable String contentType(Headers headers) throws MalformedEventException {
    String given = optional(headers, CloudEventHeaders.CONTENT_TYPE, Message.MAX_ATTRIBUTE_CHARS);
    return given == null || isJson(given) ? null : given;
  }

  /** Whatever the parameters; not its relatives such as application/json-seq. */
  private static boolean isJson(String contentType) {
    return MediaType.essence(contentType).equals(JSON);
  }

  private static long time(Headers headers, String name, long absent)
      throws MalformedEventException {
    String text = optional(headers, name, 64);
    if (text == null) {
      return absent;
    }
    try {
      return Rfc3339.parse(text);
    } catch (DateTimeException | ArithmeticException e) {
      throw new MalformedEventException(name, "want an RFC 3339 time");
    }
  }

  private static String required(Headers headers, String name, int maxChars)
      throws MalformedEventException {
    String text = optional(headers, name, maxChars);
    if (text == null || text.isEmpty()) {
      throw new MalformedEventException(name, text == null ? "missing" : "empty");
    }
    return text;
  }

  private static @Nullable String optional(Headers headers, String name, int maxChars)
      throws MalformedEventException {
    Header header = headers.lastHeader(name);
    if (header == null || header.value() == null) {
      return null;
    }
    if (header.value().length > 4 * maxChars) {
      throw new MalformedEventException(name, "longer than " + maxChars + " characters");
    }
    String text = text(name, header.value());
    if (text.length() > maxChars) {
      throw new MalformedEventException(name, "longer than " + maxChars + " characters");
    }
    return text;
  }

  private static String text(String name, byte[] utf8) throws MalformedEventException {
    String text = new String(utf8, UTF_8);
    // What is not UTF-8 was replaced by this character, which may also stand there by right.
    if (text.indexOf(REPLACEMENT) >= 0) {
      try {
        return UTF_8.newDecoder().decode(ByteBuffer.wrap(utf8)).toString();
      } catch (CharacterCodingException e) {
        throw new MalformedEventException(name, "not UTF-8");
      }
    }
    return text;
  }

  private static void put(Headers headers, String name, @Nullable String value) {
    if (value != null) {
      headers.add(name, value.getBytes(UTF_8));
    }
  }
}
