package io.tidegate.ingest.publish;

import io.tidegate.contract.auth.Access;
import io.tidegate.contract.auth.Keyring;
import io.tidegate.contract.auth.Quota;
import io.tidegate.contract.auth.Scope;
import io.tidegate.ingest.quota.Quotas;
import java.util.List;

/**
 * The API keys that are known, and how far their topic has been read.
 *
 * @param feed feeds the keyring
 */
public record KeyTable(Keyring keyring, TableFeed feed) implements Quotas.Own {
  /** As {@link Keyring#check}, which knows what has been read. */
  public Access check(List<String> authorization, Scope scope, long nowMillis) {
    return keyring.check(authorization, scope, nowMillis, feed.caughtUp());
  }

  @Override
  public Quota ofTenant(String tenant) {
    return keyring.quotaOfTenant(tenant);
  }

  @Override
  public Quota ofKey(String keyId) {
    return keyring.quotaOfKey(keyId);
  }
}
