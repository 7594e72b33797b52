package io.tidegate.fanout.rehearsal;

import io.tidegate.contract.Message;
import io.tidegate.contract.UserKey;

/**
 * A message as it was recorded, without its payload, of which a policy only knows the length.
 *
 * @param message with an empty payload
 * @param payloadBytes how long the payload was
 * @param atMillis when it was recorded, epoch milliseconds
 */
public record Recorded(UserKey user, Message message, int payloadBytes, long atMillis) {
  private static final byte[] NOTHING = {};
  private static final int RADIX = 36;

  public Recorded {
    if (message.payload().length > 0) {
      message = with(message, message.type(), NOTHING);
    }
    if (payloadBytes < 0) {
      throw new IllegalArgumentException("payloadBytes: want 0 or more, got " + payloadBytes);
    }
  }

  /**
   * The message as it is rehearsed: zeros for a payload, and for a type, which no rule asks for,
   * the instant from which on a policy may be what it waits for.
   */
  Message rehearsed(long arrivedMillis) {
    long ready = Math.max(arrivedMillis, message.deliverAtMillis());
    return with(message, Long.toString(ready, RADIX), new byte[payloadBytes]);
  }

  /** Of a {@link #rehearsed} message: when it was ready to go, epoch milliseconds. */
  static long readyMillis(Message rehearsed) {
    return Long.parseLong(rehearsed.type(), RADIX);
  }

  private static Message with(Message m, String type, byte[] payload) {
    return new Message(
        m.id(),
        m.source(),
        type,
        m.timeMillis(),
        m.urgency(),
        m.expiryMillis(),
        m.deliverAtMillis(),
        m.collapseKey(),
        m.category(),
        null,
        null,
        payload);
  }
}
