package io.tidegate.contract.policy;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.StringWriter;
import java.math.BigDecimal;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.core.JsonGenerator;
import tools.jackson.core.JsonParser;
import tools.jackson.core.JsonToken;
import tools.jackson.core.ObjectReadContext;
import tools.jackson.core.ObjectWriteContext;
import tools.jackson.core.StreamReadConstraints;
import tools.jackson.core.json.JsonFactory;

/**
 * JSON texts as Java's own values: maps in the order of the text, lists, strings, booleans, null,
 * {@link Long} for integers that are one and {@link BigDecimal} for other numbers.
 */
final class JsonTree {
  static final int MAX_BYTES = 65_536;
  static final int MAX_DEPTH = 16;
  private static final int MAX_NUMBER_CHARS = 100;

  private static final JsonFactory JSON =
      JsonFactory.builder()
          .streamReadConstraints(
              StreamReadConstraints.builder()
                  .maxNestingDepth(MAX_DEPTH)
                  .maxNumberLength(MAX_NUMBER_CHARS)
                  .build())
          .build();

  private JsonTree() {}

  /**
   * @throws InvalidPolicyException if it is no JSON in UTF-8, too long, too deep, or has a name
   *     twice in one object
   */
  static @Nullable Object parse(byte[] json) {
    if (json.length > MAX_BYTES) {
      throw new InvalidPolicyException(null, json.length + " bytes; want at most " + MAX_BYTES);
    }
    try {
      return parse(UTF_8.newDecoder().decode(ByteBuffer.wrap(json)).toString());
    } catch (CharacterCodingException e) {
      throw new InvalidPolicyException(null, "not UTF-8");
    }
  }

  /**
   * @throws InvalidPolicyException likewise
   */
  static @Nullable Object parse(String json) {
    if (json.length() > MAX_BYTES) {
      throw new InvalidPolicyException(
          null, json.length() + " characters; want at most " + MAX_BYTES);
    }
    try (JsonParser parser = JSON.createParser(ObjectReadContext.empty(), json)) {
      try {
        JsonToken first = parser.nextToken();
        if (first == null) {
          throw new InvalidPolicyException(null, "empty");
        }
        Object value = value(parser, first, "");
        if (parser.nextToken() != null) {
          throw new InvalidPolicyException(null, "something follows the value");
        }
        return value;
      } catch (JacksonException e) {
        long at = parser.currentLocation().getCharOffset();
        throw new InvalidPolicyException(
            null, "not JSON: " + e.getOriginalMessage() + ", at character " + at);
      }
    }
  }

  private static @Nullable Object value(JsonParser parser, @Nullable JsonToken token, String path) {
    return switch (token) {
      case START_OBJECT -> object(parser, path);
      case START_ARRAY -> array(parser, path);
      case VALUE_STRING -> parser.getString();
      case VALUE_NUMBER_INT -> integer(new BigDecimal(parser.getString()));
      case VALUE_NUMBER_FLOAT -> new BigDecimal(parser.getString());
      case VALUE_TRUE -> true;
      case VALUE_FALSE -> false;
      case VALUE_NULL -> null;
      case null, default -> throw new IllegalStateException("no value: " + token);
    };
  }

  private static Map<String, @Nullable Object> object(JsonParser parser, String path) {
    Map<String, @Nullable Object> object = new LinkedHashMap<>();
    for (String name = parser.nextName(); name != null; name = parser.nextName()) {
      String at = Fields.path(path, name);
      if (object.containsKey(name)) {
        throw new InvalidPolicyException(at, "stands there twice");
      }
      object.put(name, value(parser, parser.nextToken(), at));
    }
    return object;
  }

  private static List<@Nullable Object> array(JsonParser parser, String path) {
    List<@Nullable Object> array = new ArrayList<>();
    JsonToken token = parser.nextToken();
    while (token != JsonToken.END_ARRAY) {
      array.add(value(parser, token, path + "[" + array.size() + "]"));
      token = parser.nextToken();
    }
    return array;
  }

  private static Object integer(BigDecimal number) {
    // At most 100 digits and no exponent, so that comparing costs nothing.
    boolean fits =
        number.compareTo(BigDecimal.valueOf(Long.MIN_VALUE)) >= 0
            && number.compareTo(BigDecimal.valueOf(Long.MAX_VALUE)) <= 0;
    return fits ? (Object) number.longValueExact() : number;
  }

  static String write(@Nullable Object value) {
    StringWriter text = new StringWriter();
    try (JsonGenerator json = JSON.createGenerator(ObjectWriteContext.empty(), text)) {
      write(json, value);
    }
    return text.toString();
  }

  private static void write(JsonGenerator json, @Nullable Object value) {
    switch (value) {
      case null -> json.writeNull();
      case String text -> json.writeString(text);
      case Long number -> json.writeNumber(number);
      case BigDecimal number -> json.writeNumber(number.toString());
      case Boolean truth -> json.writeBoolean(truth);
      case Map<?, ?> object -> {
        json.writeStartObject();
        object.forEach(
            (name, inner) -> {
              json.writeName((String) name);
              write(json, inner);
            });
        json.writeEndObject();
      }
      case List<?> array -> {
        json.writeStartArray();
        array.forEach(inner -> write(json, inner));
        json.writeEndArray();
      }
      default -> throw new IllegalStateException("no JSON value: " + value.getClass());
    }
  }

  /** RFC 7396: what {@code patch} makes of {@code target}; changes neither. */
  static @Nullable Object merge(@Nullable Object target, @Nullable Object patch) {
    if (!(patch instanceof Map<?, ?> changes)) {
      return patch;
    }
    Map<String, @Nullable Object> merged = new LinkedHashMap<>();
    if (target instanceof Map<?, ?> before) {
      before.forEach((name, value) -> merged.put((String) name, value));
    }
    changes.forEach(
        (key, change) -> {
          String name = (String) key;
          if (change == null) {
            merged.remove(name);
          } else {
            merged.put(name, merge(merged.get(name), change));
          }
        });
    return merged;
  }
}
