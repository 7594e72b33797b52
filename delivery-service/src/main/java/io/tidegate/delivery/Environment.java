package io.tidegate.delivery;

import io.tidegate.contract.DurationText;
import java.time.Duration;
import java.util.Map;

/** Environment variables as values of a type; errors name the variable. */
record Environment(Map<String, String> variables) {
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
    try {
      return DurationText.parse(value);
    } catch (IllegalArgumentException e) {
      throw wrong(name, String.valueOf(e.getMessage()), value);
    }
  }

  private static IllegalArgumentException wrong(String name, String reason, Object value) {
    return new IllegalArgumentException(name + ": " + reason + ", got \"" + value + "\"");
  }
}
