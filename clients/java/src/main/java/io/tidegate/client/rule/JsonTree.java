package io.tidegate.client.rule;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.core.JsonParser;
import tools.jackson.core.JsonToken;
import tools.jackson.core.ObjectReadContext;
import tools.jackson.core.StreamReadConstraints;
import tools.jackson.core.json.JsonFactory;

/**
 * Reads JSON as maps, lists, texts and numbers, and payloads as they stand there: what a sender
 * wrote is neither read nor written anew.
 */
final class JsonTree {
  /** The member whose value is kept as it stands there. */
  private static final String PAYLOAD = "data";

  /** Payloads have up to 500 levels, and stand in up to 5 of a frame's or a poll's. */
  private static final int MAX_DEPTH = 600;

  /** A payload is as its sender wrote it: only the bound of the whole frame holds. */
  private static final JsonFactory FACTORY =
      JsonFactory.builder()
          .streamReadConstraints(
              StreamReadConstraints.builder()
                  .maxNestingDepth(MAX_DEPTH)
                  .maxNumberLength(Integer.MAX_VALUE)
                  .maxStringLength(Integer.MAX_VALUE)
                  .maxNameLength(Integer.MAX_VALUE)
                  .build())
          .build();

  /** A payload, as JSON text. */
  record Payload(String json) {}

  /** What is of no use to a client: true, false, and numbers that are no whole ones of 64 bits. */
  enum Other {
    OTHER
  }

  private final String text;
  private final JsonParser parser;

  private JsonTree(String text, JsonParser parser) {
    this.text = text;
    this.parser = parser;
  }

  /**
   * The one object that the whole text is: its values are maps, lists, strings, longs, {@link
   * Payload}s and {@link Other}; those that are null are left out.
   *
   * @throws FrameException if it is not JSON, or none
   */
  static Map<String, Object> read(String text) throws FrameException {
    try (JsonParser parser = FACTORY.createParser(ObjectReadContext.empty(), text)) {
      if (parser.nextToken() != JsonToken.START_OBJECT) {
        throw new FrameException("a frame is no object");
      }
      Map<String, Object> object = new JsonTree(text, parser).object();
      if (parser.nextToken() != null) {
        throw new FrameException("there is more behind a frame");
      }
      return object;
    } catch (JacksonException e) {
      // Its words may have a part of a payload.
      throw new FrameException("a frame is not JSON");
    }
  }

  /**
   * The text that a JSON string says; null: it is none.
   *
   * @throws FrameException if it is not JSON
   */
  static @Nullable String string(String json) throws FrameException {
    try (JsonParser parser = FACTORY.createParser(ObjectReadContext.empty(), json)) {
      return parser.nextToken() == JsonToken.VALUE_STRING ? parser.getString() : null;
    } catch (JacksonException e) {
      throw new FrameException("a payload is not JSON");
    }
  }

  private Map<String, Object> object() {
    Map<String, Object> members = new HashMap<>();
    while (parser.nextToken() != JsonToken.END_OBJECT) {
      String name = parser.currentName();
      JsonToken token = parser.nextToken();
      Object value = name.equals(PAYLOAD) ? payload(token) : value(token);
      if (value != null) {
        members.put(name, value);
      }
    }
    return members;
  }

  private Payload payload(JsonToken token) {
    int start = Math.toIntExact(parser.currentTokenLocation().getCharOffset());
    if (token.isStructStart()) {
      parser.skipChildren();
    } else {
      parser.finishToken();
    }
    int end = Math.toIntExact(parser.currentLocation().getCharOffset());
    return new Payload(text.substring(start, end));
  }

  private @Nullable Object value(JsonToken token) {
    return switch (token) {
      case START_OBJECT -> object();
      case START_ARRAY -> array();
      case VALUE_STRING -> parser.getString();
      case VALUE_NUMBER_INT -> integer();
      case VALUE_NULL -> null;
      default -> Other.OTHER;
    };
  }

  private List<Object> array() {
    List<Object> elements = new ArrayList<>();
    for (JsonToken token = parser.nextToken();
        token != JsonToken.END_ARRAY;
        token = parser.nextToken()) {
      Object value = value(token);
      elements.add(value == null ? Other.OTHER : value);
    }
    return elements;
  }

  private Object integer() {
    return parser.getNumberType() == JsonParser.NumberType.BIG_INTEGER
        ? Other.OTHER
        : (Object) parser.getLongValue();
  }
}
