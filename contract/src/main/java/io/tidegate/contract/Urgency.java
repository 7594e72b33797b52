package io.tidegate.contract;

import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** How much a message wants a device's attention: RFC 8030, section 5.3, least first. */
public enum Urgency {
  VERY_LOW("very-low"),
  LOW("low"),
  NORMAL("normal"),
  HIGH("high");

  private final String word;

  Urgency(String word) {
    this.word = word;
  }

  /** The word on the wire, such as {@code very-low}. */
  public String word() {
    return word;
  }

  /** The urgency of that word in any case; null where there is none. */
  public static @Nullable Urgency of(String word) {
    String lower = word.toLowerCase(Locale.ROOT);
    for (Urgency urgency : values()) {
      if (urgency.word.equals(lower)) {
        return urgency;
      }
    }
    return null;
  }

  /** The urgency at that position; NORMAL for a position that a newer version wrote. */
  public static Urgency at(int ordinal) {
    return ordinal >= 0 && ordinal < values().length ? values()[ordinal] : NORMAL;
  }
}
