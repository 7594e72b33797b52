package io.tidegate.delivery;

import java.time.Duration;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Environment variables as values of a type; errors name the variable. */
record Environment(Map<String, String> variables) {
  private static final Pattern DURATION = Pattern.compile("(\\d{1,9})(ms|s|m)");

  String text(String name, String absent) {
    String value = variables.get(name);
    return value == null || value.isBlank() ? absent : value.strip();
  }

  int integer(String name, int absent) {
    long number = number(name, absent);
    if (number != (int) number) {
      throw wrong(name, "want a smaller number", number);
    }
    return (int) number;
  }

  long number(String name, long absent) {
    String value = text(name, "");
    try {
      return value.isEmpty() ? absent : Long.parseLong(value);
    } catch (NumberFormatException e) {
      throw wrong(name, "want a whole number", value);
    }
  }

  /** Such as {@code 500ms}, {@code 10s} or {@code 2m}. */
  Duration duration(String name, Duration absent) {
    String value = text(name, "");
    if (value.isEmpty()) {
      return absent;
    }
    Matcher matcher = DURATION.matcher(value);
    if (!matcher.matches()) {
      throw wrong(name, "want a duration such as 500ms, 10s or 2m", value);
    }
    long count = Long.parseLong(matcher.group(1));
    return switch (matcher.group(2)) {
      case "ms" -> Duration.ofMillis(count);
      case "s" -> Duration.ofSeconds(count);
      default -> Duration.ofMinutes(count);
    };
  }

  private static IllegalArgumentException wrong(String name, String reason, Object value) {
    return new IllegalArgumentException(name + ": " + reason + ", got \"" + value + "\"");
  }
}
