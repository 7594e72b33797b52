package io.tidegate.delivery;

/** Whether devices must show who they are. */
public enum DeliveryAuth {
  /** A hello names its user, of the tenant {@code default}. */
  NONE,
  /** A hello shows a token, which names user and tenant. */
  TOKENS
}
