package io.tidegate.contract;

import java.time.DateTimeException;
import java.time.Instant;
import java.time.LocalDate;
import java.time.OffsetDateTime;

/**
 * Instants as text in the way of RFC 3339, which every record has some of. The form that nearly all
 * have, in UTC with {@code Z}, is read and written here, because to {@link java.time} every field
 * of it is a formatter's; all others are left to that.
 */
public final class Rfc3339 {
  private static final int DAY_SECONDS = 86_400;
  private static final long FIRST_MILLIS = Instant.parse("0000-01-01T00:00:00Z").toEpochMilli();
  private static final long LAST_MILLIS = Instant.parse("9999-12-31T23:59:59.999Z").toEpochMilli();

  /** {@code yyyy-MM-ddTHH:mm:ss}. */
  private static final int SECOND_CHARS = 19;

  private Rfc3339() {}

  /**
   * Epoch milliseconds, rounded down.
   *
   * @throws DateTimeException if the text is no date and time with an offset
   * @throws ArithmeticException if it is too far away for milliseconds
   */
  public static long parse(String text) {
    return isPlain(text) ? plain(text) : OffsetDateTime.parse(text).toInstant().toEpochMilli();
  }

  /** As {@link Instant#toString}. */
  public static String format(long epochMillis) {
    if (epochMillis < FIRST_MILLIS || epochMillis > LAST_MILLIS) {
      return Instant.ofEpochMilli(epochMillis).toString();
    }
    int milli = Math.floorMod(epochMillis, 1_000);
    long seconds = Math.floorDiv(epochMillis, 1_000);
    int second = Math.floorMod(seconds, DAY_SECONDS);
    LocalDate date = LocalDate.ofEpochDay(Math.floorDiv(seconds, DAY_SECONDS));
    char[] text = new char[SECOND_CHARS + (milli == 0 ? 1 : 5)];
    put(text, 0, 4, date.getYear());
    text[4] = '-';
    put(text, 5, 2, date.getMonthValue());
    text[7] = '-';
    put(text, 8, 2, date.getDayOfMonth());
    text[10] = 'T';
    put(text, 11, 2, second / 3_600);
    text[13] = ':';
    put(text, 14, 2, second / 60 % 60);
    text[16] = ':';
    put(text, 17, 2, second % 60);
    if (milli != 0) {
      text[SECOND_CHARS] = '.';
      put(text, SECOND_CHARS + 1, 3, milli);
    }
    text[text.length - 1] = 'Z';
    return new String(text);
  }

  private static void put(char[] text, int from, int digits, int number) {
    int left = number;
    for (int i = from + digits - 1; i >= from; i--) {
      text[i] = (char) ('0' + left % 10);
      left /= 10;
    }
  }

  private static boolean isPlain(String text) {
    int length = text.length();
    if (length <= SECOND_CHARS || length > SECOND_CHARS + 11 || text.charAt(length - 1) != 'Z') {
      return false;
    }
    for (int i = 0; i < length - 1; i++) {
      char wanted =
          switch (i) {
            case 4, 7 -> '-';
            case 10 -> 'T';
            case 13, 16 -> ':';
            case SECOND_CHARS -> '.';
            default -> '0';
          };
      char is = text.charAt(i);
      if (wanted == '0' ? is < '0' || is > '9' : is != wanted) {
        return false;
      }
    }
    // A point without a digit is left to Java, and the other bounds are the date's to know.
    return length != SECOND_CHARS + 2
        && number(text, 11, 13) < 24
        && number(text, 14, 16) < 60
        && number(text, 17, 19) < 60;
  }

  private static long plain(String text) {
    LocalDate date = LocalDate.of(number(text, 0, 4), number(text, 5, 7), number(text, 8, 10));
    int second = number(text, 11, 13) * 3_600 + number(text, 14, 16) * 60 + number(text, 17, 19);
    int milli = 0;
    for (int i = SECOND_CHARS + 1, unit = 100; i < text.length() - 1 && unit > 0; i++, unit /= 10) {
      milli += unit * (text.charAt(i) - '0');
    }
    return (date.toEpochDay() * DAY_SECONDS + second) * 1_000 + milli;
  }

  private static int number(String text, int from, int to) {
    int number = 0;
    for (int i = from; i < to; i++) {
      number = 10 * number + text.charAt(i) - '0';
    }
    return number;
  }
}
