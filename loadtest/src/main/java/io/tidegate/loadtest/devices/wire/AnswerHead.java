package io.tidegate.loadtest.devices.wire;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * The head of an answer in HTTP/1.1.
 *
 * @param status 100 to 999
 * @param fields by their names in lower case; of several of one name the last
 */
public record AnswerHead(int status, Map<String, String> fields) {
  /** Bytes of a head. */
  public static final int MOST_BYTES = 8_192;

  private static final String VERSION = "HTTP/1.1 ";

  /**
   * Where the head ends that begins at {@code at}; -1: it is not all there.
   *
   * @throws MalformedException if it is too long
   */
  public static int end(byte[] bytes, int at, int end) throws MalformedException {
    for (int i = at; i + 3 < end && i - at < MOST_BYTES; i++) {
      if (bytes[i] == '\r'
          && bytes[i + 1] == '\n'
          && bytes[i + 2] == '\r'
          && bytes[i + 3] == '\n') {
        return i + 4;
      }
    }
    if (end - at >= MOST_BYTES) {
      throw new MalformedException("the head of an answer is too long");
    }
    return -1;
  }

  /**
   * @param end of {@link #end}
   * @throws MalformedException if it is none
   */
  public static AnswerHead read(byte[] bytes, int at, int end) throws MalformedException {
    String[] lines = new String(bytes, at, end - at, ISO_8859_1).split("\r\n", -1);
    Map<String, String> fields = new TreeMap<>();
    for (int i = 1; !lines[i].isEmpty(); i++) {
      int colon = lines[i].indexOf(':');
      if (colon < 1) {
        throw new MalformedException("a field without a name");
      }
      fields.put(
          lines[i].substring(0, colon).toLowerCase(Locale.ROOT),
          lines[i].substring(colon + 1).strip());
    }
    return new AnswerHead(status(lines[0]), fields);
  }

  private static int status(String line) throws MalformedException {
    int from = VERSION.length();
    boolean isStatus =
        line.startsWith(VERSION)
            && line.length() >= from + 3
            && line.substring(from, from + 3).chars().allMatch(c -> c >= '0' && c <= '9')
            && line.charAt(from) != '0';
    if (!isStatus) {
      throw new MalformedException("no answer in HTTP/1.1");
    }
    return Integer.parseInt(line, from, from + 3, 10);
  }

  /** A field's value; null: there is none. */
  public @Nullable String field(String name) {
    return fields.get(name);
  }

  /** Whether a field's value begins with that word, whatever its case. */
  public boolean says(String name, String word) {
    String value = fields.get(name);
    return value != null && value.toLowerCase(Locale.ROOT).startsWith(word);
  }

  /** A field that is a number of at most nine digits; -1: it is none. */
  public int number(String name) {
    String value = fields.get(name);
    boolean isNumber =
        value != null
            && !value.isEmpty()
            && value.length() <= 9
            && value.chars().allMatch(c -> c >= '0' && c <= '9');
    return isNumber ? Integer.parseInt(value) : -1;
  }
}
