package io.tidegate.loadtest.devices.wire;

/**
 * The head of a WebSocket frame (RFC 6455, 5.2) as a server sends it: without a mask, and without
 * an extension. One for each thread, used again for each frame.
 */
public final class FrameHead {
  public static final int CONTINUATION = 0;
  public static final int TEXT = 1;
  public static final int CLOSE = 8;
  public static final int PING = 9;
  public static final int PONG = 10;

  private static final int MOST_OF_CONTROL = 125;

  private final int mostBytes;
  private int opcode;
  private boolean last;
  private int from;
  private int to;

  /**
   * @param mostBytes of a frame's payload, 1 or more
   */
  public FrameHead(int mostBytes) {
    this.mostBytes = mostBytes;
  }

  /**
   * Reads the head of the frame that begins at {@code at}.
   *
   * @return false: the frame is not all there
   * @throws MalformedException if it is none that a server may send, or too long
   */
  public boolean read(byte[] bytes, int at, int end) throws MalformedException {
    if (end - at < 2) {
      return false;
    }
    int first = bytes[at];
    int second = bytes[at + 1];
    if ((first & 0x70) != 0 || (second & 0x80) != 0) {
      throw new MalformedException("a frame with a mask, or of an extension");
    }
    opcode = first & 0x0f;
    last = (first & 0x80) != 0;
    long length = second & 0x7f;
    from = at + 2;
    if (length == 126) {
      from += 2;
      length = end < from ? -1 : number(bytes, at + 2, 2);
    } else if (length == 127) {
      from += 8;
      length = end < from ? -1 : number(bytes, at + 2, 8);
    }
    if (end < from) {
      return false;
    }
    check(length);
    to = from + (int) length;
    return to <= end;
  }

  private static long number(byte[] bytes, int at, int count) {
    long number = 0;
    for (int i = 0; i < count; i++) {
      number = number << 8 | (bytes[at + i] & 0xff);
    }
    return number;
  }

  private void check(long length) throws MalformedException {
    if (length < 0 || length > mostBytes) {
      throw new MalformedException("a frame is too long");
    }
    boolean isControl = opcode >= CLOSE;
    boolean isKnown = isControl ? opcode <= PONG : opcode <= TEXT;
    if (!isKnown || (isControl && (!last || length > MOST_OF_CONTROL))) {
      throw new MalformedException("a frame of a kind that is not spoken here");
    }
  }

  public int opcode() {
    return opcode;
  }

  /** Whether it is the last of its message. */
  public boolean last() {
    return last;
  }

  /** Where its payload begins. */
  public int from() {
    return from;
  }

  /** Where its payload ends, which is where the next frame begins. */
  public int to() {
    return to;
  }
}
