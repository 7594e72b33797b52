package io.tidegate.contract;

import java.time.DateTimeException;
import java.time.Duration;
import java.util.regex.Pattern;

/**
 * Durations as requests and policies write them, in ISO 8601: days, hours, minutes and seconds,
 * such as {@code P1DT12H} or {@code PT0.5S}. Signs and small letters, which Java would take, are
 * none.
 */
public final class IsoDuration {
  private static final Pattern SYNTAX =
      Pattern.compile(
          "P(?=[0-9T])([0-9]+D)?(T(?=[0-9])([0-9]+H)?([0-9]+M)?([0-9]+([.,][0-9]{1,9})?S)?)?");

  private IsoDuration() {}

  /**
   * @throws DateTimeException if the text is no such duration
   * @throws ArithmeticException if it is too long to be counted
   */
  public static Duration parse(String text) {
    if (!SYNTAX.matcher(text).matches()) {
      throw new DateTimeException("no ISO 8601 duration");
    }
    return Duration.parse(text);
  }

  /**
   * One that may also be written as settings write it, see {@link DurationText}.
   *
   * @throws DateTimeException if it begins as one in ISO 8601 and is none
   * @throws ArithmeticException if that is too long to be counted
   * @throws IllegalArgumentException if it is neither
   */
  public static Duration parseEither(String text) {
    return text.startsWith("P") ? parse(text) : DurationText.parse(text);
  }
}
