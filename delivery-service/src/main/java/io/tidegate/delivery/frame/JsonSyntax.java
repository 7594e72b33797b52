package io.tidegate.delivery.frame;

/**
 * Whether bytes are one JSON text, RFC 8259. A payload goes into a frame verbatim, so one that only
 * claims to be JSON would break the frame for every message in it.
 *
 * <p>A hand-written automaton, since it looks at every byte of every JSON payload that fan-out has
 * not marked as checked: it allocates nothing but a bit set for nesting, and does not recurse.
 */
final class JsonSyntax {
  /** Deeper than this, a client's parser may refuse the frame. */
  static final int MAX_DEPTH = 500;

  private final byte[] bytes;
  private final int end;
  private int at;

  private JsonSyntax(byte[] bytes, int from, int to) {
    this.bytes = bytes;
    this.at = from;
    this.end = to;
  }

  static boolean isValid(byte[] bytes, int from, int to) {
    return Utf8.isValid(bytes, from, to) && new JsonSyntax(bytes, from, to).text();
  }

  private boolean text() {
    // Bit d: whether the value open at depth d is an object.
    long[] objects = new long[MAX_DEPTH / 64 + 1];
    int depth = 0;
    while (true) {
      skipSpace();
      int c = next();
      if (c == '{' || c == '[') {
        if (depth == MAX_DEPTH) {
          return false;
        }
        boolean object = c == '{';
        skipSpace();
        if (peek() == (object ? '}' : ']')) {
          at++;
        } else {
          depth++;
          set(objects, depth, object);
          if (object && !name()) {
            return false;
          }
          continue;
        }
      } else if (!scalar(c)) {
        return false;
      }
      // A value has ended: close what ends with it, or go on to the next one.
      while (true) {
        skipSpace();
        if (depth == 0) {
          return at == end;
        }
        boolean object = get(objects, depth);
        int after = next();
        if (after == ',') {
          skipSpace();
          if (object && !name()) {
            return false;
          }
          break;
        }
        if (after != (object ? '}' : ']')) {
          return false;
        }
        depth--;
      }
    }
  }

  private boolean name() {
    if (next() != '"' || !string()) {
      return false;
    }
    skipSpace();
    return next() == ':';
  }

  private boolean scalar(int first) {
    return switch (first) {
      case '"' -> string();
      case 't' -> word("rue");
      case 'f' -> word("alse");
      case 'n' -> word("ull");
      default -> number(first);
    };
  }

  private boolean string() {
    while (at < end) {
      byte c = bytes[at++];
      if (c == '"') {
        return true;
      }
      if (c >= 0 && c < 0x20) {
        return false;
      }
      if (c == '\\' && !escape()) {
        return false;
      }
    }
    return false;
  }

  private boolean escape() {
    return switch (next()) {
      case '"', '\\', '/', 'b', 'f', 'n', 'r', 't' -> true;
      case 'u' -> fourHexDigits();
      default -> false;
    };
  }

  private boolean fourHexDigits() {
    for (int i = 0; i < 4; i++) {
      if (Character.digit(next(), 16) < 0) {
        return false;
      }
    }
    return true;
  }

  private boolean word(String rest) {
    for (int i = 0; i < rest.length(); i++) {
      if (next() != rest.charAt(i)) {
        return false;
      }
    }
    return true;
  }

  private boolean number(int first) {
    int c = first == '-' ? next() : first;
    if (c < '0' || c > '9') {
      return false;
    }
    if (c != '0') {
      skipDigits();
    }
    if (peek() == '.') {
      at++;
      if (!skipDigits()) {
        return false;
      }
    }
    if (peek() == 'e' || peek() == 'E') {
      at++;
      if (peek() == '+' || peek() == '-') {
        at++;
      }
      return skipDigits();
    }
    return true;
  }

  private boolean skipDigits() {
    int start = at;
    while (at < end && bytes[at] >= '0' && bytes[at] <= '9') {
      at++;
    }
    return at > start;
  }

  private void skipSpace() {
    while (at < end
        && (bytes[at] == ' ' || bytes[at] == '\n' || bytes[at] == '\r' || bytes[at] == '\t')) {
      at++;
    }
  }

  private int peek() {
    return at < end ? bytes[at] : -1;
  }

  private int next() {
    return at < end ? bytes[at++] : -1;
  }

  private static void set(long[] bits, int index, boolean value) {
    long mask = 1L << (index & 63);
    if (value) {
      bits[index >> 6] |= mask;
    } else {
      bits[index >> 6] &= ~mask;
    }
  }

  private static boolean get(long[] bits, int index) {
    return (bits[index >> 6] & (1L << (index & 63))) != 0;
  }
}
