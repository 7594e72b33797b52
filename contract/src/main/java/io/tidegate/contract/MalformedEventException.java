package io.tidegate.contract;

import org.jspecify.annotations.Nullable;

/** A record or text that is no message of ours; names the attribute and the reason. */
public final class MalformedEventException extends Exception {
  private static final long serialVersionUID = 1L;

  private final @Nullable String attribute;
  private final String reason;

  /**
   * @param attribute null: the text as a whole
   */
  public MalformedEventException(@Nullable String attribute, String reason) {
    // No stack trace: it is said of input, and hostile input must stay cheap.
    super((attribute == null ? "value" : attribute) + ": " + reason, null, false, false);
    this.attribute = attribute;
    this.reason = reason;
  }

  public @Nullable String attribute() {
    return attribute;
  }

  public String reason() {
    return reason;
  }
}
