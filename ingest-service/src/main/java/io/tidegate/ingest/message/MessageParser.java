package io.tidegate.ingest.message;

import static io.tidegate.ingest.message.InvalidMessageException.invalid;
import static io.tidegate.ingest.message.InvalidMessageException.tooLarge;

import io.tidegate.contract.Message;
import io.tidegate.contract.Urgency;
import io.tidegate.contract.UserKey;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.core.JsonParser;
import tools.jackson.core.JsonToken;
import tools.jackson.core.ObjectReadContext;
import tools.jackson.core.StreamReadConstraints;
import tools.jackson.core.TokenStreamFactory;
import tools.jackson.core.json.JsonFactory;

/**
 * Reads one message request from the bytes of a JSON text. Strict: what it does not know, it
 * refuses, naming the field. {@code data} is not interpreted: it must be well-formed JSON, and its
 * bytes are handed on exactly as they stand, so duplicate keys inside it are the receiver's matter.
 */
public final class MessageParser {
  public static final int MAX_USERS = 1000;

  /** Objects and arrays inside each other, that of the request itself included. */
  public static final int MAX_DEPTH = 64;

  static final int MAX_NUMBER_CHARS = 1000;
  private static final String DEFAULT_TYPE = "io.tidegate.message";
  private static final String DEFAULT_SOURCE = "/v1/messages";

  /** Every name in a request's own object, in the order of the documentation. */
  private enum Field {
    TO,
    DATA,
    ID,
    TYPE,
    URGENCY,
    TTL,
    COLLAPSE_KEY,
    CATEGORY,
    DELIVER_AT,
    SOURCE;

    private static final Map<String, Field> BY_NAME = byName();

    final String key = name().toLowerCase(Locale.ROOT);

    private static Map<String, Field> byName() {
      Map<String, Field> fields = new LinkedHashMap<>();
      for (Field field : values()) {
        fields.put(field.key, field);
      }
      return fields;
    }
  }

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
                  .maxNestingDepth(MAX_DEPTH)
                  .maxNumberLength(MAX_NUMBER_CHARS)
                  .maxNameLength(Message.MAX_PAYLOAD_BYTES)
                  .build())
          .build();

  private final byte[] body;
  private final int offset;
  private final Acceptance acceptance;

  /** The path of what is being read, for errors. */
  private @Nullable String path;

  private List<UserKey> users = List.of();
  private byte @Nullable [] data;
  private @Nullable String id;
  private String type = DEFAULT_TYPE;
  private String source = DEFAULT_SOURCE;
  private Urgency urgency = Urgency.NORMAL;
  private long ttlMillis = -1;
  private @Nullable String collapseKey;
  private @Nullable String category;
  private long deliverAtMillis;

  private MessageParser(byte[] body, int offset, Acceptance acceptance) {
    this.body = body;
    this.offset = offset;
    this.acceptance = acceptance;
  }

  /**
   * @param body not changed and not kept: the payload is a copy
   * @throws InvalidMessageException with the problem to answer with
   */
  public static MessageRequest parse(byte[] body, int offset, int length, Acceptance acceptance)
      throws InvalidMessageException {
    if (length == 0) {
      throw invalid(null, "the body is empty");
    }
    Text.requireUtf8(body, offset, length);
    MessageParser reading = new MessageParser(body, offset, acceptance);
    try (JsonParser json = JSON.createParser(ObjectReadContext.empty(), body, offset, length)) {
      try {
        reading.object(json);
      } catch (JacksonException e) {
        throw JsonFault.of(e, json);
      }
    }
    return reading.request();
  }

  private void object(JsonParser json) throws InvalidMessageException {
    JsonToken first = json.nextToken();
    if (first == null) {
      throw invalid(null, "the body is empty");
    }
    want(first, JsonToken.START_OBJECT, "an object");
    EnumSet<Field> seen = EnumSet.noneOf(Field.class);
    for (String name = json.nextName(); name != null; name = json.nextName()) {
      Field field = Field.BY_NAME.get(name);
      if (field == null) {
        throw invalid(
            JsonFault.quote(name), "unknown field; want one of " + Field.BY_NAME.keySet());
      }
      path = field.key;
      if (!seen.add(field)) {
        throw invalid(path, "stands there twice");
      }
      read(field, json);
      path = null;
    }
    if (json.nextToken() != null) {
      throw invalid(null, "something follows the object");
    }
    if (!seen.contains(Field.TO)) {
      throw invalid("to", "required");
    }
    if (!seen.contains(Field.DATA)) {
      throw invalid("data", "required");
    }
  }

  private void read(Field field, JsonParser json) throws InvalidMessageException {
    JsonToken value = json.nextToken();
    switch (field) {
      case TO -> to(value, json);
      case DATA -> data = verbatim(value, json);
      case ID -> id = attribute(value, json, Message.MAX_ID_CHARS);
      case TYPE -> type = attribute(value, json, Message.MAX_ATTRIBUTE_CHARS);
      case URGENCY -> urgency = urgency(text(value, json));
      case TTL -> ttlMillis = ttlMillis(value, json);
      case COLLAPSE_KEY -> collapseKey = attribute(value, json, Message.MAX_ATTRIBUTE_CHARS);
      case CATEGORY -> category = attribute(value, json, Message.MAX_ATTRIBUTE_CHARS);
      case DELIVER_AT ->
          deliverAtMillis = Times.deliverAtMillis(text(value, json), acceptance.nowMillis());
      case SOURCE ->
          source =
              Text.uriReference(field.key, attribute(value, json, Message.MAX_ATTRIBUTE_CHARS));
    }
  }

  /** {@code {"user": …}} or {@code {"users": […]}}. */
  private void to(JsonToken value, JsonParser json) throws InvalidMessageException {
    want(value, JsonToken.START_OBJECT, "an object");
    boolean user = false;
    boolean several = false;
    for (String name = json.nextName(); name != null; name = json.nextName()) {
      boolean one = name.equals("user");
      if (!one && !name.equals("users")) {
        throw invalid("to." + JsonFault.quote(name), "unknown field; want user or users");
      }
      path = one ? "to.user" : "to.users";
      if (one ? user : several) {
        throw invalid(path, "stands there twice");
      }
      JsonToken token = json.nextToken();
      if (one) {
        user = true;
        users = List.of(user("to.user", token, json));
      } else {
        several = true;
        users = users(token, json);
      }
    }
    path = "to";
    if (user && several) {
      throw invalid(path, "want user or users, got both");
    }
    if (!user && !several) {
      throw invalid(path, "want user or users");
    }
  }

  private List<UserKey> users(JsonToken value, JsonParser json) throws InvalidMessageException {
    want(value, JsonToken.START_ARRAY, "an array of strings");
    Map<UserKey, Integer> distinct = new LinkedHashMap<>();
    for (JsonToken token = json.nextToken();
        token != JsonToken.END_ARRAY;
        token = json.nextToken()) {
      int index = distinct.size();
      if (index == MAX_USERS) {
        throw invalid("to.users", "more than " + MAX_USERS + " users");
      }
      path = "to.users[" + index + "]";
      Integer before = distinct.putIfAbsent(user(path, token, json), index);
      if (before != null) {
        throw invalid(path, "the same user as to.users[" + before + "]");
      }
    }
    path = "to.users";
    if (distinct.isEmpty()) {
      throw invalid(path, "want at least one user");
    }
    return List.copyOf(distinct.keySet());
  }

  private UserKey user(String field, JsonToken value, JsonParser json)
      throws InvalidMessageException {
    String name = text(value, json);
    try {
      return new UserKey(acceptance.tenant(), name);
    } catch (IllegalArgumentException e) {
      String reason = String.valueOf(e.getMessage());
      throw invalid(field, reason.startsWith("user: ") ? reason.substring(6) : reason);
    }
  }

  /** The bytes of the value, from its first to its last character. */
  private byte[] verbatim(JsonToken value, JsonParser json) throws InvalidMessageException {
    int start = Math.toIntExact(json.currentTokenLocation().getByteOffset());
    if (value.isStructStart()) {
      json.skipChildren();
    } else {
      json.finishToken();
    }
    int end = Math.toIntExact(json.currentLocation().getByteOffset());
    if (end - start > Message.MAX_PAYLOAD_BYTES) {
      throw tooLarge(
          "data", (end - start) + " bytes; at most " + Message.MAX_PAYLOAD_BYTES + " are accepted");
    }
    return Arrays.copyOfRange(body, offset + start, offset + end);
  }

  private long ttlMillis(JsonToken value, JsonParser json) throws InvalidMessageException {
    if (value == JsonToken.VALUE_NUMBER_INT || value == JsonToken.VALUE_NUMBER_FLOAT) {
      return Times.ttlMillis(json.getString());
    }
    want(value, JsonToken.VALUE_STRING, "a number of seconds or an ISO 8601 duration");
    return Times.ttlMillisOf(json.getString());
  }

  private static Urgency urgency(String word) throws InvalidMessageException {
    Urgency urgency = Urgency.of(word);
    if (urgency == null) {
      throw invalid("urgency", "want very-low, low, normal or high");
    }
    return urgency;
  }

  private String attribute(JsonToken value, JsonParser json, int maxChars)
      throws InvalidMessageException {
    return Text.attribute(String.valueOf(path), text(value, json), maxChars);
  }

  private String text(JsonToken value, JsonParser json) throws InvalidMessageException {
    want(value, JsonToken.VALUE_STRING, "a string");
    return json.getString();
  }

  private void want(@Nullable JsonToken got, JsonToken wanted, String words)
      throws InvalidMessageException {
    if (got != wanted) {
      throw invalid(path, "want " + words + ", got " + words(got));
    }
  }

  private MessageRequest request() throws InvalidMessageException {
    long now = acceptance.nowMillis();
    if (ttlMillis == 0 && deliverAtMillis != 0) {
      throw invalid("ttl", "0 means deliver now or never, which deliver_at contradicts");
    }
    long from = Math.max(now, deliverAtMillis);
    byte[] payload = data;
    if (payload == null) {
      throw new IllegalStateException("data was required");
    }
    return new MessageRequest(
        users,
        new Message(
            id == null ? acceptance.ids().get() : id,
            source,
            type,
            now,
            urgency,
            ttlMillis < 0 ? Message.NEVER : from + ttlMillis,
            deliverAtMillis,
            collapseKey,
            category,
            null,
            acceptance.traceParent(),
            payload));
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
