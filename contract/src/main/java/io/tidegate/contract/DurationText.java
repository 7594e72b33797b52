package io.tidegate.contract;

import java.time.Duration;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Durations as settings write them: {@code 500ms}, {@code 10s} or {@code 2m}. */
public final class DurationText {
  private static final Pattern SYNTAX = Pattern.compile("(\\d{1,9})(ms|s|m)");

  private DurationText() {}

  /**
   * @throws IllegalArgumentException saying what is wanted
   */
  public static Duration parse(String text) {
    Matcher matcher = SYNTAX.matcher(text);
    if (!matcher.matches()) {
      throw new IllegalArgumentException("want a duration such as 500ms, 10s or 2m");
    }
    long count = Long.parseLong(matcher.group(1));
    return switch (matcher.group(2)) {
      case "ms" -> Duration.ofMillis(count);
      case "s" -> Duration.ofSeconds(count);
      default -> Duration.ofMinutes(count);
    };
  }
}
