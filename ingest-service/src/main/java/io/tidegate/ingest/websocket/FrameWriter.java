package io.tidegate.ingest.websocket;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.tidegate.contract.CloseCode;
import java.io.ByteArrayOutputStream;

/** Writes a server's frames, each whole and unmasked, one behind the other. */
public final class FrameWriter {
  private static final int MAX_REASON_BYTES = 123;

  private final ByteArrayOutputStream frames = new ByteArrayOutputStream(256);

  public FrameWriter text(byte[] text) {
    return frame(1, text);
  }

  public FrameWriter ping() {
    return frame(9, new byte[0]);
  }

  /**
   * @param payload that of the ping
   */
  public FrameWriter pong(byte[] payload) {
    return frame(10, payload);
  }

  /**
   * @param reason ASCII; what is over 123 bytes is left out
   */
  public FrameWriter close(CloseCode code, String reason) {
    byte[] text = reason.getBytes(UTF_8);
    byte[] payload = new byte[2 + Math.min(text.length, MAX_REASON_BYTES)];
    payload[0] = (byte) (code.code() >> 8);
    payload[1] = (byte) code.code();
    System.arraycopy(text, 0, payload, 2, payload.length - 2);
    return frame(8, payload);
  }

  private FrameWriter frame(int opcode, byte[] payload) {
    frames.write(0x80 | opcode);
    int length = payload.length;
    if (length < 126) {
      frames.write(length);
    } else if (length < 1 << 16) {
      frames.write(126);
      frames.write(length >> 8);
      frames.write(length);
    } else {
      frames.write(127);
      for (int shift = 56; shift >= 0; shift -= 8) {
        frames.write((int) ((long) length >> shift));
      }
    }
    frames.writeBytes(payload);
    return this;
  }

  public int size() {
    return frames.size();
  }

  /** All frames; the writer is empty after this. */
  public byte[] take() {
    byte[] all = frames.toByteArray();
    frames.reset();
    return all;
  }
}
