package io.tidegate.delivery.frame;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.tidegate.contract.CloseCode;
import org.jspecify.annotations.Nullable;

/**
 * WebSocket frames of a server as they go over the wire, RFC 6455 section 5.2: unmasked and never
 * fragmented, so that the same bytes do for any connection.
 */
public final class WireFrame {
  private static final int FIN = 0x80;

  /** Compressed (RFC 7692, 6). */
  private static final int RSV1 = 0x40;

  private static final int TEXT = 0x1;
  private static final int CLOSE = 0x8;
  private static final int PING = 0x9;
  private static final int PONG = 0xA;

  /** The payload of a control frame is at most 125 bytes, two of which are the close code. */
  private static final int MAX_REASON_BYTES = 123;

  private WireFrame() {}

  static byte[] text(JsonBytes json) {
    return text(json, 0);
  }

  /** The beginning of a frame that {@code more} bytes follow. */
  static byte[] text(JsonBytes json, int more) {
    byte[] wire = begin(FIN | TEXT, json.size(), more);
    json.copyTo(wire, wire.length - json.size());
    return wire;
  }

  /** As {@link #text(JsonBytes, int)}, with text that is compressed. */
  static byte[] deflated(byte[] packed, int more) {
    byte[] wire = begin(FIN | RSV1 | TEXT, packed.length, more);
    System.arraycopy(packed, 0, wire, wire.length - packed.length, packed.length);
    return wire;
  }

  /** A frame's head, with room for {@code length} bytes that {@code more} follow. */
  private static byte[] begin(int head, int length, int more) {
    int size = length + more;
    int header = size <= 125 ? 2 : size <= 0xffff ? 4 : 10;
    byte[] wire = new byte[header + length];
    wire[0] = (byte) head;
    if (header == 2) {
      wire[1] = (byte) size;
    } else if (header == 4) {
      wire[1] = 126;
      wire[2] = (byte) (size >> 8);
      wire[3] = (byte) size;
    } else {
      wire[1] = 127;
      for (int i = 0; i < 4; i++) {
        wire[6 + i] = (byte) (size >> (8 * (3 - i)));
      }
    }
    return wire;
  }

  /** Where the text of a text frame begins. */
  static int textAt(byte[] frame) {
    return switch (frame[1]) {
      case 126 -> 4;
      case 127 -> 10;
      default -> 2;
    };
  }

  public static byte[] ping() {
    return control(PING, new byte[0]);
  }

  /**
   * @param payload what came with the ping, at most 125 bytes
   */
  public static byte[] pong(byte[] payload) {
    return control(PONG, payload);
  }

  /** A close frame that says {@code detail} where there is any, else what the code stands for. */
  public static byte[] close(CloseCode code, @Nullable String detail) {
    return close(code.code(), detail == null ? code.reason() : detail);
  }

  /** A close frame; the reason is cut to what fits. */
  public static byte[] close(int code, String reason) {
    byte[] utf8 = reason.getBytes(UTF_8);
    int length = Math.min(utf8.length, MAX_REASON_BYTES);
    // Not in the middle of a character.
    while (length < utf8.length && length > 0 && (utf8[length] & 0xc0) == 0x80) {
      length--;
    }
    byte[] payload = new byte[2 + length];
    payload[0] = (byte) (code >> 8);
    payload[1] = (byte) code;
    System.arraycopy(utf8, 0, payload, 2, length);
    return control(CLOSE, payload);
  }

  private static byte[] control(int opcode, byte[] payload) {
    byte[] wire = new byte[2 + payload.length];
    wire[0] = (byte) (FIN | opcode);
    wire[1] = (byte) payload.length;
    System.arraycopy(payload, 0, wire, 2, payload.length);
    return wire;
  }
}
