package io.tidegate.loadtest.devices.wire;

/**
 * Takes the chunks off a body (RFC 9112, 7.1), as it comes in pieces of any size. A worker sends
 * none; what stands between may. One for each body.
 */
public final class Chunks {
  private static final int MOST_DIGITS = 7;

  /** Of a chunk's extension, or of what follows the last chunk. */
  private static final int MOST_LINE = 4_096;

  private enum At {
    SIZE,
    EXTENSION,
    BODY,
    AFTER_BODY,
    OVER
  }

  private At state = At.SIZE;
  private int left;
  private int digits;
  private int line;

  /**
   * Moves what the chunks hold to the front of the bytes they came in.
   *
   * @return where it ends
   * @throws MalformedException if they are no chunks
   */
  public int unwrap(byte[] bytes, int from, int end) throws MalformedException {
    int to = from;
    int at = from;
    while (at < end && state != At.OVER) {
      if (state == At.BODY) {
        int length = Math.min(left, end - at);
        System.arraycopy(bytes, at, bytes, to, length);
        at += length;
        to += length;
        left -= length;
        state = left == 0 ? At.AFTER_BODY : At.BODY;
      } else {
        head((char) (bytes[at++] & 0xff));
      }
    }
    return to;
  }

  private void head(char c) throws MalformedException {
    int digit = Character.digit(c, 16);
    if (state == At.AFTER_BODY) {
      if (c == '\n') {
        state = At.SIZE;
      } else if (c != '\r') {
        throw new MalformedException("a chunk is longer than it said");
      }
    } else if (state == At.SIZE && digit >= 0 && digits < MOST_DIGITS) {
      left = 16 * left + digit;
      digits++;
    } else if (digits > 0 && c == '\n') {
      state = left == 0 ? At.OVER : At.BODY;
      digits = 0;
      line = 0;
    } else if (digits > 0 && line < MOST_LINE && (state == At.EXTENSION || !isOfSize(digit))) {
      state = At.EXTENSION;
      line++;
    } else {
      throw new MalformedException("no chunk");
    }
  }

  private static boolean isOfSize(int digit) {
    return digit >= 0;
  }

  /** Whether the last chunk has begun, behind which nothing of the body comes. */
  public boolean isOver() {
    return state == At.OVER;
  }
}
