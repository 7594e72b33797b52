package io.tidegate.ingest.encoding;

import java.io.IOException;

/** A compressed body is not read on; the message says why, in words for its sender. */
public final class DecodingException extends IOException {
  private static final long serialVersionUID = 1L;

  /** What is the matter. */
  public enum Fault {
    /** It is cut short, or not what it says it is. */
    MALFORMED,
    /** It says that it holds more than is allowed. */
    SIZE,
    /** There is no room for more bytes in memory now. */
    MEMORY
  }

  private final Fault fault;

  private DecodingException(Fault fault, String message) {
    super(message);
    this.fault = fault;
  }

  static DecodingException malformed(String message) {
    return new DecodingException(Fault.MALFORMED, message);
  }

  static DecodingException tooLarge() {
    return new DecodingException(Fault.SIZE, "it says that it holds more than is allowed");
  }

  static DecodingException noRoom() {
    return new DecodingException(Fault.MEMORY, "too much is in flight now");
  }

  public Fault fault() {
    return fault;
  }
}
