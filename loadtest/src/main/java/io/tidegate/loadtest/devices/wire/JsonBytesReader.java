package io.tidegate.loadtest.devices.wire;

import static java.nio.charset.StandardCharsets.UTF_8;

import org.jspecify.annotations.Nullable;

/**
 * Goes through JSON as bytes, and makes a text only of what is asked for. What is passed over is
 * checked as far as finding its end needs: that texts end, and that brackets are balanced.
 */
final class JsonBytesReader {
  /** Digits of a count, so that it fits into a long. */
  private static final int MOST_DIGITS = 18;

  private byte[] bytes = {};
  private int at;
  private int end;
  private int textFrom;
  private int textTo;
  private boolean escapes;

  void begin(byte[] json, int from, int to) {
    bytes = json;
    at = from;
    end = to;
  }

  /**
   * @throws MalformedException if something follows
   */
  void end() throws MalformedException {
    skipSpace();
    if (at < end) {
      throw new MalformedException("something follows the JSON");
    }
  }

  void expect(char c) throws MalformedException {
    if (!takes(c)) {
      throw new MalformedException("want " + c);
    }
  }

  boolean takes(char c) {
    skipSpace();
    if (at < end && bytes[at] == c) {
      at++;
      return true;
    }
    return false;
  }

  boolean isAtText() {
    skipSpace();
    return at < end && bytes[at] == '"';
  }

  private void skipSpace() {
    while (at < end && bytes[at] <= ' ' && isSpace(bytes[at])) {
      at++;
    }
  }

  private static boolean isSpace(byte b) {
    return b == ' ' || b == '\n' || b == '\r' || b == '\t';
  }

  /** A text, which the next calls can be asked about. */
  void string() throws MalformedException {
    expect('"');
    textFrom = at;
    escapes = false;
    int i = at;
    while (i < end) {
      byte b = bytes[i++];
      if (b == '"') {
        textTo = i - 1;
        at = i;
        return;
      }
      if (b == '\\') {
        escapes = true;
        i++;
      } else if (b >= 0 && b < ' ') {
        throw new MalformedException("a control character in a text");
      }
    }
    throw new MalformedException("a text does not end");
  }

  int textFrom() {
    return textFrom;
  }

  int textTo() {
    return textTo;
  }

  boolean hasEscapes() {
    return escapes;
  }

  /** Whether the last text says that word, which is ASCII. */
  boolean isText(String word) throws MalformedException {
    if (escapes) {
      return text(textFrom, textTo, true).equals(word);
    }
    int length = word.length();
    if (textTo - textFrom != length) {
      return false;
    }
    for (int i = 0; i < length; i++) {
      if (bytes[textFrom + i] != word.charAt(i)) {
        return false;
      }
    }
    return true;
  }

  /** A text; null, and passed over, if the value is none. */
  @Nullable String textOrNull() throws MalformedException {
    if (!isAtText()) {
      skip();
      return null;
    }
    string();
    return text(textFrom, textTo, escapes);
  }

  /** A number that counts; {@link FrameScan#ABSENT}, and passed over, if the value is none. */
  long count() throws MalformedException {
    skipSpace();
    int from = at;
    long count = 0;
    while (at < end && bytes[at] >= '0' && bytes[at] <= '9') {
      count = 10 * count + bytes[at++] - '0';
    }
    if (at == from) {
      skip();
      return FrameScan.ABSENT;
    }
    boolean isCount = at - from <= MOST_DIGITS && (at == end || !isOfLiteral(bytes[at]));
    skipLiteral();
    return isCount ? count : FrameScan.ABSENT;
  }

  /** Any value. */
  void skip() throws MalformedException {
    skipSpace();
    if (at == end) {
      throw new MalformedException("a value is missing");
    }
    byte b = bytes[at];
    if (b == '"') {
      string();
    } else if (b == '{' || b == '[') {
      skipNested();
    } else {
      int from = at;
      skipLiteral();
      if (at == from) {
        throw new MalformedException("a value is missing");
      }
    }
  }

  private void skipNested() throws MalformedException {
    int depth = 0;
    while (at < end) {
      byte b = bytes[at];
      if (b == '"') {
        string();
        continue;
      }
      at++;
      if (b == '{' || b == '[') {
        depth++;
      } else if (b == '}' || b == ']') {
        depth--;
        if (depth == 0) {
          return;
        }
      }
    }
    throw new MalformedException("a bracket is not closed");
  }

  /** A number, {@code true}, {@code false} or {@code null}. */
  private void skipLiteral() {
    while (at < end && isOfLiteral(bytes[at])) {
      at++;
    }
  }

  private static boolean isOfLiteral(byte b) {
    return (b >= '0' && b <= '9')
        || (b >= 'a' && b <= 'z')
        || b == '-'
        || b == '+'
        || b == '.'
        || b == 'E';
  }

  /** What stands between quotes, from there to there. */
  String text(int from, int to, boolean hasEscapes) throws MalformedException {
    String raw = new String(bytes, from, to - from, UTF_8);
    return hasEscapes ? unescaped(raw) : raw;
  }

  private static String unescaped(String raw) throws MalformedException {
    StringBuilder text = new StringBuilder(raw.length());
    int at = 0;
    while (at < raw.length()) {
      char c = raw.charAt(at++);
      if (c != '\\') {
        text.append(c);
        continue;
      }
      char escaped = at < raw.length() ? raw.charAt(at++) : 0;
      switch (escaped) {
        case 'b' -> text.append('\b');
        case 'f' -> text.append('\f');
        case 'n' -> text.append('\n');
        case 'r' -> text.append('\r');
        case 't' -> text.append('\t');
        case '"', '\\', '/' -> text.append(escaped);
        case 'u' -> {
          text.append(unit(raw, at));
          at += 4;
        }
        default -> throw new MalformedException("an escape that JSON does not have");
      }
    }
    return text.toString();
  }

  private static char unit(String raw, int at) throws MalformedException {
    try {
      return (char) Integer.parseInt(raw, at, at + 4, 16);
    } catch (NumberFormatException | IndexOutOfBoundsException e) {
      throw new MalformedException("an escape that JSON does not have");
    }
  }
}
