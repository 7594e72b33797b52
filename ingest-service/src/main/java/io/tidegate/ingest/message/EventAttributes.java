package io.tidegate.ingest.message;

import static io.tidegate.ingest.message.InvalidMessageException.invalid;

import io.tidegate.contract.JsonEvent;
import io.tidegate.contract.LineText;
import io.tidegate.contract.MalformedEventException;
import io.tidegate.contract.MediaType;
import io.tidegate.contract.Message;
import io.tidegate.contract.Recipient;
import io.tidegate.contract.TraceContext;
import io.tidegate.contract.Urgency;
import java.util.EnumMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The attributes of one CloudEvent 1.0, checked as they come, whatever format they come in. What is
 * neither CloudEvents' nor ours ({@code dataschema} among it) is checked for its name and not
 * carried: a message on Kafka has no place for it, and gateways add attributes that the sender does
 * not know of.
 */
final class EventAttributes {
  private enum Attribute {
    SPECVERSION,
    ID,
    SOURCE,
    TYPE,
    SUBJECT,
    TIME,
    DATACONTENTTYPE,
    URGENCY,
    EXPIRYTIME,
    COLLAPSEKEY,
    CATEGORY,
    DELIVERAT,
    TRACEPARENT,
    TRACESTATE;

    final String key = name().toLowerCase(Locale.ROOT);
  }

  private static final Map<String, Attribute> KNOWN = JsonValues.named(Attribute.values());
  private static final List<Attribute> REQUIRED =
      List.of(
          Attribute.SPECVERSION, Attribute.ID, Attribute.SOURCE, Attribute.TYPE, Attribute.SUBJECT);

  private final Acceptance acceptance;

  /** What needs no reading of its own, as it was found good. */
  private final Map<Attribute, String> texts = new EnumMap<>(Attribute.class);

  private @Nullable Recipient to;
  private MediaType contentType = MediaType.JSON;
  private @Nullable TraceContext trace;
  private Urgency urgency = Urgency.NORMAL;
  private long timeMillis;
  private long expiryMillis = Message.NEVER;
  private long deliverAtMillis;

  EventAttributes(Acceptance acceptance) {
    this.acceptance = acceptance;
    this.trace = acceptance.trace();
    this.timeMillis = acceptance.nowMillis();
  }

  static Set<String> known() {
    return KNOWN.keySet();
  }

  static boolean isKnown(String name) {
    return KNOWN.containsKey(name);
  }

  /** An attribute that is not ours to read. */
  void ignore(String name) throws InvalidMessageException {
    try {
      JsonEvent.requireName(name);
    } catch (MalformedEventException e) {
      throw InvalidMessageException.of(e);
    }
  }

  /**
   * @param name of one that is known
   */
  void put(String name, String text) throws InvalidMessageException {
    Attribute attribute = KNOWN.get(name);
    if (attribute == null) {
      throw new IllegalArgumentException(name);
    }
    int maxChars =
        attribute == Attribute.ID
            ? Message.MAX_ID_CHARS
            : attribute == Attribute.SUBJECT || attribute == Attribute.TRACESTATE
                ? Integer.MAX_VALUE // The names in the first have bounds; the second is dropped.
                : Message.MAX_ATTRIBUTE_CHARS;
    texts.put(attribute, Text.attribute(name, text, maxChars));
    switch (attribute) {
      case SPECVERSION -> {
        if (!text.equals("1.0")) {
          throw invalid(name, "want 1.0, got " + LineText.quotable(text));
        }
      }
      case SOURCE -> texts.put(attribute, Text.uriReference(name, text));
      case SUBJECT -> to = recipient(name, text);
      case TIME -> timeMillis = Times.instant(name, text);
      case DATACONTENTTYPE -> contentType = mediaType(name, text);
      case URGENCY -> urgency = Text.urgency(name, text);
      case EXPIRYTIME -> expiryMillis = Times.instant(name, text);
      case DELIVERAT -> deliverAtMillis = Times.deliverAtMillis(name, text, acceptance.nowMillis());
      case TRACEPARENT -> {
        String parent = TraceParent.valid(text);
        if (parent == null) {
          throw invalid(name, "want a W3C traceparent");
        }
        texts.put(attribute, parent);
      }
      case ID, TYPE, COLLAPSEKEY, CATEGORY, TRACESTATE -> {}
    }
  }

  private static MediaType mediaType(String name, String text) throws InvalidMessageException {
    try {
      return MediaType.ofData(name, text);
    } catch (MalformedEventException e) {
      throw InvalidMessageException.of(e);
    }
  }

  private Recipient recipient(String name, String subject) throws InvalidMessageException {
    String tenant = acceptance.tenant();
    if (subject.startsWith(Recipient.USER_SUBJECT)) {
      return new Recipient.OneUser(
          Names.user(name, tenant, subject.substring(Recipient.USER_SUBJECT.length())));
    }
    if (subject.startsWith(Recipient.GROUP_SUBJECT)) {
      return new Recipient.Group(
          Names.group(name, tenant, subject.substring(Recipient.GROUP_SUBJECT.length())));
    }
    if (subject.equals(Recipient.EVERYONE_SUBJECT)) {
      return new Recipient.Everyone(tenant);
    }
    throw invalid(name, "want user/…, group/… or all: it says whom the event is for");
  }

  /** Whether the data is JSON, which it is where the event does not say. */
  boolean isJson() {
    return contentType.isJson();
  }

  /**
   * @throws InvalidMessageException if one is missing, or two contradict each other
   */
  void requireWhole() throws InvalidMessageException {
    for (Attribute required : REQUIRED) {
      if (!texts.containsKey(required)) {
        throw invalid(required.key, "required");
      }
    }
    if (expiryMillis == Message.NEVER) {
      return;
    }
    String expiry = Attribute.EXPIRYTIME.key;
    long now = acceptance.nowMillis();
    if (expiryMillis > Math.max(now, deliverAtMillis) + Times.MAX.toMillis()) {
      throw invalid(expiry, "more than 30 days ahead of now or of deliverat");
    }
    if (expiryMillis <= now && !texts.containsKey(Attribute.TIME)) {
      throw invalid(expiry, "is past; for now or never, give time too and expirytime not after it");
    }
    if (deliverAtMillis != 0 && expiryMillis <= timeMillis) {
      throw invalid(expiry, "not after time: deliver now or never, which deliverat contradicts");
    }
    if (deliverAtMillis != 0 && expiryMillis <= deliverAtMillis) {
      throw invalid(expiry, "not after deliverat, so that it could never be delivered");
    }
  }

  /**
   * The message, after {@link #requireWhole}.
   *
   * @param payload not to be changed any more
   */
  MessageRequest request(byte[] payload) {
    Recipient recipient = to;
    if (recipient == null) {
      throw new IllegalStateException("subject was required");
    }
    return new MessageRequest(
        List.of(recipient),
        new Message(
            required(Attribute.ID),
            required(Attribute.SOURCE),
            required(Attribute.TYPE),
            timeMillis,
            urgency,
            expiryMillis,
            deliverAtMillis,
            texts.get(Attribute.COLLAPSEKEY),
            texts.get(Attribute.CATEGORY),
            contentType.isPlainJson() ? null : contentType.text(),
            trace(),
            payload));
  }

  /** The event's own context goes before the request's, as a whole. */
  private @Nullable TraceContext trace() {
    String parent = texts.get(Attribute.TRACEPARENT);
    return parent == null
        ? trace
        : TraceContext.of(
            parent, TraceState.valid(List.of(texts.getOrDefault(Attribute.TRACESTATE, ""))));
  }

  private String required(Attribute attribute) {
    String text = texts.get(attribute);
    if (text == null) {
      throw new IllegalStateException(attribute.key + " was required");
    }
    return text;
  }
}
