package io.tidegate.delivery;

import io.tidegate.contract.StartupException;
import io.tidegate.contract.token.FreshKeys;
import io.tidegate.contract.token.Revocations;
import io.tidegate.contract.token.TokenVerifier;
import io.tidegate.delivery.auth.Door;
import io.tidegate.delivery.health.Health;
import io.tidegate.delivery.kafka.RevocationFeed;
import io.tidegate.delivery.metrics.DeliveryMetrics;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** What a worker that asks for tokens knows of them: public keys, and which were revoked. */
final class TokenGate implements AutoCloseable {
  private final DeliveryConfig config;
  private final DeliveryMetrics metrics;
  private final FreshKeys keys;
  private final Revocations revocations = new Revocations();

  /** Null until it is followed. */
  private volatile @Nullable RevocationFeed feed;

  private TokenGate(DeliveryConfig config, DeliveryMetrics metrics, FreshKeys keys) {
    this.config = config;
    this.metrics = metrics;
    this.keys = keys;
  }

  /**
   * Begins to read the keys.
   *
   * @throws StartupException if a file has no keys; a URL may have them later
   */
  static TokenGate open(DeliveryConfig config, DeliveryMetrics metrics) throws StartupException {
    FreshKeys keys = config.keys().open("tidegate-delivery-token-keys");
    metrics.security().keys(keys);
    return new TokenGate(config, metrics, keys);
  }

  Door door() {
    return new Door.Guarded(
        new TokenVerifier(config.tokens(), TokenVerifier.SCOPE),
        keys::keys,
        keys::missed,
        revocations,
        this::isRead,
        System::currentTimeMillis);
  }

  /**
   * Begins to read what was revoked; does not wait.
   *
   * @param changed called after each change
   */
  void follow(Runnable changed) throws StartupException {
    feed =
        RevocationFeed.open(
            config.kafka(),
            config.topics().revocations(),
            revocations,
            System::currentTimeMillis,
            changed,
            metrics);
  }

  private boolean isRead() {
    RevocationFeed read = feed;
    return read != null && read.isKnown();
  }

  /** Whether nobody is refused for what has not been read. */
  boolean isKnown() {
    return keys.isKnown() && isRead();
  }

  List<Health.Check> checks() {
    boolean read = isRead();
    String detail = read ? revocations.size() + " revocations" : "not read from Kafka yet";
    return List.of(
        new Health.Check("keys", keys.isKnown(), keys.detail()),
        new Health.Check("revocations", read, detail));
  }

  @Override
  public void close() {
    RevocationFeed read = feed;
    if (read != null) {
      read.close();
    }
    keys.close();
  }
}
