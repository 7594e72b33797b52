package io.tidegate.contract.policy;

import io.tidegate.contract.Message;
import org.jspecify.annotations.Nullable;

/**
 * At most {@code limit} in a day or week of the user's zone.
 *
 * @param name as of a {@link Limit}
 * @param limit 1 to 1,000,000,000
 * @param category what it counts; null: everything
 */
public record Cap(
    String name,
    long limit,
    Period per,
    CountUnit unit,
    @Nullable String category,
    OnExceed onExceed) {

  /**
   * @throws InvalidPolicyException naming the field and the reason
   */
  public Cap {
    Check.name("name", name);
    Check.within("limit", limit, 1, 1_000_000_000);
    if (category != null) {
      Check.line("category", category, Message.MAX_ATTRIBUTE_CHARS);
    }
  }
}
