package io.tidegate.ingest.message;

import static io.tidegate.ingest.message.InvalidMessageException.invalid;

import io.tidegate.contract.LineText;
import io.tidegate.contract.Message;
import io.tidegate.contract.Urgency;
import io.tidegate.contract.UserKey;
import java.util.EnumSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.core.JsonToken;

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

  private final JsonValues values;
  private final Acceptance acceptance;

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

  private MessageParser(JsonValues values, Acceptance acceptance) {
    this.values = values;
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
    try (JsonValues values = new JsonValues(body, offset, length)) {
      MessageParser reading = new MessageParser(values, acceptance);
      try {
        reading.object();
      } catch (JacksonException e) {
        throw JsonFault.of(e, values.parser());
      }
      return reading.request();
    }
  }

  private void object() throws InvalidMessageException {
    JsonToken first = values.next();
    if (first == null) {
      throw invalid(null, "the body is empty");
    }
    values.want(null, first, JsonToken.START_OBJECT, "an object");
    EnumSet<Field> seen = EnumSet.noneOf(Field.class);
    for (String name = values.nextName(); name != null; name = values.nextName()) {
      Field field = Field.BY_NAME.get(name);
      if (field == null) {
        throw invalid(
            LineText.quotable(name), "unknown field; want one of " + Field.BY_NAME.keySet());
      }
      if (!seen.add(field)) {
        throw invalid(field.key, "stands there twice");
      }
      read(field);
    }
    if (values.next() != null) {
      throw invalid(null, "something follows the object");
    }
    if (!seen.contains(Field.TO)) {
      throw invalid("to", "required");
    }
    if (!seen.contains(Field.DATA)) {
      throw invalid("data", "required");
    }
  }

  private void read(Field field) throws InvalidMessageException {
    String key = field.key;
    JsonToken value = values.next();
    switch (field) {
      case TO -> users = new Recipients(values, acceptance.tenant()).read(value);
      case DATA -> data = values.verbatim(key, value);
      case ID -> id = values.attribute(key, value, Message.MAX_ID_CHARS);
      case TYPE -> type = values.attribute(key, value, Message.MAX_ATTRIBUTE_CHARS);
      case URGENCY -> urgency = urgency(values.text(key, value));
      case TTL -> ttlMillis = values.ttlMillis(key, value);
      case COLLAPSE_KEY -> collapseKey = values.attribute(key, value, Message.MAX_ATTRIBUTE_CHARS);
      case CATEGORY -> category = values.attribute(key, value, Message.MAX_ATTRIBUTE_CHARS);
      case DELIVER_AT ->
          deliverAtMillis = Times.deliverAtMillis(values.text(key, value), acceptance.nowMillis());
      case SOURCE ->
          source =
              Text.uriReference(key, values.attribute(key, value, Message.MAX_ATTRIBUTE_CHARS));
    }
  }

  private static Urgency urgency(String word) throws InvalidMessageException {
    Urgency urgency = Urgency.of(word);
    if (urgency == null) {
      throw invalid("urgency", "want very-low, low, normal or high");
    }
    return urgency;
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
}
