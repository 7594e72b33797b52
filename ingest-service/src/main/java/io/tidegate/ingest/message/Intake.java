package io.tidegate.ingest.message;

import java.io.IOException;
import java.io.InputStream;
import java.util.Arrays;

/**
 * Bytes of a stream as they come, from the first that is still wanted on. Its fields are the
 * reader's to move: {@code buffer[start]} to {@code buffer[end - 1]} are there.
 */
final class Intake {
  private static final int READ_BYTES = 16 * 1024;

  private final InputStream in;
  private final int maxBytes;
  byte[] buffer = new byte[READ_BYTES];
  int start;
  int end;
  boolean ended;

  /**
   * @param maxBytes how much is wanted at once at most; the buffer grows to little more
   */
  Intake(InputStream in, int maxBytes) {
    this.in = in;
    this.maxBytes = maxBytes;
  }

  /**
   * Reads more behind what is there, which moves to the front of the buffer, so that {@link #start}
   * is 0 after this.
   */
  void fill() throws IOException {
    if (start > 0) {
      System.arraycopy(buffer, start, buffer, 0, end - start);
      end -= start;
      start = 0;
    }
    if (end == buffer.length) {
      long larger = Math.min(2L * buffer.length, (long) maxBytes + READ_BYTES);
      buffer = Arrays.copyOf(buffer, (int) larger);
    }
    int count = in.read(buffer, end, buffer.length - end);
    if (count < 0) {
      ended = true;
    } else {
      end += count;
    }
  }
}
