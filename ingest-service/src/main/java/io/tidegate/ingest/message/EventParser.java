package io.tidegate.ingest.message;

import static io.tidegate.ingest.message.InvalidMessageException.invalid;

import java.nio.ByteBuffer;
import java.nio.CharBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JsonToken;

/**
 * Reads one CloudEvent from CloudEvents' JSON format 1.0.2. As strict as {@link MessageParser} with
 * JSON; of the attributes that it does not know only the names are checked, see {@link
 * EventAttributes}. JSON data goes on byte for byte as it stands.
 */
public final class EventParser {
  private static final String DATA = "data";
  private static final String DATA_BASE64 = "data_base64";
  private static final byte[] NO_DATA = {};

  private final JsonValues values;
  private final EventAttributes attributes;

  private byte @Nullable [] data;
  private boolean dataIsText;
  private byte @Nullable [] bytes;

  private EventParser(JsonValues values, Acceptance acceptance) {
    this.values = values;
    this.attributes = new EventAttributes(acceptance);
  }

  /**
   * @param body not changed and not kept: the payload is a copy
   * @throws InvalidMessageException with the problem to answer with
   */
  public static MessageRequest parse(byte[] body, int offset, int length, Acceptance acceptance)
      throws InvalidMessageException {
    return JsonValues.read(
        body, offset, length, values -> new EventParser(values, acceptance).request());
  }

  private MessageRequest request() throws InvalidMessageException {
    values.object(EventAttributes.MAX, this::read);
    attributes.requireWhole();
    return attributes.request(payload());
  }

  private void read(String name, @Nullable JsonToken value) throws InvalidMessageException {
    if (name.equals(DATA)) {
      dataIsText = value == JsonToken.VALUE_STRING;
      data = values.verbatim(value);
    } else if (value == JsonToken.VALUE_NULL) {
      // As if it did not stand there, says the JSON format in section 2.2 of attributes.
      if (!name.equals(DATA_BASE64) && !EventAttributes.isKnown(name)) {
        attributes.ignore(name);
      }
    } else if (name.equals(DATA_BASE64)) {
      bytes = base64(values.text(name, value));
    } else if (EventAttributes.isKnown(name)) {
      attributes.put(name, values.text(name, value));
    } else {
      attributes.ignore(name);
      if (value != null && value.isStructStart()) {
        throw invalid(name, "want a string, a number, true or false");
      }
    }
  }

  private static byte[] base64(String text) throws InvalidMessageException {
    try {
      return Base64.getDecoder().decode(text);
    } catch (IllegalArgumentException e) {
      throw invalid(DATA_BASE64, "not base64");
    }
  }

  private byte[] payload() throws InvalidMessageException {
    if (bytes != null) {
      if (data != null) {
        throw invalid(DATA_BASE64, "stands beside data; want one of the two");
      }
      return binary(DATA_BASE64, bytes, attributes);
    }
    if (data == null) {
      return NO_DATA;
    }
    if (attributes.isJson()) {
      return Payloads.bounded(DATA, data);
    }
    if (!dataIsText) {
      throw invalid(
          DATA, "want a string, since datacontenttype is not JSON; bytes go into data_base64");
    }
    if (!attributes.isUtf8()) {
      throw invalid(
          DATA, "is UTF-8, which datacontenttype says it is not; bytes go into data_base64");
    }
    return Payloads.bounded(DATA, text(data));
  }

  /**
   * The same, if it is what its content type says.
   *
   * @param field to name
   */
  static byte[] binary(String field, byte[] payload, EventAttributes attributes)
      throws InvalidMessageException {
    byte[] bounded = Payloads.bounded(field, payload);
    if (bounded.length > 0 && attributes.isJson()) {
      Payloads.requireJson(field, bounded);
    }
    return bounded;
  }

  private static byte[] text(byte[] json) throws InvalidMessageException {
    String text = JsonValues.read(json, 0, json.length, values -> values.text(DATA, values.next()));
    try {
      ByteBuffer utf8 = StandardCharsets.UTF_8.newEncoder().encode(CharBuffer.wrap(text));
      byte[] bytes = new byte[utf8.remaining()];
      utf8.get(bytes);
      return bytes;
    } catch (CharacterCodingException e) {
      throw invalid(DATA, "has half a surrogate pair");
    }
  }
}
