package io.tidegate.ingest.message;

import static io.tidegate.ingest.message.InvalidMessageException.invalid;
import static io.tidegate.ingest.message.InvalidMessageException.tooLarge;

import io.tidegate.contract.Message;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;
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
          .disable(TokenStreamFactory.Feature.CHARSET_DETECTION)
          .disable(TokenStreamFactory.Feature.INTERN_PROPERTY_NAMES)
          .streamReadConstraints(
              StreamReadConstraints.builder()
                  .maxNestingDepth(MessageParser.MAX_DEPTH)
                  .maxNumberLength(MessageParser.MAX_NUMBER_CHARS)
                  .maxNameLength(Message.MAX_PAYLOAD_BYTES)
                  .build())
          .build();

  private final byte[] body;
  private final int offset;
  private final JsonParser json;

  JsonValues(byte[] body, int offset, int length) {
    this.body = body;
    this.offset = offset;
    this.json = JSON.createParser(ObjectReadContext.empty(), body, offset, length);
  }

  /** For where an error lies. */
  JsonParser parser() {
    return json;
  }

  @Nullable JsonToken next() {
    return json.nextToken();
  }

  /** The next name of the object; null at its end. */
  @Nullable String nextName() {
    return json.nextName();
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

  /** The bytes of any value, from its first to its last character. */
  byte[] verbatim(String path, @Nullable JsonToken value) throws InvalidMessageException {
    int start = Math.toIntExact(json.currentTokenLocation().getByteOffset());
    if (value != null && value.isStructStart()) {
      json.skipChildren();
    } else {
      json.finishToken();
    }
    int end = Math.toIntExact(json.currentLocation().getByteOffset());
    if (end - start > Message.MAX_PAYLOAD_BYTES) {
      throw tooLarge(
          path, (end - start) + " bytes; at most " + Message.MAX_PAYLOAD_BYTES + " are accepted");
    }
    return Arrays.copyOfRange(body, offset + start, offset + end);
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
      case VALUE_TRUE, VALUE_FALSE -> "a boolean";
      case VALUE_NULL -> "null";
      case null, default -> "nothing";
    };
  }
}
