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
   * An ack was handed to its socket. Streams that ack by being written to tell of none, and an ack
   * of repeated messages alone is not told.
   *
   * @param oldestNanos when the first of the new messages was read that it is for
   */
  void ackSent(int device, long oldestNanos, long nanos);

  /**
   * Messages are acked: over a WebSocket once their ack was handed to it, by request once that was
   * answered as taken.
   *
   * @param messages new ones; each is told once
   */
  void acked(int device, int messages);

  /**
   * An ack by request was not taken.
   *
   * @param answer an HTTP status, or {@link Words#NO_ANSWER}
   * @param forGood nothing says that it may be taken later, and its session stands
   */
  void ackRefused(int device, String answer, boolean forGood);

  /**
   * The connection ended or could not be made.
   *
   * @param code a close code, an HTTP status as {@code http 503}, or one of {@link Words}; few
   *     different ones, because they are counted
   */
  void disconnected(int device, String code, long nanos);

  /**
   * An event loop of devices looked at its clock, as it is to every few milliseconds.
   *
   * @param loop which of them, from 0
   * @param late by how much it was later than that, nanoseconds
   */
  void ticked(int loop, long late, long nanos);
}
