package io.tidegate.client.protocol;

import java.util.Locale;

/** How urgent a message is, or the least that a device wants (RFC 8030, section 5.3). */
public enum Urgency {
  VERY_LOW,
  LOW,
  NORMAL,
  HIGH;

  private final String word = name().toLowerCase(Locale.ROOT).replace('_', '-');

  /** As it stands in a frame. */
  public String word() {
    return word;
  }

  /** The urgency of that word; one that only a newer worker knows is {@link #NORMAL}. */
  public static Urgency of(String word) {
    for (Urgency each : values()) {
      if (each.word.equals(word)) {
        return each;
      }
    }
    return NORMAL;
  }
}
