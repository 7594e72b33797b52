package io.tidegate.fanout;

import io.micrometer.core.instrument.FunctionCounter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.tidegate.contract.auth.Access;
import io.tidegate.contract.auth.Keyring;
import io.tidegate.contract.auth.Scope;
import io.tidegate.contract.table.TopicTable;
import java.time.InstantSource;
import java.util.List;

/** Keeps the API keys as they stand on {@code tidegate.keys}. */
final class KeyFeed implements AutoCloseable {
  private final Keyring keyring = new Keyring();
  private final TopicTable table;
  private final InstantSource clock = InstantSource.system();

  private KeyFeed(FanoutConfig config, MeterRegistry registry) {
    table =
        TopicTable.open(
            config.bootstrapServers(),
            config.topics().keys(),
            config.applicationId() + "-keys",
            keyring::changed);
    Gauge.builder("tidegate.fanout.keys", keyring, Keyring::size)
        .description("API keys that are known, of all tenants")
        .register(registry);
    FunctionCounter.builder("tidegate.fanout.keys.skipped", table, TopicTable::skipped)
        .description("Records of the topic of keys that could not be read")
        .register(registry);
  }

  static KeyFeed open(FanoutConfig config, MeterRegistry registry) {
    return new KeyFeed(config, registry);
  }

  Access check(List<String> authorization, Scope scope) {
    return keyring.check(authorization, scope, clock.millis(), table.caughtUp());
  }

  /** Whether all keys have been read. */
  boolean caughtUp() {
    return table.caughtUp();
  }

  @Override
  public void close() {
    table.close();
  }
}
