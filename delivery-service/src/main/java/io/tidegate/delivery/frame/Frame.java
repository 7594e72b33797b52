package io.tidegate.delivery.frame;

import org.jspecify.annotations.Nullable;

/**
 * What goes over the wire to one client in one piece: bytes of its own, then bytes that other
 * clients are sent too. Neither is to be changed.
 */
public final class Frame {
  private final byte[] own;
  private final Tail tail;

  /** What own ends with a copy of; {@link Tail#NONE}: nothing. */
  private final Tail copied;

  /** Made by the first who needs it; two may make the same. */
  private volatile @Nullable Frame event;

  private volatile @Nullable Frame deflated;

  public Frame(byte[] own, Tail tail) {
    this(own, tail, Tail.NONE);
  }

  private Frame(byte[] own, Tail tail, Tail copied) {
    this.own = own;
    this.tail = tail;
    this.copied = copied;
  }

  /** A frame that is all in one array, which ends with what other clients are sent, too. */
  static Frame copying(byte[] bytes, Tail last) {
    return new Frame(bytes, Tail.NONE, last);
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

  /** What other clients are sent, too. */
  Tail shared() {
    return tail.length() > 0 ? tail : copied;
  }

  /** Where in {@link #own} that ends which only this client is sent. */
  int ownEnd() {
    return own.length - copied.length();
  }

  /** This text frame of a WebSocket compressed, or itself where that would not be smaller. */
  public Frame deflated(Deflate deflate) {
    Frame made = deflated;
    if (made == null) {
      made = deflate.frame(this);
      deflated = made;
    }
    return made;
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
