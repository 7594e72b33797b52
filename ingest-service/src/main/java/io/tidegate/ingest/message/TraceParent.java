package io.tidegate.ingest.message;

import org.jspecify.annotations.Nullable;

/** The W3C Trace Context header {@code traceparent}. */
public final class TraceParent {
  private static final int LENGTH = 55;
  private static final int MAX_LENGTH = 256;

  private TraceParent() {}

  /**
   * The header if it is valid, null otherwise: the specification wants an invalid one ignored, not
   * refused.
   */
  public static @Nullable String valid(@Nullable String header) {
    if (header == null || header.length() < LENGTH || header.length() > MAX_LENGTH) {
      return null;
    }
    boolean parts =
        hex(header, 0, 2)
            && header.charAt(2) == '-'
            && hex(header, 3, 35)
            && header.charAt(35) == '-'
            && hex(header, 36, 52)
            && header.charAt(52) == '-'
            && hex(header, 53, 55);
    if (!parts || header.startsWith("ff") || zeros(header, 3, 35) || zeros(header, 36, 52)) {
      return null;
    }
    // Version 00 is exactly this long. A later version may append "-…", which we drop.
    if (header.length() > LENGTH && (header.startsWith("00") || header.charAt(LENGTH) != '-')) {
      return null;
    }
    return header.substring(0, LENGTH);
  }

  private static boolean hex(String text, int from, int to) {
    for (int i = from; i < to; i++) {
      char c = text.charAt(i);
      if ((c < '0' || c > '9') && (c < 'a' || c > 'f')) {
        return false;
      }
    }
    return true;
  }

  private static boolean zeros(String text, int from, int to) {
    for (int i = from; i < to; i++) {
      if (text.charAt(i) != '0') {
        return false;
      }
    }
    return true;
  }
}
