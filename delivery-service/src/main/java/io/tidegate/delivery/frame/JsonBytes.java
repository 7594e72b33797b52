package io.tidegate.delivery.frame;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;

import com.google.protobuf.ByteString;
import java.util.Arrays;
import java.util.Base64;

/** A growing buffer of JSON, used again for frame after frame. Not thread-safe. */
final class JsonBytes {
  private static final int INITIAL_BYTES = 8 * 1024;

  /** After a frame larger than this the buffer is let go, so that one giant does not stay. */
  private static final int KEEP_BYTES = 512 * 1024;

  private static final byte[] HEX = "0123456789abcdef".getBytes(ISO_8859_1);

  private byte[] bytes = new byte[INITIAL_BYTES];
  private int size;

  void reset() {
    size = 0;
    if (bytes.length > KEEP_BYTES) {
      bytes = new byte[INITIAL_BYTES];
    }
  }

  int size() {
    return size;
  }

  void copyTo(byte[] target, int offset) {
    System.arraycopy(bytes, 0, target, offset, size);
  }

  /** ASCII that needs no escapes. */
  JsonBytes raw(String ascii) {
    ensure(ascii.length());
    for (int i = 0; i < ascii.length(); i++) {
      bytes[size++] = (byte) ascii.charAt(i);
    }
    return this;
  }

  JsonBytes raw(byte[] more) {
    return raw(more, 0, more.length);
  }

  JsonBytes raw(byte[] more, int from, int to) {
    ensure(to - from);
    System.arraycopy(more, from, bytes, size, to - from);
    size += to - from;
    return this;
  }

  byte[] toBytes() {
    return Arrays.copyOf(bytes, size);
  }

  /** Takes back the last {@code count} bytes. */
  void drop(int count) {
    size -= count;
  }

  JsonBytes number(long number) {
    return raw(Long.toString(number));
  }

  JsonBytes string(String text) {
    byte[] utf8 = text.getBytes(UTF_8);
    return string(utf8, 0, utf8.length);
  }

  /** One JSON text that others have checked. */
  void unseen(ByteString payload) {
    append(payload);
  }

  /** One JSON text as it is; whether it was one, otherwise nothing is added. */
  boolean verbatim(ByteString payload) {
    int start = append(payload);
    if (JsonSyntax.isValid(bytes, start, size)) {
      return true;
    }
    size = start;
    return false;
  }

  /** Text as a JSON string; whether it was UTF-8, otherwise nothing is added. */
  boolean string(ByteString payload) {
    byte[] utf8 = payload.toByteArray();
    if (!Utf8.isValid(utf8)) {
      return false;
    }
    string(utf8, 0, utf8.length);
    return true;
  }

  JsonBytes base64(ByteString payload) {
    byte[] encoded = Base64.getEncoder().encode(payload.toByteArray());
    ensure(encoded.length + 2);
    bytes[size++] = '"';
    System.arraycopy(encoded, 0, bytes, size, encoded.length);
    size += encoded.length;
    bytes[size++] = '"';
    return this;
  }

  private JsonBytes string(byte[] utf8, int from, int to) {
    // Each byte becomes six at most, such as \u0001.
    ensure(2 + Math.multiplyExact(6, to - from));
    bytes[size++] = '"';
    for (int i = from; i < to; i++) {
      byte c = utf8[i];
      if (c == '"' || c == '\\') {
        bytes[size++] = '\\';
        bytes[size++] = c;
      } else if (c >= 0 && c < 0x20) {
        control(c);
      } else {
        bytes[size++] = c;
      }
    }
    bytes[size++] = '"';
    return this;
  }

  private void control(byte c) {
    bytes[size++] = '\\';
    switch (c) {
      case '\n' -> bytes[size++] = 'n';
      case '\r' -> bytes[size++] = 'r';
      case '\t' -> bytes[size++] = 't';
      default -> {
        bytes[size++] = 'u';
        bytes[size++] = '0';
        bytes[size++] = '0';
        bytes[size++] = HEX[c >> 4];
        bytes[size++] = HEX[c & 15];
      }
    }
  }

  private int append(ByteString payload) {
    ensure(payload.size());
    int start = size;
    payload.copyTo(bytes, size);
    size += payload.size();
    return start;
  }

  private void ensure(int more) {
    if (bytes.length - size < more) {
      bytes = Arrays.copyOf(bytes, Math.max(Math.addExact(size, more), 2 * bytes.length));
    }
  }
}
