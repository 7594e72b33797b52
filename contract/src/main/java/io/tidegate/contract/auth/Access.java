package io.tidegate.contract.auth;

/** Whether a request may do what it wants to. */
public sealed interface Access {

  /**
   * It may, for one tenant.
   *
   * @param keyId of the key that was shown
   */
  record Granted(String tenant, String keyId) implements Access {}

  /**
   * Nobody knows who it is.
   *
   * @param shown whether there was anything like a key
   * @param reason for the caller, which tells no secret
   */
  record Unknown(boolean shown, String reason) implements Access {}

  /** It is known who it is, and that it may not. */
  record Lacking(String keyId, Scope scope) implements Access {}
}
