package io.tidegate.loadtest.profile;

/** A profile that cannot be run; the message names the field and the reason. */
public final class InvalidProfileException extends IllegalArgumentException {
  private static final long serialVersionUID = 1;

  InvalidProfileException(String field, String reason) {
    super(field.isEmpty() ? reason : field + ": " + reason);
  }
}
