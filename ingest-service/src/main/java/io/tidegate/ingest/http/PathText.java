package io.tidegate.ingest.http;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.tidegate.contract.Problem;
import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;

/** A name in a path as it was on the wire. */
final class PathText {
  private PathText() {}

  /**
   * @param segment without slashes
   * @throws Rejection naming {@code field} if it is not percent-encoded UTF-8
   */
  static String decode(String field, String segment) {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream(segment.length());
    for (int i = 0; i < segment.length(); i++) {
      char c = segment.charAt(i);
      if (c != '%') {
        bytes.writeBytes(Character.toString(c).getBytes(UTF_8));
        continue;
      }
      int high = i + 3 <= segment.length() ? Character.digit(segment.charAt(i + 1), 16) : -1;
      int low = high < 0 ? -1 : Character.digit(segment.charAt(i + 2), 16);
      if (low < 0) {
        throw malformed(field);
      }
      bytes.write(high << 4 | low);
      i += 2;
    }
    try {
      return UTF_8.newDecoder().decode(ByteBuffer.wrap(bytes.toByteArray())).toString();
    } catch (CharacterCodingException e) {
      throw malformed(field);
    }
  }

  private static Rejection malformed(String field) {
    return Rejection.of(Problem.Kind.INVALID_REQUEST, "not percent-encoded UTF-8", field);
  }
}
