package io.tidegate.delivery.frame;

import java.util.Arrays;
import java.util.zip.DataFormatException;
import java.util.zip.Inflater;
import org.jspecify.annotations.Nullable;

/**
 * Messages of clients that are compressed (RFC 7692, 7.2.2), each by itself, within a bound. One
 * per thread.
 */
public final class Inflate {
  /** What a message leaves out at its end. */
  private static final byte[] FLUSH = {0, 0, (byte) 0xff, (byte) 0xff};

  private static final int MOST_LAST_BLOCKS = 16;
  private static final int FIRST_BYTES = 1024;

  private final Inflater inflater = new Inflater(true);

  /**
   * @param most bytes that it may have
   * @return null if it has more
   * @throws DataFormatException if it is not what it says it is
   */
  public byte @Nullable [] message(byte[] packed, int most) throws DataFormatException {
    byte[] input = Arrays.copyOf(packed, packed.length + FLUSH.length);
    System.arraycopy(FLUSH, 0, input, packed.length, FLUSH.length);
    inflater.reset();
    inflater.setInput(input);
    byte[] bytes = new byte[Math.min(most + 1, FIRST_BYTES)];
    int size = 0;
    int lasts = 0;
    // Each round takes of the input or makes room; both are bounded.
    while (true) {
      int more = inflater.inflate(bytes, size, bytes.length - size);
      size += more;
      if (size > most) {
        return null;
      }
      if (inflater.finished()) {
        int left = inflater.getRemaining();
        if (left == 0) {
          return Arrays.copyOf(bytes, size);
        }
        // A last block is not the end of a message (7.2.3.5); it is not begun anew without end.
        if (++lasts > MOST_LAST_BLOCKS) {
          throw new DataFormatException("more than " + MOST_LAST_BLOCKS + " last blocks");
        }
        inflater.reset();
        inflater.setInput(input, input.length - left, left);
      } else if (size == bytes.length) {
        bytes = Arrays.copyOf(bytes, Math.min(most + 1, bytes.length * 2));
      } else if (more == 0) {
        if (!inflater.needsInput()) {
          throw new DataFormatException("needs what is not there");
        }
        return Arrays.copyOf(bytes, size);
      }
    }
  }
}
