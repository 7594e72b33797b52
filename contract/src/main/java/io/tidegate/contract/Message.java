package io.tidegate.contract;

import org.jspecify.annotations.Nullable;

/**
 * A message for a user as it lies on {@code tidegate.messages}. All times are epoch milliseconds.
 *
 * @param id CloudEvents id, 1 to {@link #MAX_ID_CHARS} characters
 * @param source CloudEvents source, a URI reference
 * @param type CloudEvents type
 * @param timeMillis when it happened; the record's timestamp where the event has none
 * @param expiryMillis when it is worth nothing more; {@link #NEVER} for no bound of its own; at
 *     most {@code timeMillis}: ttl 0
 * @param deliverAtMillis not before; 0 for at once
 * @param collapseKey a waiting message with the same is replaced; null or empty: none
 * @param category what it is about, for policies; null or empty: none
 * @param contentType media type of the payload; null or empty: application/json
 * @param trace W3C trace context; null: none
 * @param payload the bytes as the application sent them; not to be changed
 */
public record Message(
    String id,
    String source,
    String type,
    long timeMillis,
    Urgency urgency,
    long expiryMillis,
    long deliverAtMillis,
    @Nullable String collapseKey,
    @Nullable String category,
    @Nullable String contentType,
    @Nullable TraceContext trace,
    byte[] payload) {

  public static final long NEVER = Long.MAX_VALUE;
  public static final int MAX_ID_CHARS = 128;
  public static final int MAX_ATTRIBUTE_CHARS = 256;

  /** One message's payload in bytes: what a phone should be asked to take in one piece. */
  public static final int MAX_PAYLOAD_BYTES = 256 * 1024;

  /** Empty attributes become none, as they are stored. */
  public Message {
    collapseKey = orNone(collapseKey);
    category = orNone(category);
    contentType = orNone(contentType);
  }

  private static @Nullable String orNone(@Nullable String attribute) {
    return attribute == null || attribute.isEmpty() ? null : attribute;
  }

  /** The same, worth nothing from that instant on. */
  public Message expiringAt(long millis) {
    return new Message(
        id,
        source,
        type,
        timeMillis,
        urgency,
        millis,
        deliverAtMillis,
        collapseKey,
        category,
        contentType,
        trace,
        payload);
  }

  /** Deliver now or never. */
  public boolean isLive() {
    return expiryMillis <= timeMillis;
  }
}
