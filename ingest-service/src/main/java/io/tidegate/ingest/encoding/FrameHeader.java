package io.tidegate.ingest.encoding;

import java.nio.ByteBuffer;

/**
 * What the header of a zstd frame says (RFC 8878, section 3.1.1.1).
 *
 * @param windowBytes how much of what came out must be kept to go on
 * @param contentBytes how much comes out; -1 if it does not say
 */
record FrameHeader(long windowBytes, long contentBytes) {
  private static final int MAGIC_BYTES = 4;
  private static final int SINGLE_SEGMENT = 0x20;
  private static final int MIN_WINDOW_LOG = 10;
  private static final int[] DICTIONARY_ID_BYTES = {0, 1, 2, 4};
  private static final int TWO_BYTES_OFFSET = 256;

  /** How much of what comes out is kept at the most. */
  long keptBytes() {
    return contentBytes < 0 ? windowBytes : Math.min(windowBytes, contentBytes);
  }

  /** How long a header is, with its magic number, whose descriptor is this. */
  static int bytes(int descriptor) {
    return MAGIC_BYTES
        + 1
        + windowBytes(descriptor)
        + DICTIONARY_ID_BYTES[descriptor & 3]
        + contentSizeBytes(descriptor);
  }

  private static int windowBytes(int descriptor) {
    return (descriptor & SINGLE_SEGMENT) == 0 ? 1 : 0;
  }

  private static int contentSizeBytes(int descriptor) {
    return switch (descriptor >> 6) {
      case 0 -> (descriptor & SINGLE_SEGMENT) == 0 ? 0 : 1;
      case 1 -> 2;
      case 2 -> 4;
      default -> 8;
    };
  }

  /**
   * @param bytes in little-endian order, with the whole header
   * @param at where its descriptor is
   */
  static FrameHeader read(ByteBuffer bytes, int at) {
    int descriptor = bytes.get(at) & 0xff;
    int contentAt = at + 1 + windowBytes(descriptor) + DICTIONARY_ID_BYTES[descriptor & 3];
    long content =
        switch (contentSizeBytes(descriptor)) {
          case 0 -> -1;
          case 1 -> bytes.get(contentAt) & 0xff;
          case 2 -> TWO_BYTES_OFFSET + (bytes.getShort(contentAt) & 0xffff);
          case 4 -> bytes.getInt(contentAt) & 0xffffffffL;
          default -> atMostLong(bytes.getLong(contentAt));
        };
    if ((descriptor & SINGLE_SEGMENT) != 0) {
      return new FrameHeader(content, content);
    }
    int window = bytes.get(at + 1) & 0xff;
    long base = 1L << (MIN_WINDOW_LOG + (window >> 3));
    return new FrameHeader(base + base / 8 * (window & 7), content);
  }

  /** A number without a sign; beyond what a long has it does not matter how far. */
  private static long atMostLong(long unsigned) {
    return unsigned < 0 ? Long.MAX_VALUE : unsigned;
  }
}
