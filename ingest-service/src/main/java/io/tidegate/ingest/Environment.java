package io.tidegate.ingest;

import java.time.Duration;
import java.util.Map;
import java.util.function.Function;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Environment variables, read with errors that name them. */
record Environment(Map<String, String> variables) {
  private static final Pattern DURATION = Pattern.compile("(\\d{1,9})(ms|s|m)");

  /**
   * @throws IllegalArgumentException if it is not set
   */
  String required(String name) {
    String value = variables.getOrDefault(name, "").strip();
    if (value.isEmpty()) {
      throw new IllegalArgumentException(name + ": required");
    }
    return value;
  }

  /**
   * @throws IllegalArgumentException naming the variable, if {@code parse} throws
   */
  <T> T read(String name, T absent, Function<String, T> parse) {
    String value = variables.getOrDefault(name, "").strip();
    if (value.isEmpty()) {
      return absent;
    }
    try {
      return parse.apply(value);
    } catch (RuntimeException e) {
      throw new IllegalArgumentException(
          name + ": not readable: \"" + value + "\" (" + e.getMessage() + ")", e);
    }
  }

  Duration duration(String name, Duration absent) {
    return read(name, absent, Environment::duration);
  }

  private static Duration duration(String text) {
    Matcher matcher = DURATION.matcher(text);
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
