package io.tidegate.ingest;

import io.tidegate.contract.DurationText;
import java.time.Duration;
import java.util.Map;
import java.util.function.Function;

/** Environment variables, read with errors that name them. */
record Environment(Map<String, String> variables) {
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
    return read(name, absent, DurationText::parse);
  }
}
