package io.tidegate.ingest.message;

import java.io.IOException;
import java.io.InputStream;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * The lines of an NDJSON body, read as they come. Never holds more than one line of the largest
 * size; of a larger one it keeps nothing and reads on to its end. Lines of white space alone are
 * passed over.
 */
public final class Lines {
  private static final int READ_BYTES = 16 * 1024;

  /**
   * One line without its line feed.
   *
   * @param bytes a buffer that the next call of {@link #next} overwrites
   * @param tooLong it was larger than allowed; length is 0
   */
  public record Line(byte[] bytes, int offset, int length, boolean tooLong) {}

  private final InputStream in;
  private final int maxBytes;
  private byte[] buffer = new byte[READ_BYTES];
  private int start;
  private int end;
  private boolean ended;

  /**
   * @param maxBytes the longest line, without its line feed
   */
  public Lines(InputStream in, int maxBytes) {
    this.in = in;
    this.maxBytes = maxBytes;
  }

  /** The next line; null after the last. */
  public @Nullable Line next() throws IOException {
    boolean tooLong = false;
    int scanned = start;
    while (true) {
      int feed = indexOfLineFeed(scanned);
      int length = (feed < 0 ? end : feed) - start;
      if (length > maxBytes) {
        tooLong = true;
      }
      if (feed >= 0 || ended) {
        Line line = new Line(buffer, start, tooLong ? 0 : length, tooLong);
        boolean last = feed < 0;
        start = last ? end : feed + 1;
        scanned = start;
        if (tooLong || !blank(line)) {
          return line;
        }
        if (last) {
          return null;
        }
        continue;
      }
      if (tooLong) {
        start = end;
      }
      scanned = end - start;
      fill();
      scanned += start;
    }
  }

  /** Reads more behind what is there, which moves to the front when the room is short. */
  private void fill() throws IOException {
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

  private int indexOfLineFeed(int from) {
    for (int i = from; i < end; i++) {
      if (buffer[i] == '\n') {
        return i;
      }
    }
    return -1;
  }

  private static boolean blank(Line line) {
    for (int i = line.offset(); i < line.offset() + line.length(); i++) {
      byte b = line.bytes()[i];
      if (b != ' ' && b != '\t' && b != '\r') {
        return false;
      }
    }
    return true;
  }
}
