package io.tidegate.contract.settings;

import io.tidegate.contract.DurationText;
import java.time.Duration;

/**
 * What the fields of a configuration are held to. Errors are {@code field: want …, got …}, which is
 * how {@link Environment} finds the variable that a field was set by.
 */
public final class Bounds {
  private Bounds() {}

  /**
   * @throws IllegalArgumentException naming the field
   */
  public static void filled(String field, String value) {
    if (value.isBlank()) {
      throw new IllegalArgumentException(field + ": must not be empty");
    }
  }

  /**
   * @throws IllegalArgumentException naming the field, the bounds and the value
   */
  public static void within(String field, long value, long least, long most) {
    require(value >= least && value <= most, field, "want " + least + " to " + most, value);
  }

  /**
   * @throws IllegalArgumentException naming the field, the bounds and the value
   */
  public static void within(String field, Duration value, Duration least, Duration most) {
    require(
        value.compareTo(least) >= 0 && value.compareTo(most) <= 0,
        field,
        "want " + DurationText.format(least) + " to " + DurationText.format(most),
        value);
  }

  /**
   * @throws IllegalArgumentException naming the field, the bound and the value
   */
  public static void atLeast(String field, long value, long least) {
    require(value >= least, field, "want " + least + " or more", value);
  }

  /**
   * @param wanted such as {@code want host:port}
   * @throws IllegalArgumentException naming the field, what is wanted and the value
   */
  public static void require(boolean holds, String field, String wanted, Object value) {
    if (!holds) {
      Object got =
          switch (value) {
            case String text -> "\"" + text + "\"";
            case Duration time -> DurationText.format(time);
            default -> value;
          };
      throw new IllegalArgumentException(field + ": " + wanted + ", got " + got);
    }
  }
}
