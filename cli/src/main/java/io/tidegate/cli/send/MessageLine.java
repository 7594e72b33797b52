package io.tidegate.cli.send;

import io.tidegate.cli.JsonFault;
import java.util.Map;
import java.util.UUID;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.DeserializationFeature;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * Makes message requests of what the caller wrote. That stays as it stands; what is missing is put
 * in front of it, so that no number changes its digits on the way.
 */
final class MessageLine {
  private static final JsonMapper JSON =
      JsonMapper.builder()
          .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
          .enable(DeserializationFeature.USE_BIG_DECIMAL_FOR_FLOATS)
          .build();

  private MessageLine() {}

  /** An input line that is not a message. */
  static final class NotAMessageException extends Exception {
    private static final long serialVersionUID = 1L;

    NotAMessageException(String reason) {
      super(reason);
    }
  }

  /**
   * A line that is a whole request; it gets the fields of {@code options} that it does not have,
   * and an id, so that sending it again is harmless.
   */
  static RequestLine ofRequest(int number, String line, Map<String, Object> options)
      throws NotAMessageException {
    String text = line.strip();
    JsonNode request;
    try {
      request = JSON.readTree(text);
    } catch (JacksonException e) {
      throw new NotAMessageException(JsonFault.of(e));
    }
    if (!request.isObject()) {
      throw new NotAMessageException("want an object such as {\"to\":{\"user\":…},\"data\":…}");
    }
    StringBuilder json = new StringBuilder("{");
    options.forEach(
        (name, value) -> {
          if (!request.has(name)) {
            field(json, name, JSON.writeValueAsString(value));
          }
        });
    if (!request.has("id") && !options.containsKey("id")) {
      field(json, "id", quoted(UUID.randomUUID().toString()));
    }
    if (json.length() == 1) {
      return new RequestLine(number, text);
    }
    boolean empty = request.isEmpty();
    String rest = text.substring(text.indexOf('{') + 1);
    return new RequestLine(number, json + (empty ? "" : ",") + rest);
  }

  /** A line that is only the payload. */
  static RequestLine ofData(int number, String data, Map<String, Object> options)
      throws NotAMessageException {
    String text = data.strip();
    try {
      if (JSON.readTree(text).isMissingNode()) {
        throw new NotAMessageException("empty");
      }
    } catch (JacksonException e) {
      throw new NotAMessageException(JsonFault.of(e));
    }
    StringBuilder json = new StringBuilder("{");
    options.forEach((name, value) -> field(json, name, JSON.writeValueAsString(value)));
    if (!options.containsKey("id")) {
      field(json, "id", quoted(UUID.randomUUID().toString()));
    }
    field(json, "data", text);
    return new RequestLine(number, json + "}");
  }

  /**
   * An argument. Where {@code options} have the receiver it is data: JSON, or a text unless it
   * begins as an object or an array does; else it is a whole request, with its receiver.
   */
  static RequestLine ofArgument(int number, String argument, Map<String, Object> options)
      throws NotAMessageException {
    if (!options.containsKey("to")) {
      RequestLine request = ofRequest(number, argument, options);
      if (!JSON.readTree(argument).has("to")) {
        throw new NotAMessageException("has no \"to\"");
      }
      return request;
    }
    try {
      return ofData(number, argument, options);
    } catch (NotAMessageException e) {
      String text = argument.strip();
      if (text.startsWith("{") || text.startsWith("[")) {
        throw e;
      }
      return ofData(number, quoted(argument), options);
    }
  }

  private static void field(StringBuilder json, String name, String value) {
    if (json.length() > 1) {
      json.append(',');
    }
    json.append(quoted(name)).append(':').append(value);
  }

  private static String quoted(String text) {
    return JSON.writeValueAsString(text);
  }
}
