package io.tidegate.ingest.websocket;

import io.tidegate.contract.CloseCode;
import java.util.Arrays;

/**
 * Reads a client's frames and puts the parts of a message together. Strict, as RFC 6455 wants it of
 * a server; memory grows with what comes, not with what is announced. After an exception nothing
 * more can be read.
 */
public final class FrameReader {
  /** Parts of one message. More are only a way to keep us busy. */
  static final int MAX_PARTS = 1000;

  private static final int FIRST_BYTES = 4 * 1024;

  /** A larger buffer is let go of after its message. */
  private static final int KEPT_BYTES = 64 * 1024;

  private static final int CONTROL_BYTES = 125;

  private static final int CONTINUATION = 0;
  private static final int TEXT = 1;
  private static final int BINARY = 2;
  private static final int CLOSE = 8;
  private static final int PING = 9;
  private static final int PONG = 10;

  private final Source source;
  private final int maxBytes;
  private byte[] buffer = new byte[FIRST_BYTES];

  /** Of the message that is coming in. */
  private int length;

  /** Of the message that is coming in; 0: none is. */
  private int parts;

  /**
   * @param maxBytes of one message
   */
  public FrameReader(Source source, int maxBytes) {
    this.source = source;
    this.maxBytes = maxBytes;
  }

  /** Whether a message has begun and not ended. */
  public boolean isInMessage() {
    return parts > 0;
  }

  /**
   * Waits for the next whole message or control frame.
   *
   * @throws WebSocketException with what the connection is to be closed with
   */
  public Frame next() throws WebSocketException {
    while (true) {
      int first = source.read();
      source.began();
      int second = source.read();
      boolean fin = (first & 0x80) != 0;
      int opcode = first & 0x0f;
      require((first & 0x70) == 0, "a reserved bit is set");
      require((second & 0x80) != 0, "a client's frame must be masked");
      if (opcode >= CLOSE) {
        int announced = second & 0x7f;
        require(
            fin && announced <= CONTROL_BYTES, "a control frame in parts, or of over 125 bytes");
        return control(opcode, announced);
      }
      if (opcode == BINARY) {
        throw new WebSocketException(
            CloseCode.UNSUPPORTED_DATA, CloseCode.UNSUPPORTED_DATA.reason());
      }
      require(opcode == TEXT || opcode == CONTINUATION, "an unknown opcode");
      require((opcode == TEXT) == (parts == 0), "parts of messages out of order");
      part(announced(second & 0x7f));
      if (fin) {
        return message();
      }
    }
  }

  private static void require(boolean legal, String otherwise) throws WebSocketException {
    if (!legal) {
      throw new WebSocketException(CloseCode.PROTOCOL_ERROR, otherwise);
    }
  }

  private long announced(int sevenBits) throws WebSocketException {
    if (sevenBits < 126) {
      return sevenBits;
    }
    int bytes = sevenBits == 126 ? 2 : 8;
    long announced = 0;
    for (int i = 0; i < bytes; i++) {
      announced = (announced << 8) | source.read();
    }
    require(announced >= (bytes == 2 ? 126 : 1 << 16), "a length that is not written in short");
    return announced;
  }

  private void part(long announced) throws WebSocketException {
    parts++;
    if (announced > maxBytes - length || parts > MAX_PARTS) {
      throw new WebSocketException(
          CloseCode.TOO_BIG,
          "want at most " + maxBytes + " bytes and " + MAX_PARTS + " parts a message");
    }
    byte[] mask = mask();
    int end = length + (int) announced;
    int begin = length;
    while (length < end) {
      if (length == buffer.length) {
        buffer = Arrays.copyOf(buffer, (int) Math.min(2L * buffer.length, maxBytes));
      }
      int count = source.read(buffer, length, Math.min(end, buffer.length) - length);
      source.keep(count);
      unmask(buffer, length, count, mask, length - begin);
      length += count;
    }
  }

  private Frame.Text message() throws WebSocketException {
    Frame.Text text = new Frame.Text(buffer, length);
    if (!Utf8.isValid(buffer, length)) {
      throw new WebSocketException(CloseCode.INVALID_UTF8, CloseCode.INVALID_UTF8.reason());
    }
    if (buffer.length > KEPT_BYTES) {
      buffer = new byte[FIRST_BYTES];
    }
    length = 0;
    parts = 0;
    return text;
  }

  private Frame control(int opcode, int announced) throws WebSocketException {
    byte[] mask = mask();
    byte[] payload = new byte[announced];
    for (int read = 0; read < announced; ) {
      read += source.read(payload, read, announced - read);
    }
    unmask(payload, 0, announced, mask, 0);
    return switch (opcode) {
      case PING -> new Frame.Ping(payload);
      case PONG -> new Frame.Pong();
      case CLOSE -> close(payload);
      default -> throw new WebSocketException(CloseCode.PROTOCOL_ERROR, "an unknown opcode");
    };
  }

  private static Frame close(byte[] payload) throws WebSocketException {
    if (payload.length == 0) {
      return new Frame.Close();
    }
    require(payload.length > 1, "half a close code");
    int code = ((payload[0] & 0xff) << 8) | (payload[1] & 0xff);
    boolean standard = code >= 1000 && code <= 1014 && (code < 1004 || code > 1006);
    require(standard || (code >= 3000 && code < 5000), "a close code that may not be sent");
    byte[] reason = Arrays.copyOfRange(payload, 2, payload.length);
    if (!Utf8.isValid(reason, reason.length)) {
      throw new WebSocketException(CloseCode.INVALID_UTF8, CloseCode.INVALID_UTF8.reason());
    }
    return new Frame.Close();
  }

  private byte[] mask() {
    byte[] mask = new byte[4];
    for (int i = 0; i < mask.length; i++) {
      mask[i] = (byte) source.read();
    }
    return mask;
  }

  /**
   * @param at of the first byte in its frame
   */
  private static void unmask(byte[] bytes, int offset, int count, byte[] mask, int at) {
    for (int i = 0; i < count; i++) {
      bytes[offset + i] ^= mask[(at + i) & 3];
    }
  }
}
