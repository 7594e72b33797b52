package io.tidegate.ingest.publish;

import io.tidegate.contract.auth.Access;
import io.tidegate.contract.auth.CallerCheck;
import io.tidegate.contract.auth.Keyring;
import io.tidegate.contract.auth.Quota;
import io.tidegate.contract.auth.Scope;
import io.tidegate.contract.auth.WatchedIssuer;
import io.tidegate.ingest.quota.Quotas;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Who is let in: by API keys as they stand on their topic, and by the tokens of an issuer. */
public final class KeyTable implements Quotas.Own, AutoCloseable {
  private final Keyring keyring;
  private final TableFeed feed;
  private final @Nullable WatchedIssuer issuer;
  private final CallerCheck callers;

  /**
   * @param feed feeds the keyring; closed with this
   * @param issuer closed with this; null: only API keys are taken
   */
  public KeyTable(Keyring keyring, TableFeed feed, @Nullable WatchedIssuer issuer) {
    this.keyring = keyring;
    this.feed = feed;
    this.issuer = issuer;
    this.callers = new CallerCheck(keyring, issuer == null ? null : issuer.tokens());
  }

  public Keyring keyring() {
    return keyring;
  }

  /** How far the topic of the keys has been read. */
  public TableFeed feed() {
    return feed;
  }

  /** Whether nobody is refused for what has not been read. */
  public boolean isKnown() {
    return feed.caughtUp() && (issuer == null || issuer.keys().isKnown());
  }

  public @Nullable WatchedIssuer issuer() {
    return issuer;
  }

  /** As {@link CallerCheck#check}, which knows what has been read. */
  public Access check(List<String> authorization, Scope scope, long nowMillis) {
    return callers.check(authorization, scope, nowMillis, feed.caughtUp());
  }

  @Override
  public Quota ofTenant(String tenant) {
    return keyring.quotaOfTenant(tenant);
  }

  @Override
  public Quota ofKey(String keyId) {
    return keyring.quotaOfKey(keyId);
  }

  @Override
  public void close() {
    feed.close();
    if (issuer != null) {
      issuer.close();
    }
  }
}
