package io.tidegate.fanout.sequencer;

/** Times of a script: milliseconds, or with a unit, or a sum of such, as in {@code 7d+1}. */
final class ScriptTime {
  /** What a script calls 0: no moment of ours is near the epoch. */
  private static final long START = 1_800_000_000_000L;

  private ScriptTime() {}

  /** Epoch milliseconds. */
  static long instant(String time) {
    return START + millis(time);
  }

  /** An instant as scripts write it, in milliseconds. */
  static String text(long instantMillis) {
    return Long.toString(instantMillis - START);
  }

  /** Of a duration or of an instant since the script's start. */
  static long millis(String time) {
    long sum = 0;
    for (String part : time.split("\\+", -1)) {
      int digits = 0;
      while (digits < part.length() && Character.isDigit(part.charAt(digits))) {
        digits++;
      }
      long unit =
          switch (part.substring(digits)) {
            case "", "ms" -> 1;
            case "s" -> 1_000;
            case "m" -> 60_000;
            case "h" -> 3_600_000;
            case "d" -> 86_400_000;
            default -> throw new IllegalArgumentException("no unit of time: " + time);
          };
      sum += Long.parseLong(part.substring(0, digits)) * unit;
    }
    return sum;
  }
}
