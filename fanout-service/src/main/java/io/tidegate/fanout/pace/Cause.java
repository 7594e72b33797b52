package io.tidegate.fanout.pace;

import java.util.Locale;

/** What a message waits for. */
public enum Cause {
  LIMIT,
  CAP,
  QUIET_HOURS,
  /** Its turn in the release after quiet hours. */
  SMOOTHING,
  BATCH,
  /** The user's turn while the system is busy: see {@link Pressure}. */
  PRESSURE;

  /** The word for people and programs, such as {@code quiet_hours}. */
  public String label() {
    return name().toLowerCase(Locale.ROOT);
  }
}
