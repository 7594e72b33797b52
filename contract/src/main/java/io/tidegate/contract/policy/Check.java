package io.tidegate.contract.policy;

import io.tidegate.contract.IsoDuration;
import io.tidegate.contract.LineText;
import java.time.DateTimeException;
import java.time.Duration;
import java.util.regex.Pattern;

/** What fields are held to. Errors are {@code want …, got …}; durations are in ISO 8601. */
final class Check {
  private static final int MAX_DURATION_CHARS = 64;
  private static final Pattern NAME = Pattern.compile("[A-Za-z0-9._:/-]{1,64}");

  private Check() {}

  static void within(String field, long value, long least, long most) {
    if (value < least || value > most) {
      throw new InvalidPolicyException(field, "want " + least + " to " + most + ", got " + value);
    }
  }

  static void within(String field, Duration value, Duration least, Duration most) {
    if (value.compareTo(least) < 0 || value.compareTo(most) > 0) {
      throw new InvalidPolicyException(
          field, "want " + iso(least) + " to " + iso(most) + ", got \"" + iso(value) + '"');
    }
    if (value.toNanosPart() % 1_000_000 != 0) {
      throw new InvalidPolicyException(field, "want whole milliseconds, got \"" + iso(value) + '"');
    }
  }

  /** The name of a rule. */
  static void name(String field, String value) {
    if (!isName(value)) {
      throw new InvalidPolicyException(
          field, "want 1 to 64 of [A-Za-z0-9._:/-], got " + quoted(value));
    }
  }

  static boolean isName(String text) {
    return NAME.matcher(text).matches();
  }

  /** One to {@code maxChars} characters that fit in one line. */
  static void line(String field, String value, int maxChars) {
    if (value.isEmpty() || value.length() > maxChars) {
      throw new InvalidPolicyException(
          field, "want 1 to " + maxChars + " characters, got " + value.length());
    }
    String fault = LineText.fault(value);
    if (fault != null) {
      throw new InvalidPolicyException(field, fault);
    }
  }

  static Duration duration(String field, String text) {
    if (text.length() <= MAX_DURATION_CHARS) {
      try {
        return IsoDuration.parse(text);
      } catch (DateTimeException | ArithmeticException e) {
        // Said below.
      }
    }
    throw new InvalidPolicyException(
        field,
        "want an ISO 8601 duration of days, hours, minutes and seconds such as PT1H30M, got "
            + quoted(text));
  }

  /** As people write it: P7D instead of PT168H. */
  static String iso(Duration duration) {
    boolean days = !duration.isZero() && duration.equals(Duration.ofDays(duration.toDays()));
    return days ? "P" + duration.toDays() + "D" : duration.toString();
  }

  static String quoted(String text) {
    return '"' + LineText.quotable(text) + '"';
  }
}
