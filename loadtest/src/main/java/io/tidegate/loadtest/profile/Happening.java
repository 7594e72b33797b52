package io.tidegate.loadtest.profile;

import java.time.Duration;

/**
 * Something that is done to devices while the load goes on.
 *
 * @param at since the first message was due
 * @param share of the devices, above 0, up to 1; spread evenly over them
 * @param length after which it is undone; zero for {@link Kind#CUT}, which devices undo themselves
 */
public record Happening(Kind kind, Duration at, double share, Duration length) {
  /** What is done. */
  public enum Kind {
    /** Connections are reset, all at once; their devices come again by their own rule. */
    CUT("cut"),
    /** Devices take nothing from their sockets. */
    STOP_READING("stop_reading"),
    /** Devices close and stay away. */
    LEAVE("leave");

    private final String word;

    Kind(String word) {
      this.word = word;
    }

    public String word() {
      return word;
    }
  }

  /** Whether it is done to this device. */
  public boolean includes(int device) {
    return (long) ((device + 1) * share) > (long) (device * share);
  }

  /** For people and plots, such as {@code cut 100%}. */
  public String text() {
    return "%s %s%%".formatted(kind.word, Math.round(share * 1000) / 10.0).replace(".0%", "%");
  }
}
