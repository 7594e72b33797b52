package io.tidegate.contract.rate;

import static io.tidegate.contract.settings.Bounds.require;
import static io.tidegate.contract.settings.Bounds.within;

import io.tidegate.contract.DurationText;
import io.tidegate.contract.IsoDuration;
import io.tidegate.contract.settings.Measure;
import java.time.DateTimeException;
import java.time.Duration;

/**
 * So many in a stretch of time, and so many at once. As text {@code LIMIT/WINDOW} or {@code
 * LIMIT/WINDOW/BURST}, such as {@code 100/1s/200}; {@code none} for no limit.
 *
 * @param limit 1 to 1,000,000; 0 in {@link #NONE} only
 * @param window whole seconds, up to a day
 * @param burst 1 to 1,000,000, and no more than come in 366 days
 */
public record Rate(long limit, Duration window, long burst) implements Measure {
  /** As many as come. */
  public static final Rate NONE = new Rate(0, Duration.ZERO, 0);

  private static final String NONE_TEXT = "none";
  private static final String WANTED =
      "want LIMIT/WINDOW or LIMIT/WINDOW/BURST, such as 100/1s/200, or none";
  private static final long MOST = 1_000_000;

  /**
   * @throws IllegalArgumentException naming the part and its bounds
   */
  public Rate {
    if (limit != 0 || burst != 0 || !window.isZero()) {
      within("limit", limit, 1, MOST);
      within("window", window, Duration.ofSeconds(1), Duration.ofDays(1));
      require(window.toNanosPart() == 0, "window", "want whole seconds", window);
      within("burst", burst, 1, MOST);
      require(
          burst <= Gcra.mostBurst(limit, window), "burst", "want no more than come in 366d", burst);
    }
  }

  /**
   * @param text where no burst is said, it is the limit
   * @throws IllegalArgumentException saying what is wanted
   */
  public static Rate parse(String text) {
    if (text.equals(NONE_TEXT)) {
      return NONE;
    }
    String[] parts = text.split("/", -1);
    if (parts.length < 2 || parts.length > 3) {
      throw new IllegalArgumentException(WANTED);
    }
    long limit = number(parts[0]);
    return new Rate(limit, window(parts[1]), parts.length == 3 ? number(parts[2]) : limit);
  }

  private static long number(String text) {
    if (!text.matches("[0-9]{1,9}")) {
      throw new IllegalArgumentException(WANTED);
    }
    return Long.parseLong(text);
  }

  /** As settings write it, or as policies do, in ISO 8601. */
  private static Duration window(String text) {
    try {
      return IsoDuration.parseEither(text);
    } catch (DateTimeException | ArithmeticException | IllegalArgumentException e) {
      throw new IllegalArgumentException(WANTED, e);
    }
  }

  public boolean isNone() {
    return limit == 0;
  }

  /**
   * @throws IllegalStateException if there is no limit
   */
  public Gcra gcra() {
    if (isNone()) {
      throw new IllegalStateException("there is no limit");
    }
    return Gcra.of(limit, window, burst);
  }

  /** The text that {@link #parse} reads. */
  @Override
  public String toString() {
    if (isNone()) {
      return NONE_TEXT;
    }
    String rate = limit + "/" + DurationText.format(window);
    return burst == limit ? rate : rate + "/" + burst;
  }
}
