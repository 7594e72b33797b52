package io.tidegate.client.protocol;

/** How a session began. */
public enum Mode {
  /** The device was new. */
  FRESH,
  /** It goes on where it was. */
  RESUMED,
  /** It may have missed something. */
  RESET
}
