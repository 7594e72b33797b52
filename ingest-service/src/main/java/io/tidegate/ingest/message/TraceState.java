package io.tidegate.ingest.message;

import io.tidegate.contract.TraceContext;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** The W3C Trace Context header {@code tracestate}. */
public final class TraceState {
  private static final int MAX_MEMBERS = 32;

  private static final String KEY = "[a-z0-9][a-z0-9_*/@-]{0,255}";

  /** Printable ASCII without comma and equals, which does not end with a space. */
  private static final String VALUE =
      "[\\x20-\\x2b\\x2d-\\x3c\\x3e-\\x7e]{0,255}[\\x21-\\x2b\\x2d-\\x3c\\x3e-\\x7e]";

  /** A member (3.3.1.3), within the white space that may stand around it. */
  private static final Pattern MEMBER =
      Pattern.compile("[ \\t]*(" + KEY + ")=" + VALUE + "[ \\t]*");

  private TraceState() {}

  /**
   * The headers as one, if that is valid and no longer than {@link TraceContext#MAX_STATE_CHARS};
   * null otherwise: the specification wants it dropped then, whole, and the traceparent kept.
   */
  public static @Nullable String valid(List<String> headers) {
    String all = String.join(",", headers);
    if (all.isBlank() || all.length() > TraceContext.MAX_STATE_CHARS) {
      return null;
    }
    Set<String> keys = new HashSet<>();
    int members = 0;
    for (String member : all.split(",", -1)) {
      if (member.isBlank()) {
        continue; // May stand there (3.3.1.1).
      }
      var matcher = MEMBER.matcher(member);
      if (++members > MAX_MEMBERS || !matcher.matches() || !keys.add(matcher.group(1))) {
        return null;
      }
    }
    return members == 0 ? null : all;
  }
}
