package io.tidegate.delivery.frame;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.ByteArrayOutputStream;
import java.util.HashMap;
import java.util.Map;

/**
 * The parameters of a request's query, written as forms are ({@code application/x-www-form-
 * urlencoded}). Strict, since a name that is read wrongly is another user's.
 */
final class QueryText {
  private static final int MOST = 32;

  private QueryText() {}

  /**
   * @param query what stands behind the question mark
   * @throws MalformedFrameException if something is not percent-encoded UTF-8, or there twice
   */
  static Map<String, String> parse(String query) throws MalformedFrameException {
    Map<String, String> parameters = new HashMap<>();
    int read = 0;
    int from = 0;
    while (from < query.length()) {
      int end = query.indexOf('&', from);
      end = end < 0 ? query.length() : end;
      if (end > from) {
        if (++read > MOST) {
          throw new MalformedFrameException("query", "more than " + MOST + " parameters");
        }
        int equals = query.indexOf('=', from, end);
        boolean valued = equals >= 0;
        String name = decode("query", query, from, valued ? equals : end);
        String value = valued ? decode(name, query, equals + 1, end) : "";
        if (parameters.putIfAbsent(name, value) != null) {
          throw new MalformedFrameException(name, "there is more than one");
        }
      }
      from = end + 1;
    }
    return parameters;
  }

  private static String decode(String field, String text, int from, int to)
      throws MalformedFrameException {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream(to - from);
    for (int i = from; i < to; i++) {
      char c = text.charAt(i);
      if (c == '%') {
        int high = i + 2 < to ? Character.digit(text.charAt(i + 1), 16) : -1;
        int low = i + 2 < to ? Character.digit(text.charAt(i + 2), 16) : -1;
        if (high < 0 || low < 0) {
          throw notEncoded(field);
        }
        bytes.write(high << 4 | low);
        i += 2;
      } else if (c > 0x7f) {
        throw notEncoded(field);
      } else {
        bytes.write(c == '+' ? ' ' : c);
      }
    }
    byte[] utf8 = bytes.toByteArray();
    if (!Utf8.isValid(utf8)) {
      throw notEncoded(field);
    }
    return new String(utf8, UTF_8);
  }

  private static MalformedFrameException notEncoded(String field) {
    return new MalformedFrameException(field, "want percent-encoded UTF-8");
  }
}
