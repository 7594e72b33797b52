package io.tidegate.contract.policy;

import org.jspecify.annotations.Nullable;

/** A policy that cannot be; the message is {@code field: reason}. */
public final class InvalidPolicyException extends IllegalArgumentException {
  private static final long serialVersionUID = 1L;

  private final @Nullable String field;
  private final String reason;

  InvalidPolicyException(@Nullable String field, String reason) {
    super(field == null ? reason : field + ": " + reason);
    this.field = field;
    this.reason = reason;
  }

  /** The same, in the object at {@code path}. */
  InvalidPolicyException in(String path) {
    if (path.isEmpty()) {
      return this;
    }
    return new InvalidPolicyException(field == null ? path : path + "." + field, reason);
  }

  /** Such as {@code limits[1].window}; null if it is about the whole. */
  public @Nullable String field() {
    return field;
  }

  public String reason() {
    return reason;
  }
}
