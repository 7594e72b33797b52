package io.tidegate.loadtest.devices;

/**
 * What devices tell. Instants are of {@link System#nanoTime}, taken when the bytes were read.
 * Called on the event loops, on one and the same for one device; must not block.
 */
public interface DeviceEvents {
  /**
   * The device has a session, its first or another one.
   *
   * @param mode {@code fresh}, {@code resumed} or {@code reset}, as the welcome says
   */
  void welcomed(int device, String mode, long nanos);

  /** The device was kept from reading, with its session, and reads again from now on. */
  void readsAgain(int device);

  /**
   * A message that is new to the device: of a push above its cursor, or a live one.
   *
   * @param seq 0: a live message, which has none
   */
  void shown(int device, long seq, String messageId, long nanos);

  /**
   * A push was read whole; its new messages were told before.
   *
   * @param fresh how many of its messages were new; 0 for one that only repeats
   */
  void pushed(int device, int fresh, long nanos);

  /**
   * A message at or below the device's cursor came again.
   *
   * @param inSession it came in this session before, which the protocol does not allow, as it does
   *     after a reconnect
   */
  void repeated(int device, long seq, boolean inSession);

  /**
   * The service said that something was removed undelivered: in the middle of a session, or by a
   * welcome of mode {@code reset}, which is told before.
   */
  void reset(int device, long seq);

  /**
   * An ack was handed to the socket. Streams that ack by being written to tell of none, and an ack
   * of repeated messages alone is not told.
   *
   * @param messages how many new ones it is for
   * @param oldestNanos when the first of them was read
   */
  void acked(int device, int messages, long oldestNanos, long nanos);

  /**
   * The connection ended or could not be made.
   *
   * @param code a close code, an HTTP status as {@code http 503}, or one of {@link Words}; few
   *     different ones, because they are counted
   */
  void disconnected(int device, String code, long nanos);
}
