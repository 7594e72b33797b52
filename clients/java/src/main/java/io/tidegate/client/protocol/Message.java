package io.tidegate.client.protocol;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.util.Base64;
import org.jspecify.annotations.Nullable;

/**
 * A message as it came.
 *
 * @param id what its sender named it; unique together with {@code source}
 * @param source who sent it, a URI reference
 * @param time when it was sent, RFC 3339 in UTC
 * @param seq its number, which rises within an epoch, with gaps; 0: it is a live one (ttl 0), which
 *     is delivered now or never
 * @param cursor where a device stands that has handled it. Who stores it in one transaction with
 *     what the message changed handles every message exactly once. Null on a live one
 * @param contentType the payload's media type where it was given one, else null
 * @param text the payload where it is JSON, as JSON text, or where it is {@code text/*}, as that
 *     text; null where it is neither, or there is none
 * @param base64 the payload in base64 where it is neither JSON nor text, else null
 */
public record Message(
    String id,
    String source,
    String type,
    String time,
    Urgency urgency,
    long seq,
    @Nullable Cursor cursor,
    @Nullable String contentType,
    @Nullable String text,
    @Nullable String base64) {

  /** Whether it has no number and no cursor, and came now or never. */
  public boolean isLive() {
    return seq == 0;
  }

  /**
   * The payload of whatever kind, text as UTF-8; null: there is none.
   *
   * @throws IllegalArgumentException if {@link #base64} is not base64
   */
  public byte @Nullable [] bytes() {
    if (text != null) {
      return text.getBytes(UTF_8);
    }
    return base64 == null ? null : Base64.getDecoder().decode(base64);
  }

  /** The same with its cursor. */
  public Message at(Cursor cursor) {
    return new Message(id, source, type, time, urgency, seq, cursor, contentType, text, base64);
  }
}
