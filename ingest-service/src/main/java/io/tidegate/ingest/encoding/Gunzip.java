package io.tidegate.ingest.encoding;

import io.tidegate.ingest.admission.Admission;
import java.io.IOException;
import java.io.InputStream;
import java.util.zip.CRC32;
import java.util.zip.DataFormatException;
import java.util.zip.Inflater;

/**
 * What is in a gzip body (RFC 1952): one member, or several one after the other. The JDK's stream
 * takes what follows the last member for nothing and would lose lines without a word, so the frame
 * is read here.
 */
public final class Gunzip extends Decoder {
  private static final int BUFFER_BYTES = 8 * 1024;

  /** With zlib's window and tables. */
  private static final int MEMORY_BYTES = BUFFER_BYTES + 44 * 1024;

  private static final int DEFLATE = 8;
  private static final int TIME_AND_SYSTEM_BYTES = 6;
  private static final int HEADER_CRC = 2;
  private static final int EXTRA = 4;
  private static final int NAME = 8;
  private static final int COMMENT = 16;
  private static final int RESERVED = 0xe0;

  private final Inflater inflater = new Inflater(true);
  private final CRC32 crc = new CRC32();
  private final byte[] buffer = new byte[BUFFER_BYTES];
  private int start;
  private int end;
  private boolean inMember;
  private boolean any;

  /**
   * @throws DecodingException if there is no room for it now
   */
  public Gunzip(InputStream in, Admission.Permit permit) throws DecodingException {
    super(in, permit, MEMORY_BYTES);
  }

  @Override
  int decode(byte[] bytes, int offset, int length) throws IOException {
    while (true) {
      if (!inMember) {
        if (any && start == end && !fill()) {
          return -1;
        }
        header();
      }
      int count = inflate(bytes, offset, length);
      if (count > 0) {
        crc.update(bytes, offset, count);
        return count;
      }
      if (inflater.finished()) {
        start = end - inflater.getRemaining();
        trailer();
      } else if (inflater.needsInput()) {
        if (!fill()) {
          throw cutShort();
        }
        inflater.setInput(buffer, start, end - start);
        start = end;
      } else {
        throw malformed("it needs a dictionary");
      }
    }
  }

  private int inflate(byte[] bytes, int offset, int length) throws DecodingException {
    try {
      return inflater.inflate(bytes, offset, length);
    } catch (DataFormatException e) {
      throw malformed(String.valueOf(e.getMessage()));
    }
  }

  private void header() throws IOException {
    crc.reset();
    if (headerByte() != 0x1f || headerByte() != 0x8b) {
      throw malformed(any ? "what follows its end is no gzip" : "it does not begin as gzip does");
    }
    int method = headerByte();
    int flags = headerByte();
    if (method != DEFLATE || (flags & RESERVED) != 0) {
      throw malformed("its method or a flag is unknown");
    }
    skip(TIME_AND_SYSTEM_BYTES);
    if ((flags & EXTRA) != 0) {
      int low = headerByte();
      skip(low | (headerByte() << 8));
    }
    if ((flags & NAME) != 0) {
      skipText();
    }
    if ((flags & COMMENT) != 0) {
      skipText();
    }
    if ((flags & HEADER_CRC) != 0) {
      int want = (int) crc.getValue() & 0xffff;
      if (number(2) != want) {
        throw malformed("the checksum of its header does not fit");
      }
    }
    crc.reset();
    inflater.reset();
    inflater.setInput(buffer, start, end - start);
    start = end;
    inMember = true;
    any = true;
  }

  private void trailer() throws IOException {
    if (number(4) != crc.getValue()) {
      throw malformed("its checksum does not fit");
    }
    if (number(4) != (inflater.getBytesWritten() & 0xffffffffL)) {
      throw malformed("its length does not fit");
    }
    inMember = false;
  }

  private void skip(int bytes) throws IOException {
    for (int i = 0; i < bytes; i++) {
      int _ = headerByte();
    }
  }

  private void skipText() throws IOException {
    while (headerByte() != 0) {
      // Only its end matters.
    }
  }

  private int headerByte() throws IOException {
    int b = nextByte();
    crc.update(b);
    return b;
  }

  private long number(int bytes) throws IOException {
    long number = 0;
    for (int i = 0; i < bytes; i++) {
      number |= (long) nextByte() << (8 * i);
    }
    return number;
  }

  private int nextByte() throws IOException {
    if (start == end && !fill()) {
      throw cutShort();
    }
    return buffer[start++] & 0xff;
  }

  /** False: there is nothing more. */
  private boolean fill() throws IOException {
    int count = take(buffer, 0, buffer.length);
    start = 0;
    end = Math.max(count, 0);
    return count > 0;
  }

  private static DecodingException cutShort() {
    return malformed("it ends early");
  }

  private static DecodingException malformed(String reason) {
    return DecodingException.malformed("the body is not good gzip: " + reason);
  }

  @Override
  void free() {
    inflater.close();
  }
}
