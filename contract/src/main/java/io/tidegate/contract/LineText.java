package io.tidegate.contract;

import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Text that goes into keys, header lines and messages about errors: one line of whole characters.
 */
public final class LineText {
  private static final int MAX_QUOTED_CHARS = 64;

  /**
   * ISO controls, which both halves of Unicode's first page have, and what ends a line elsewhere.
   */
  private static final Pattern CONTROL = Pattern.compile("[\\x00-\\x1f\\x7f-\\x9f\\u2028\\u2029]");

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
    String start = text;
    if (text.length() > MAX_QUOTED_CHARS) {
      // Not between the halves of a pair.
      boolean pair = Character.isHighSurrogate(text.charAt(MAX_QUOTED_CHARS - 1));
      start = text.substring(0, pair ? MAX_QUOTED_CHARS - 1 : MAX_QUOTED_CHARS) + "…";
    }
    return CONTROL.matcher(start).replaceAll("?");
  }
}
