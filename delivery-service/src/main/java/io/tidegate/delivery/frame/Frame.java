package io.tidegate.delivery.frame;

import org.jspecify.annotations.Nullable;

/**
 * What goes over the wire to one client in one piece: bytes of its own, then bytes that other
 * clients are sent too. Neither is to be changed.
 */
public final class Frame {
  private final byte[] own;
  private final Tail tail;

  /** Made by the first who needs it; two may make the same. */
  private volatile @Nullable Frame event;

  public Frame(byte[] own, Tail tail) {
    this.own = own;
    this.tail = tail;
  }

  /** A frame that is all in one array. */
  public static Frame of(byte[] bytes) {
    return new Frame(bytes, Tail.NONE);
  }

  public byte[] own() {
    return own;
  }

  public Tail tail() {
    return tail;
  }

  public int length() {
    return own.length + tail.length();
  }

  /**
   * This frame of a WebSocket as a Server-Sent Event without an id, which is the same for all
   * clients that are sent it.
   *
   * @param op the frame's
   */
  public Frame asEvent(String op) {
    Frame made = event;
    if (made == null) {
      made = EventFrame.of(op, null, this);
      event = made;
    }
    return made;
  }
}
