package io.tidegate.contract;

import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * Why a connection was closed, and what the client does next. One list for WebSocket close codes,
 * metric labels and clients. 1xxx are RFC 6455's, 4xxx ours: 40xx reconnect, 45xx do not.
 */
public enum CloseCode {
  NORMAL(1000, "normal", Reconnect.NEVER),
  GOING_AWAY(1001, "the worker is shutting down", Reconnect.BACKOFF),
  PROTOCOL_ERROR(1002, "not a legal WebSocket frame", Reconnect.NEVER),
  UNSUPPORTED_DATA(1003, "only text frames are understood", Reconnect.NEVER),
  INVALID_UTF8(1007, "text is not UTF-8", Reconnect.NEVER),
  TOO_BIG(1009, "the frame is too big", Reconnect.NEVER),
  INTERNAL(1011, "a fault of ours", Reconnect.BACKOFF),

  FENCED(4000, "this worker lost its slot or Kafka", Reconnect.BACKOFF),
  ATTACH_TIMEOUT(4001, "the sequencer did not answer in time", Reconnect.BACKOFF),
  PING_TIMEOUT(4002, "no pong in time", Reconnect.BACKOFF),
  SLOW(4003, "the client reads too slowly", Reconnect.BACKOFF),
  SESSION_LOST(4004, "the sequencer does not know this session", Reconnect.NOW),
  MAX_AGE(4005, "the connection reached its maximum age", Reconnect.NOW),
  OVERLOADED(4006, "the worker takes no more connections now", Reconnect.BACKOFF),
  /** The network may just have been slow: the next hello can be in time. */
  HELLO_TIMEOUT(4007, "no hello in time", Reconnect.BACKOFF),
  /** The keys, or the revocations, are read meanwhile. */
  TOKEN_KEY_UNKNOWN(4008, "the token's key is not known yet", Reconnect.BACKOFF),

  REPLACED(4500, "the device connected elsewhere", Reconnect.NEVER),
  BAD_HELLO(4502, "the hello is not acceptable", Reconnect.NEVER),
  BAD_FRAME(4503, "the frame is not acceptable", Reconnect.NEVER),
  BAD_ACK(4504, "the ack is beyond what was sent", Reconnect.NEVER),
  UNAUTHORIZED(4505, "the token is not acceptable", Reconnect.NEVER),
  TOO_MANY_DEVICES(4506, "the user has as many devices connected as allowed", Reconnect.NEVER),
  /** With another token the client may come at once. */
  TOKEN_EXPIRED(4507, "the token has expired", Reconnect.NEVER),
  /** Of producers: a client that counts its window does not do that. */
  BEYOND_WINDOW(4508, "more is unanswered than the window allows", Reconnect.NEVER);

  /** What a client does after the close. */
  public enum Reconnect {
    /** At once, with its cursor. */
    NOW,
    /** After a random delay that doubles up to a bound. */
    BACKOFF,
    /** Not by itself: the next attempt would end the same way. */
    NEVER
  }

  private final int code;
  private final String reason;
  private final Reconnect reconnect;

  CloseCode(int code, String reason, Reconnect reconnect) {
    this.code = code;
    this.reason = reason;
    this.reconnect = reconnect;
  }

  public int code() {
    return code;
  }

  public String reason() {
    return reason;
  }

  public Reconnect reconnect() {
    return reconnect;
  }

  /** The metric label. */
  public String label() {
    return name().toLowerCase(Locale.ROOT);
  }

  /** The close of that code; null where the list has none. */
  public static @Nullable CloseCode of(int code) {
    for (CloseCode close : values()) {
      if (close.code == code) {
        return close;
      }
    }
    return null;
  }
}
