package io.tidegate.ingest.message;

import static io.tidegate.ingest.message.InvalidMessageException.invalid;

import io.tidegate.contract.JsonBuffers;
import io.tidegate.contract.JsonEvent;
import io.tidegate.contract.LineText;
import io.tidegate.contract.MalformedEventException;
import io.tidegate.contract.Message;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.core.JsonParser;
import tools.jackson.core.JsonToken;
import tools.jackson.core.ObjectReadContext;
import tools.jackson.core.StreamReadConstraints;
import tools.jackson.core.TokenStreamFactory;
import tools.jackson.core.json.JsonFactory;

/**
 * The values of one JSON text, one after the other, each as the kind that is wanted there. Errors
 * name the path that they were asked with.
 */
final class JsonValues implements AutoCloseable {
  /**
   * No detection of other encodings, since offsets count bytes of UTF-8. Names stay canonicalized:
   * without, Jackson reads characters instead of bytes and knows no byte offsets.
   */
  private static final JsonFactory JSON =
      JsonFactory.builder()
          .recyclerPool(JsonBuffers.SHARED)
          .disable(TokenStreamFactory.Feature.CHARSET_DETECTION)
          .disable(TokenStreamFactory.Feature.INTERN_PROPERTY_NAMES)
          .streamReadConstraints(
              StreamReadConstraints.builder()
                  .maxNestingDepth(MessageParser.MAX_DEPTH)
                  .maxNumberLength(MessageParser.MAX_NUMBER_CHARS)
                  .maxNameLength(Message.MAX_PAYLOAD_BYTES)
                  .build())
          .build();

  /** What is made of a text. */
  interface Reading<T> {
    T of(JsonValues values) throws InvalidMessageException;
  }

  /** What is done with one field of an object. */
  interface FieldReading<F> {
    void of(F field, @Nullable JsonToken value) throws InvalidMessageException;
  }

  private final byte[] body;
  private final int offset;
  private final JsonParser json;

  private JsonValues(byte[] body, int offset, int length) {
    this.body = body;
    this.offset = offset;
    this.json = JSON.createParser(ObjectReadContext.empty(), body, offset, length);
  }

  /**
   * Reads one JSON text in UTF-8.
   *
   * @throws InvalidMessageException if it is not one, or {@code reading} finds it wanting
   */
  static <T> T read(byte[] body, int offset, int length, Reading<T> reading)
      throws InvalidMessageException {
    if (length == 0) {
      throw invalid(null, "the body is empty");
    }
    Text.requireUtf8(body, offset, length);
    try (JsonValues values = new JsonValues(body, offset, length)) {
      try {
        return reading.of(values);
      } catch (JacksonException e) {
        throw JsonFault.of(e, values.json);
      }
    }
  }

  /** The fields of an object by their names: those of the constants, in small letters. */
  static <F extends Enum<F>> Map<String, F> named(F[] constants) {
    Map<String, F> fields = new LinkedHashMap<>();
    for (F field : constants) {
      fields.put(field.name().toLowerCase(Locale.ROOT), field);
    }
    return fields;
  }

  /**
   * Reads the object that the whole text is.
   *
   * @return the fields that it has
   */
  <F> Set<F> object(Map<String, F> known, FieldReading<F> reading) throws InvalidMessageException {
    begin();
    Set<F> seen = fields("", known, reading);
    end("the object");
    return seen;
  }

  /** Reads the event that the whole text is, in which nothing is wrong with any attribute. */
  JsonEvent event() throws InvalidMessageException {
    try {
      JsonEvent event = JsonEvent.read(json, body, offset);
      event.requireGood();
      return event;
    } catch (MalformedEventException e) {
      throw InvalidMessageException.of(e);
    }
  }

  /** Reads the one value, of any kind, that the whole text is. */
  void anything() throws InvalidMessageException {
    JsonToken first = json.nextToken();
    if (first == null) {
      throw invalid(null, "there is only white space");
    }
    json.skipChildren();
    json.finishToken();
    end("the value");
  }

  private void begin() throws InvalidMessageException {
    JsonToken first = json.nextToken();
    if (first == null) {
      throw invalid(null, "the body is empty");
    }
    want(null, first, JsonToken.START_OBJECT, "an object");
  }

  private void end(String what) throws InvalidMessageException {
    if (json.nextToken() != null) {
      throw invalid(null, "something follows " + what);
    }
  }

  /**
   * Reads on to the end of an object that has begun, whose fields are all known and stand there
   * once.
   *
   * @param prefix of the fields' paths
   * @return the fields that it has
   */
  <F> Set<F> fields(String prefix, Map<String, F> known, FieldReading<F> reading)
      throws InvalidMessageException {
    Set<F> seen = new HashSet<>();
    for (String name = json.nextName(); name != null; name = json.nextName()) {
      F field = known.get(name);
      if (field == null) {
        throw invalid(
            prefix + LineText.quotable(name), "unknown field; want one of " + known.keySet());
      }
      if (!seen.add(field)) {
        throw invalid(prefix + name, "stands there twice");
      }
      reading.of(field, json.nextToken());
    }
    return seen;
  }

  @Nullable JsonToken next() {
    return json.nextToken();
  }

  void want(@Nullable String path, @Nullable JsonToken got, JsonToken wanted, String words)
      throws InvalidMessageException {
    if (got != wanted) {
      throw invalid(path, "want " + words + ", got " + words(got));
    }
  }

  String text(String path, @Nullable JsonToken value) throws InvalidMessageException {
    want(path, value, JsonToken.VALUE_STRING, "a string");
    return json.getString();
  }

  boolean bool(String path, @Nullable JsonToken value) throws InvalidMessageException {
    if (value == JsonToken.VALUE_TRUE || value == JsonToken.VALUE_FALSE) {
      return value == JsonToken.VALUE_TRUE;
    }
    throw invalid(path, "want true or false, got " + words(value));
  }

  String attribute(String path, @Nullable JsonToken value, int maxChars)
      throws InvalidMessageException {
    return Text.attribute(path, text(path, value), maxChars);
  }

  /** A number of seconds or an ISO 8601 duration. */
  long ttlMillis(String path, @Nullable JsonToken value) throws InvalidMessageException {
    if (value == JsonToken.VALUE_NUMBER_INT || value == JsonToken.VALUE_NUMBER_FLOAT) {
      return Times.ttlMillis(json.getString());
    }
    want(path, value, JsonToken.VALUE_STRING, "a number of seconds or an ISO 8601 duration");
    return Times.ttlMillisOf(json.getString());
  }

  /** The bytes of any value, from its first to its last character, no more than a payload has. */
  byte[] verbatim(String path, @Nullable JsonToken value) throws InvalidMessageException {
    return Payloads.bounded(path, JsonEvent.verbatim(value, json, body, offset));
  }

  @Override
  public void close() {
    json.close();
  }

  private static String words(@Nullable JsonToken token) {
    return switch (token) {
      case START_OBJECT -> "an object";
      case START_ARRAY -> "an array";
      case VALUE_STRING -> "a string";
      case VALUE_NUMBER_INT, VALUE_NUMBER_FLOAT -> "a number";
      case VALUE_TRUE -> "true";
      case VALUE_FALSE -> "false";
      case VALUE_NULL -> "null";
      case null, default -> "nothing";
    };
  }
}
