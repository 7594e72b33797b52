package io.tidegate.contract;

import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** How much a message wants a device's attention: RFC 8030, section 5.3, least first. */
public enum Urgency {
  VERY_LOW(0, "very-low"),
  LOW(1, "low"),
  NORMAL(2, "normal"),
  HIGH(3, "high");

  /** All of them, rising. {@code values()} makes a new array each time. */
  public static final List<Urgency> ALL = List.of(values());

  private final int position;
  private final String word;

  Urgency(int position, String word) {
    this.position = position;
    this.word = word;
  }

  /** What is stored: 0 for the least. */
  public int position() {
    return position;
  }

  /** The word on the wire, such as {@code very-low}. */
  public String word() {
    return word;
  }

  /** The urgency of that word in any case; null where there is none. */
  public static @Nullable Urgency of(String word) {
    String lower = word.toLowerCase(Locale.ROOT);
    for (Urgency urgency : ALL) {
      if (urgency.word.equals(lower)) {
        return urgency;
      }
    }
    return null;
  }

  /** The urgency at that position; NORMAL for a position that a newer version wrote. */
  public static Urgency at(int position) {
    return position >= 0 && position < ALL.size() ? ALL.get(position) : NORMAL;
  }
}
