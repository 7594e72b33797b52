package io.tidegate.loadtest.profile;

import java.time.Duration;

/**
 * Something that is done to devices while the load goes on.
 *
 * @param at since the first message was due
 * @param share of the users' devices, above 0, up to 1; spread evenly over them
 * @param length after which it is undone; zero for {@link Kind#CUT}, which devices undo themselves
 */
public record Happening(Kind kind, Duration at, double share, Duration length) {
  /** Multiples of it are spread evenly over 0 to 1. */
  private static final double GOLDEN = 0.618033988749895;

  /** What is done. */
  public enum Kind {
    /** Connections are reset, all at once; their devices come again by their own rule. */
    CUT("cut", 0),
    /** Devices take nothing from their sockets. */
    STOP_READING("stop_reading", 0.29),
    /** Devices close and stay away. */
    LEAVE("leave", 0.58);

    private final String word;

    /** So that each chooses others. */
    private final double salt;

    Kind(String word, double salt) {
      this.word = word;
      this.salt = salt;
    }

    public String word() {
      return word;
    }
  }

  /**
   * Whether it is done to the devices of this user: of any run of users as large a share as of all,
   * and other users than another happening chooses, or the share that has another transport.
   */
  public boolean includes(int user) {
    double salt = kind.salt + at.toMillis() % 1_000 / 1e3;
    return share >= 1 || (user * GOLDEN + salt) % 1 < share;
  }

  /** For people and plots, such as {@code cut 100%}. */
  public String text() {
    return "%s %s%%".formatted(kind.word, Math.round(share * 1000) / 10.0).replace(".0%", "%");
  }
}
