package io.tidegate.fanout;

import io.micrometer.core.instrument.FunctionCounter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.tidegate.contract.StartupException;
import io.tidegate.contract.auth.Access;
import io.tidegate.contract.auth.CallerCheck;
import io.tidegate.contract.auth.Keyring;
import io.tidegate.contract.auth.Scope;
import io.tidegate.contract.auth.TrustedIssuer;
import io.tidegate.contract.auth.WatchedIssuer;
import io.tidegate.contract.meters.SecurityMeters;
import io.tidegate.contract.table.TopicTable;
import java.time.InstantSource;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Who is let in: by API keys as they stand on {@code tidegate.keys}, and by tokens. */
final class KeyFeed implements AutoCloseable {
  private final Keyring keyring = new Keyring();
  private final TopicTable table;
  private final @Nullable WatchedIssuer issuer;
  private final CallerCheck callers;
  private final InstantSource clock = InstantSource.system();

  private KeyFeed(FanoutConfig config, @Nullable WatchedIssuer issuer, MeterRegistry registry) {
    this.issuer = issuer;
    callers = new CallerCheck(keyring, issuer == null ? null : issuer.tokens());
    table =
        TopicTable.open(
            config.kafka(),
            config.topics().keys(),
            config.applicationId() + "-keys",
            keyring::changed);
    Gauge.builder("tidegate.fanout.keys", keyring, Keyring::size)
        .description("API keys that are known, of all tenants")
        .register(registry);
    FunctionCounter.builder("tidegate.fanout.keys.skipped", table, TopicTable::skipped)
        .description("Records of the topic of keys that could not be read")
        .register(registry);
    if (issuer != null) {
      SecurityMeters meters = new SecurityMeters(registry, "tidegate.fanout.");
      meters.keys(issuer.keys());
      meters.tokens(issuer.tokens());
    }
  }

  /**
   * @throws StartupException if the issuer's keys are in a file that has none
   */
  static KeyFeed open(FanoutConfig config, MeterRegistry registry) throws StartupException {
    TrustedIssuer trusted = config.issuer();
    WatchedIssuer issuer = trusted == null ? null : trusted.open("tidegate-fanout-token-keys");
    try {
      return new KeyFeed(config, issuer, registry);
    } catch (RuntimeException e) {
      if (issuer != null) {
        issuer.close();
      }
      throw e;
    }
  }

  Access check(List<String> authorization, Scope scope) {
    return callers.check(authorization, scope, clock.millis(), table.caughtUp());
  }

  /** Whether nobody is refused for what has not been read. */
  boolean isKnown() {
    return table.caughtUp() && (issuer == null || issuer.keys().isKnown());
  }

  @Override
  public void close() {
    table.close();
    if (issuer != null) {
      issuer.close();
    }
  }
}
