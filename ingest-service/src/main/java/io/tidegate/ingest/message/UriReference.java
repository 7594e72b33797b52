package io.tidegate.ingest.message;

/**
 * The grammar of RFC 3986, 4.1. The JDK's {@code URI} is of RFC 2396, to which {@code a://} is
 * none. Letters beyond ASCII are taken as they are (RFC 3987).
 */
final class UriReference {
  private static final int NONE = -1;
  private static final String SUB_DELIMS = "!$&'()*+,;=";

  private final String text;

  private UriReference(String text) {
    this.text = text;
  }

  /** Where a text stops to be a URI reference; -1: nowhere. */
  static int fault(String text) {
    return new UriReference(text).fault();
  }

  private int fault() {
    int firstEnd = end(0, "/?#");
    int colon = text.indexOf(':');
    int hierarchy = 0;
    if (colon >= 0 && colon < firstEnd) {
      int fault = schemeFault(colon);
      if (fault != NONE) {
        return fault;
      }
      hierarchy = colon + 1;
    }
    int path = hierarchy;
    if (text.startsWith("//", hierarchy)) {
      path = end(hierarchy + 2, "/?#");
      int fault = authorityFault(hierarchy + 2, path);
      if (fault != NONE) {
        return fault;
      }
    }
    int query = end(path, "?#");
    int fragment = end(query, "#");
    int fault = fault(path, query, ":@/");
    if (fault == NONE) {
      fault = fault(query + 1, fragment, ":@/?");
    }
    return fault == NONE ? fault(fragment + 1, text.length(), ":@/?") : fault;
  }

  /** The first of these characters, or the end of the text. */
  private int end(int from, String characters) {
    int at = from;
    while (at < text.length() && characters.indexOf(text.charAt(at)) < 0) {
      at++;
    }
    return at;
  }

  private int schemeFault(int end) {
    for (int at = 0; at < end; at++) {
      char c = text.charAt(at);
      if (!isLetter(c) && (at == 0 || !(isDigit(c) || "+-.".indexOf(c) >= 0))) {
        return at;
      }
    }
    return end == 0 ? 0 : NONE;
  }

  private int authorityFault(int from, int end) {
    int at = text.indexOf('@', from);
    int host = from;
    if (at >= 0 && at < end) {
      int fault = fault(from, at, ":");
      if (fault != NONE) {
        return fault;
      }
      host = at + 1;
    }
    int port;
    int fault;
    if (host < end && text.charAt(host) == '[') {
      int close = text.indexOf(']', host);
      if (close < 0 || close >= end) {
        return host;
      }
      fault = literalFault(host + 1, close);
      port = close + 1;
    } else {
      port = Math.min(end, end(host, ":"));
      fault = fault(host, port, "");
    }
    return fault == NONE && port < end ? portFault(port, end) : fault;
  }

  /** What stands between brackets, by its characters. */
  private int literalFault(int from, int end) {
    boolean future = from < end && (text.charAt(from) == 'v' || text.charAt(from) == 'V');
    if (future) {
      return fault(from, end, ":");
    }
    for (int at = from; at < end; at++) {
      char c = text.charAt(at);
      if (!isHex(c) && c != ':' && c != '.') {
        return at;
      }
    }
    return from == end ? from : NONE;
  }

  private int portFault(int from, int end) {
    if (text.charAt(from) != ':') {
      return from;
    }
    for (int at = from + 1; at < end; at++) {
      if (!isDigit(text.charAt(at))) {
        return at;
      }
    }
    return NONE;
  }

  /** Where something else stands than what is unreserved, escaped, a delimiter, or one of more. */
  private int fault(int from, int end, String more) {
    for (int at = from; at < end; at++) {
      char c = text.charAt(at);
      if (c == '%') {
        if (at + 2 >= end || !isHex(text.charAt(at + 1)) || !isHex(text.charAt(at + 2))) {
          return at;
        }
        at += 2;
      } else if (!isUnreserved(c) && SUB_DELIMS.indexOf(c) < 0 && more.indexOf(c) < 0) {
        return at;
      }
    }
    return NONE;
  }

  private static boolean isUnreserved(char c) {
    return isLetter(c) || isDigit(c) || "-._~".indexOf(c) >= 0 || isBeyondAscii(c);
  }

  private static boolean isBeyondAscii(char c) {
    return c > 0x9f && !Character.isSpaceChar(c);
  }

  private static boolean isLetter(char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
  }

  private static boolean isDigit(char c) {
    return c >= '0' && c <= '9';
  }

  private static boolean isHex(char c) {
    return isDigit(c) || (c >= 'a' && c <= 'f') || (c >= 'A' && c <= 'F');
  }
}
