package io.tidegate.contract;

import org.jspecify.annotations.Nullable;

/**
 * Text that goes into keys, header lines and messages about errors: one line of whole characters.
 */
public final class LineText {
  private static final int MAX_QUOTED_CHARS = 64;

  private LineText() {}

  /** What keeps {@code text} from surviving the way through UTF-8 and a line; null if nothing. */
  public static @Nullable String fault(String text) {
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      if (Character.isISOControl(c)) {
        return "has a control character at " + i;
      }
      if (Character.isSurrogate(c)) {
        boolean pair =
            Character.isHighSurrogate(c)
                && i + 1 < text.length()
                && Character.isLowSurrogate(text.charAt(i + 1));
        if (!pair) {
          return "has half a surrogate pair at " + i;
        }
        i++;
      }
    }
    return null;
  }

  /** A stranger's text as part of an error: short and in one line. */
  public static String quotable(String text) {
    String start =
        text.length() > MAX_QUOTED_CHARS ? text.substring(0, MAX_QUOTED_CHARS) + "…" : text;
    return start.replaceAll("\\p{Cntrl}", "?");
  }
}
