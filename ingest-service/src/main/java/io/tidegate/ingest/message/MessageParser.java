package io.tidegate.ingest.message;

import static io.tidegate.ingest.message.InvalidMessageException.invalid;

import io.tidegate.contract.Message;
import io.tidegate.contract.Recipient;
import io.tidegate.contract.Urgency;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;
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

    final String key = name().toLowerCase(Locale.ROOT);
  }

  private static final Map<String, Field> FIELDS = JsonValues.named(Field.values());

  private final JsonValues values;
  private final Acceptance acceptance;

  private List<Recipient> to = List.of();
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
    return JsonValues.read(
        body, offset, length, values -> new MessageParser(values, acceptance).request());
  }

  private MessageRequest request() throws InvalidMessageException {
    Set<Field> seen = values.object(FIELDS, this::read);
    for (Field required : List.of(Field.TO, Field.DATA)) {
      if (!seen.contains(required)) {
        throw invalid(required.key, "required");
      }
    }
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
        to,
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
            acceptance.trace(),
            payload));
  }

  private void read(Field field, @Nullable JsonToken value) throws InvalidMessageException {
    String key = field.key;
    switch (field) {
      case TO -> to = new Recipients(values, acceptance.tenant()).read(value);
      case DATA -> data = values.verbatim(key, value);
      case ID -> id = values.attribute(key, value, Message.MAX_ID_CHARS);
      case TYPE -> type = values.attribute(key, value, Message.MAX_ATTRIBUTE_CHARS);
      case URGENCY -> urgency = Text.urgency(key, values.text(key, value));
      case TTL -> ttlMillis = values.ttlMillis(key, value);
      case COLLAPSE_KEY -> collapseKey = values.attribute(key, value, Message.MAX_ATTRIBUTE_CHARS);
      case CATEGORY -> category = values.attribute(key, value, Message.MAX_ATTRIBUTE_CHARS);
      case DELIVER_AT ->
          deliverAtMillis =
              Times.deliverAtMillis(key, values.text(key, value), acceptance.nowMillis());
      case SOURCE ->
          source =
              Text.uriReference(key, values.attribute(key, value, Message.MAX_ATTRIBUTE_CHARS));
    }
  }
}
