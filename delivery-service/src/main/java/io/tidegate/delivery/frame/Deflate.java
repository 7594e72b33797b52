package io.tidegate.delivery.frame;

import java.util.Arrays;
import java.util.zip.Deflater;

/**
 * Text frames as permessage-deflate has them (RFC 7692), each by itself, without what was sent
 * before: so nothing is kept for a connection, and what many are sent is compressed once for all of
 * them. A frame that begins with bytes of its own and ends with shared ones is a stored block of
 * the first, and behind it the blocks of the second. One per thread.
 */
public final class Deflate {
  /** Less is sent as it is. */
  static final int FROM_BYTES = 256;

  /** What a flush ends with, and a message leaves out (7.2.1). */
  private static final int FLUSH_BYTES = 4;

  private static final int FIRST_BYTES = 4096;

  /** After a frame that needed more the buffer is let go. */
  private static final int KEEP_BYTES = 512 * 1024;

  private static final int STORED_HEAD_BYTES = 5;
  private static final int STORED_MOST_BYTES = 0xffff;

  private final Deflater deflater;
  private byte[] buffer = new byte[FIRST_BYTES];

  /**
   * @param level 1, the fastest, to 9, the smallest
   */
  public Deflate(int level) {
    this.deflater = new Deflater(level, true);
  }

  /** The frame compressed; itself where that would not be smaller. */
  Frame frame(Frame frame) {
    byte[] own = frame.own();
    int from = WireFrame.textAt(own);
    Tail shared = frame.shared();
    int head = frame.ownEnd() - from;
    if (shared.length() >= FROM_BYTES && head <= STORED_MOST_BYTES) {
      Tail tail = shared.deflated(this);
      byte[] stored = stored(own, from, head);
      return stored.length + tail.length() < head + shared.length()
          ? new Frame(WireFrame.deflated(stored, tail.length()), tail)
          : frame;
    }
    int length = own.length - from;
    if (length < FROM_BYTES) {
      return frame;
    }
    byte[] packed = pack(own, from, length);
    return packed.length < length ? Frame.of(WireFrame.deflated(packed, 0)) : frame;
  }

  /** Bytes as blocks that refer to nothing before them, up to a byte's end. */
  byte[] pack(byte[] bytes, int from, int length) {
    deflater.reset();
    deflater.setInput(bytes, from, length);
    int size = 0;
    while (true) {
      size += deflater.deflate(buffer, size, buffer.length - size, Deflater.SYNC_FLUSH);
      if (size < buffer.length) {
        byte[] packed = Arrays.copyOf(buffer, size - FLUSH_BYTES);
        if (buffer.length > KEEP_BYTES) {
          buffer = new byte[FIRST_BYTES];
        }
        return packed;
      }
      buffer = Arrays.copyOf(buffer, buffer.length * 2);
    }
  }

  /** A block that is not compressed (RFC 1951, 3.2.4). */
  private static byte[] stored(byte[] bytes, int from, int length) {
    byte[] block = new byte[STORED_HEAD_BYTES + length];
    block[1] = (byte) length;
    block[2] = (byte) (length >> 8);
    block[3] = (byte) ~length;
    block[4] = (byte) (~length >> 8);
    System.arraycopy(bytes, from, block, STORED_HEAD_BYTES, length);
    return block;
  }
}
