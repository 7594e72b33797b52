package io.tidegate.fanout.record;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.tidegate.contract.CloudEventHeaders;
import io.tidegate.contract.JsonEvent;
import io.tidegate.contract.MalformedEventException;
import io.tidegate.contract.MediaType;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.util.Objects;
import org.apache.kafka.common.header.Header;
import org.apache.kafka.common.header.Headers;
import org.apache.kafka.common.header.internals.RecordHeaders;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.core.JsonParser;
import tools.jackson.core.ObjectReadContext;
import tools.jackson.core.TokenStreamFactory;
import tools.jackson.core.json.JsonFactory;

/**
 * A CloudEvent in structured mode, all of it JSON in the record's value (at most 1 MiB), told again
 * in binary mode, which is how messages are read. What an event is, {@link JsonEvent} says.
 */
public final class StructuredEvent {
  private static final int MAX_BYTES = 1024 * 1024;
  private static final String JSON_FORMAT = CloudEventHeaders.EVENT_FORMATS + "+json";
  private static final String ATTRIBUTE = "ce_";

  /** Says whom the event is for, one user or many. */
  private static final String SUBJECT = "subject";

  /** No detection of other encodings, since offsets count bytes of UTF-8. */
  private static final JsonFactory JSON =
      JsonFactory.builder()
          .disable(TokenStreamFactory.Feature.CHARSET_DETECTION)
          .disable(TokenStreamFactory.Feature.INTERN_PROPERTY_NAMES)
          .build();

  private final Headers headers;
  private final JsonEvent event;

  private StructuredEvent(Headers headers, JsonEvent event) {
    this.headers = headers;
    this.event = event;
  }

  /**
   * @return null for a record that is not in structured mode
   * @throws RejectedException if it says that it is, and what it is and for whom cannot be read
   */
  public static @Nullable StructuredEvent of(Headers headers, byte @Nullable [] value)
      throws RejectedException {
    Header contentType = headers.lastHeader(CloudEventHeaders.CONTENT_TYPE);
    if (contentType == null || contentType.value() == null) {
      return null;
    }
    String type = MediaType.essence(new String(contentType.value(), UTF_8));
    if (!type.startsWith(CloudEventHeaders.EVENT_FORMATS)) {
      return null;
    }
    if (!type.equals(JSON_FORMAT)) {
      throw malformed(
          CloudEventHeaders.CONTENT_TYPE, "of CloudEvents only " + JSON_FORMAT + " is understood");
    }
    if (value == null || value.length == 0) {
      throw malformed("value", value == null ? "missing" : "empty");
    }
    if (value.length > MAX_BYTES) {
      throw malformed("value", "larger than " + MAX_BYTES + " bytes");
    }
    try {
      var _ = UTF_8.newDecoder().decode(ByteBuffer.wrap(value));
    } catch (CharacterCodingException e) {
      throw malformed("value", "not UTF-8");
    }
    try (JsonParser json = JSON.createParser(ObjectReadContext.empty(), value)) {
      JsonEvent event = JsonEvent.read(json, value, 0);
      if (event.isFaulty(SUBJECT)) {
        event.requireGood();
      }
      return new StructuredEvent(headers(headers, event), event);
    } catch (MalformedEventException e) {
      throw malformed(e);
    } catch (JacksonException e) {
      // The message may quote the payload, which belongs in no header and no log.
      throw malformed(
          "value",
          "not JSON at byte "
              + (e.getLocation() == null ? 0 : Math.max(0, e.getLocation().getByteOffset())));
    }
  }

  private static Headers headers(Headers written, JsonEvent event) {
    Headers headers = new RecordHeaders();
    for (Header each : written) {
      // In structured mode they may stand in headers as well; the value is what holds.
      if (!each.key().startsWith(ATTRIBUTE) && !each.key().equals(CloudEventHeaders.CONTENT_TYPE)) {
        headers.add(each);
      }
    }
    event
        .attributes()
        .forEach(
            (name, text) -> {
              String header = Objects.requireNonNull(CloudEventHeaders.BY_ATTRIBUTE.get(name));
              headers.remove(header).add(header, text.getBytes(UTF_8));
            });
    return headers;
  }

  /** In binary mode, as far as they can be read. */
  public Headers headers() {
    return headers;
  }

  /**
   * In binary mode.
   *
   * @throws RejectedException if the event is not good
   */
  public byte[] value() throws RejectedException {
    try {
      return event.payload();
    } catch (MalformedEventException e) {
      throw malformed(e);
    }
  }

  private static RejectedException malformed(MalformedEventException e) {
    return new RejectedException(DeadLetterCause.MALFORMED, String.valueOf(e.getMessage()));
  }

  private static RejectedException malformed(String what, String reason) {
    return new RejectedException(DeadLetterCause.MALFORMED, what + ": " + reason);
  }
}
