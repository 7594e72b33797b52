package io.tidegate.contract.settings;

import io.tidegate.contract.DurationText;
import java.time.Duration;
import java.util.Arrays;
import java.util.Locale;
import java.util.stream.Collectors;

/** Values as the text of a variable. Errors say what is wanted. */
final class ValueText {
  private ValueText() {}

  /** As a variable would be set to it. */
  static String of(Object value) {
    return switch (value) {
      case Duration time -> DurationText.format(time);
      case Enum<?> constant -> constant.name().toLowerCase(Locale.ROOT);
      default -> value.toString();
    };
  }

  /**
   * @throws IllegalArgumentException if it is no whole number, or beyond {@code most}
   */
  static long whole(String text, long most) {
    try {
      long number = Long.parseLong(text);
      if (number >= -most - 1 && number <= most) {
        return number;
      }
    } catch (NumberFormatException e) {
      if (!text.matches("[+-]?[0-9]+")) {
        throw new IllegalArgumentException("want a whole number", e);
      }
    }
    throw new IllegalArgumentException("want a number up to " + most);
  }

  /**
   * @throws IllegalArgumentException if no constant has that name, in letters of any case
   */
  static <E extends Enum<E>> E choice(Class<E> type, String text) {
    for (E constant : type.getEnumConstants()) {
      if (constant.name().equalsIgnoreCase(text)) {
        return constant;
      }
    }
    throw new IllegalArgumentException(
        "want one of "
            + Arrays.stream(type.getEnumConstants())
                .map(ValueText::of)
                .collect(Collectors.joining(", ")));
  }

  /**
   * @throws IllegalArgumentException if it is neither true nor false
   */
  static boolean flag(String text) {
    return switch (text) {
      case "true" -> true;
      case "false" -> false;
      default -> throw new IllegalArgumentException("want true or false");
    };
  }
}
