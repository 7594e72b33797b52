package io.tidegate.contract;

/** A record that is no message of ours; names the attribute and the reason. */
public final class MalformedEventException extends Exception {
  private static final long serialVersionUID = 1L;

  public MalformedEventException(String attribute, String reason) {
    super(attribute + ": " + reason);
  }
}
