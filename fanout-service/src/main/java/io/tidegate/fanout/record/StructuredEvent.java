package io.tidegate.fanout.record;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.tidegate.contract.CloudEventHeaders;
import io.tidegate.contract.LineText;
import java.nio.ByteBuffer;
import java.nio.CharBuffer;
import java.nio.charset.CharacterCodingException;
import java.util.Arrays;
import java.util.Base64;
import java.util.HashSet;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.apache.kafka.common.header.Header;
import org.apache.kafka.common.header.Headers;
import org.apache.kafka.common.header.internals.RecordHeaders;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.core.JsonParser;
import tools.jackson.core.JsonToken;
import tools.jackson.core.ObjectReadContext;
import tools.jackson.core.TokenStreamFactory;
import tools.jackson.core.json.JsonFactory;

/**
 * A CloudEvent in structured mode, all of it JSON in the record's value (at most 1 MiB), told again
 * in binary mode, which is how messages are read. Attributes that nobody here reads are left out;
 * JSON data stays byte for byte as it stands.
 */
public final class StructuredEvent {
  private static final int MAX_BYTES = 1024 * 1024;
  private static final int MAX_ATTRIBUTES = 64;
  private static final String JSON_FORMAT = CloudEventHeaders.EVENT_FORMATS + "+json";
  private static final String ATTRIBUTE = "ce_";
  private static final Pattern CHARSET =
      Pattern.compile("(?i);\\s*charset\\s*=\\s*\"?([^\";\\s]*)");

  /** No detection of other encodings, since offsets count bytes of UTF-8. */
  private static final JsonFactory JSON =
      JsonFactory.builder()
          .disable(TokenStreamFactory.Feature.CHARSET_DETECTION)
          .disable(TokenStreamFactory.Feature.INTERN_PROPERTY_NAMES)
          .build();

  /** The header of each attribute that is read. */
  private static final Map<String, String> HEADERS =
      Map.ofEntries(
          Map.entry("specversion", CloudEventHeaders.SPEC_VERSION),
          Map.entry("id", CloudEventHeaders.ID),
          Map.entry("source", CloudEventHeaders.SOURCE),
          Map.entry("type", CloudEventHeaders.TYPE),
          Map.entry("time", CloudEventHeaders.TIME),
          Map.entry("subject", CloudEventHeaders.SUBJECT),
          Map.entry("datacontenttype", CloudEventHeaders.CONTENT_TYPE),
          Map.entry("traceparent", CloudEventHeaders.TRACE_PARENT),
          Map.entry("urgency", CloudEventHeaders.URGENCY),
          Map.entry("expirytime", CloudEventHeaders.EXPIRY_TIME),
          Map.entry("collapsekey", CloudEventHeaders.COLLAPSE_KEY),
          Map.entry("category", CloudEventHeaders.CATEGORY),
          Map.entry("deliverat", CloudEventHeaders.DELIVER_AT));

  /** The same event in binary mode. */
  public record Binary(Headers headers, byte[] value) {}

  private final byte[] text;
  private final Headers headers;
  private String contentType = "application/json";
  private byte @Nullable [] data;
  private @Nullable String dataText;
  private byte @Nullable [] bytes;

  private StructuredEvent(byte[] text, Headers written) {
    this.text = text;
    this.headers = new RecordHeaders();
    for (Header each : written) {
      // In structured mode they may stand in headers as well; the value is what holds.
      if (!each.key().startsWith(ATTRIBUTE) && !each.key().equals(CloudEventHeaders.CONTENT_TYPE)) {
        headers.add(each);
      }
    }
  }

  /**
   * @return null for a record that is not in structured mode
   * @throws RejectedException if it says that it is, and cannot be read
   */
  public static @Nullable Binary binary(Headers headers, byte @Nullable [] value)
      throws RejectedException {
    Header contentType = headers.lastHeader(CloudEventHeaders.CONTENT_TYPE);
    if (contentType == null || contentType.value() == null) {
      return null;
    }
    String type = mediaType(new String(contentType.value(), UTF_8));
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
    StructuredEvent event = new StructuredEvent(value, headers);
    try (JsonParser json = JSON.createParser(ObjectReadContext.empty(), value)) {
      event.read(json);
    } catch (JacksonException e) {
      // The message may quote the payload, which belongs in no header and no log.
      throw malformed(
          "value",
          "not JSON at byte "
              + (e.getLocation() == null ? 0 : Math.max(0, e.getLocation().getByteOffset())));
    }
    return new Binary(event.headers, event.payload());
  }

  private void read(JsonParser json) throws RejectedException {
    if (json.nextToken() != JsonToken.START_OBJECT) {
      throw malformed("value", "want an object");
    }
    Set<String> seen = new HashSet<>();
    for (String name = json.nextName(); name != null; name = json.nextName()) {
      if (!seen.add(name)) {
        throw malformed(LineText.quotable(name), "stands there twice");
      }
      if (seen.size() > MAX_ATTRIBUTES) {
        throw malformed("value", "more than " + MAX_ATTRIBUTES + " attributes");
      }
      attribute(name, json.nextToken(), json);
    }
    if (json.nextToken() != null) {
      throw malformed("value", "something follows the object");
    }
  }

  private void attribute(String name, @Nullable JsonToken value, JsonParser json)
      throws RejectedException {
    if (name.equals("data")) {
      dataText = value == JsonToken.VALUE_STRING ? json.getString() : null;
      data = verbatim(value, json);
      return;
    }
    String header = HEADERS.get(name);
    if (value == JsonToken.VALUE_NULL || (header == null && !name.equals("data_base64"))) {
      json.skipChildren();
      return;
    }
    if (value != JsonToken.VALUE_STRING) {
      throw malformed(name, "want a string");
    }
    if (header == null) {
      bytes = base64(json.getString());
      return;
    }
    if (name.equals("datacontenttype")) {
      contentType = json.getString();
      if (mediaType(contentType).startsWith(CloudEventHeaders.EVENT_FORMATS)) {
        // In binary mode it would say that the data is the event.
        throw malformed(name, "want the type of the data, and not that of an event");
      }
    }
    headers.remove(header);
    headers.add(header, utf8(name, json.getString()));
  }

  private byte[] verbatim(@Nullable JsonToken value, JsonParser json) {
    int start = Math.toIntExact(json.currentTokenLocation().getByteOffset());
    if (value != null && value.isStructStart()) {
      json.skipChildren();
    } else {
      json.finishToken();
    }
    int end = Math.toIntExact(json.currentLocation().getByteOffset());
    return Arrays.copyOfRange(text, start, end);
  }

  private byte[] payload() throws RejectedException {
    if (bytes != null) {
      if (data != null) {
        throw malformed("data_base64", "stands beside data; want one of the two");
      }
      return bytes;
    }
    if (data == null) {
      return new byte[0];
    }
    String type = mediaType(contentType);
    if (type.endsWith("/json") || type.endsWith("+json")) {
      return data;
    }
    if (dataText == null) {
      throw malformed("data", "want a string, since datacontenttype is not JSON");
    }
    Matcher charset = CHARSET.matcher(contentType);
    if (charset.find() && !charset.group(1).equalsIgnoreCase("utf-8")) {
      throw malformed("data", "is UTF-8, which datacontenttype says it is not");
    }
    return utf8("data", dataText);
  }

  private static byte[] base64(String text) throws RejectedException {
    try {
      return Base64.getDecoder().decode(text);
    } catch (IllegalArgumentException e) {
      throw malformed("data_base64", "not base64");
    }
  }

  private static byte[] utf8(String name, String text) throws RejectedException {
    try {
      ByteBuffer utf8 = UTF_8.newEncoder().encode(CharBuffer.wrap(text));
      byte[] encoded = new byte[utf8.remaining()];
      utf8.get(encoded);
      return encoded;
    } catch (CharacterCodingException e) {
      throw malformed(name, "has half a surrogate pair");
    }
  }

  private static String mediaType(String contentType) {
    int parameters = contentType.indexOf(';');
    String type = parameters < 0 ? contentType : contentType.substring(0, parameters);
    return type.strip().toLowerCase(Locale.ROOT);
  }

  private static RejectedException malformed(String what, String reason) {
    return new RejectedException(DeadLetterCause.MALFORMED, what + ": " + reason);
  }
}
