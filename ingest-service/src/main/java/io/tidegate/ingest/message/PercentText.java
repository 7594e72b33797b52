package io.tidegate.ingest.message;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import org.jspecify.annotations.Nullable;

/** Percent-encoded UTF-8, RFC 3986. */
public final class PercentText {
  private PercentText() {}

  /** One round of decoding; null if a percent sign has no two digits, or the bytes are no UTF-8. */
  public static @Nullable String decode(String text) {
    if (text.indexOf('%') < 0) {
      return text;
    }
    ByteArrayOutputStream bytes = new ByteArrayOutputStream(text.length());
    int at = 0;
    while (at < text.length()) {
      if (text.charAt(at) != '%') {
        int percent = text.indexOf('%', at);
        int end = percent < 0 ? text.length() : percent;
        bytes.writeBytes(text.substring(at, end).getBytes(UTF_8));
        at = end;
        continue;
      }
      int high = at + 3 <= text.length() ? digit(text.charAt(at + 1)) : -1;
      int low = high < 0 ? -1 : digit(text.charAt(at + 2));
      if (low < 0) {
        return null;
      }
      bytes.write(high << 4 | low);
      at += 3;
    }
    try {
      return UTF_8.newDecoder().decode(ByteBuffer.wrap(bytes.toByteArray())).toString();
    } catch (CharacterCodingException e) {
      return null;
    }
  }

  /** Of ASCII only: Java knows digits of many scripts. */
  private static int digit(char c) {
    return c < 0x80 ? Character.digit(c, 16) : -1;
  }
}
