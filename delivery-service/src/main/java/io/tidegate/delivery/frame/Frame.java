package io.tidegate.delivery.frame;

/**
 * What goes over the wire to one client in one piece: bytes of its own, then bytes that other
 * clients are sent too. Neither is to be changed.
 */
public record Frame(byte[] own, byte[] shared) {
  private static final byte[] NONE = {};

  /** A frame that is all in one array. */
  public static Frame of(byte[] bytes) {
    return new Frame(bytes, NONE);
  }

  public int length() {
    return own.length + shared.length;
  }
}
