package io.tidegate.contract.policy;

import java.time.Duration;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The names of rules that were given none, from what they say: {@code 1/PT1S}, {@code
 * marketing:1/PT1S}, {@code 20/day/messages}. A rule that says something else is thus another rule.
 */
final class RuleNames {
  private static final int MAX_CHARS = 64;

  private RuleNames() {}

  static String ofLimit(long limit, Duration window, CountUnit unit, @Nullable String category) {
    return of(category, limit + "/" + Check.iso(window), unit);
  }

  static String ofCap(long limit, Period per, CountUnit unit, @Nullable String category) {
    return of(category, limit + "/" + per.word(), unit);
  }

  private static String of(@Nullable String category, String rate, CountUnit unit) {
    String plain = unit == CountUnit.PUSHES ? rate : rate + "/" + unit.word();
    if (category == null) {
      return plain;
    }
    String name = category + ":" + plain;
    // Where a name cannot hold the category, its hash, which Java defines for good.
    return Check.isName(name) ? name : Integer.toHexString(category.hashCode()) + ":" + plain;
  }

  /** {@code name}, or where it is taken the first of name-2, name-3, … that is not. */
  static String free(String name, Set<String> taken) {
    String free = name;
    for (int i = 2; taken.contains(free); i++) {
      String suffix = "-" + i;
      int room = Math.min(name.length(), MAX_CHARS - suffix.length());
      free = name.substring(0, room) + suffix;
    }
    return free;
  }
}
