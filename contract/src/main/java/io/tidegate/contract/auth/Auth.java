package io.tidegate.contract.auth;

/** Whether requests must show who they are from. */
public enum Auth {
  /** Everyone who reaches the port may do everything, for the tenant {@code default}. */
  NONE,
  /** Only who shows an API key, and what it allows, for the key's tenant. */
  KEYS
}
