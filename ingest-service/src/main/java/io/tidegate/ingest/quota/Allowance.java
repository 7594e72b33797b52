package io.tidegate.ingest.quota;

import io.tidegate.contract.auth.Quota;
import io.tidegate.contract.rate.Rate;

/**
 * What holds for a tenant or a key.
 *
 * @param bytes in flight; {@link Quota#NO_LIMIT} for no limit
 */
public record Allowance(Rate rate, long bytes) {
  public static final Allowance NONE = new Allowance(Rate.NONE, Quota.NO_LIMIT);

  /** These, but for what {@code own} says otherwise. */
  Allowance with(Quota own) {
    if (own.isUnset()) {
      return this;
    }
    Rate ownRate = own.rate();
    Long ownBytes = own.bytes();
    return new Allowance(ownRate == null ? rate : ownRate, ownBytes == null ? bytes : ownBytes);
  }

  boolean isNone() {
    return rate.isNone() && bytes == Quota.NO_LIMIT;
  }
}
