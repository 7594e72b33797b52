package io.tidegate.fanout;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.tidegate.contract.StartupException;
import io.tidegate.contract.policy.Policy;
import io.tidegate.contract.policy.PolicyKey;
import io.tidegate.contract.table.TopicTable;
import io.tidegate.fanout.policy.PolicyBook;
import java.time.Duration;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Keeps the policies as they stand on {@code tidegate.policies}. A record that cannot be read
 * changes nothing and is counted: what held before goes on to hold.
 */
final class PolicyFeed implements AutoCloseable {
  private static final Logger LOGGER = LoggerFactory.getLogger(PolicyFeed.class);
  private static final Duration CAUGHT_UP = Duration.ofSeconds(15);

  private final PolicyBook book;
  private final Counter refused;
  private final TopicTable table;

  private PolicyFeed(FanoutConfig config, MeterRegistry registry) {
    book = new PolicyBook(config.sequencer().policy());
    refused =
        Counter.builder("tidegate.fanout.policies.refused")
            .description("Records of policies that could not be read, which changed nothing")
            .register(registry);
    Gauge.builder("tidegate.fanout.policies", book, PolicyBook::size)
        .description("Policies of all tenants")
        .register(registry);
    Gauge.builder("tidegate.fanout.policies.version", book, PolicyBook::version)
        .description("The offset of the last change of policies; -1 before the first")
        .register(registry);
    table =
        TopicTable.open(
            config.kafka(),
            config.topics().policies(),
            config.applicationId() + "-policies",
            this::changed);
  }

  static PolicyFeed open(FanoutConfig config, MeterRegistry registry) {
    return new PolicyFeed(config, registry);
  }

  PolicyBook book() {
    return book;
  }

  /** Without the policies as they stood, users would for a moment be sent too much. */
  void awaitCaughtUp() throws StartupException {
    try {
      if (!table.awaitCaughtUp(CAUGHT_UP)) {
        throw new StartupException(
            "the policies could not be read within " + CAUGHT_UP.toSeconds() + " s");
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new StartupException("interrupted while reading policies", e);
    }
  }

  private void changed(byte[] key, byte @Nullable [] value, long offset) {
    try {
      PolicyKey parsed = PolicyKey.parse(key);
      if (value == null) {
        book.remove(parsed, offset);
      } else {
        book.put(parsed, Policy.parse(value), offset);
      }
    } catch (IllegalArgumentException e) {
      refused.increment();
      LOGGER
          .atWarn()
          .addKeyValue("key", new String(key, UTF_8))
          .addKeyValue("offset", offset)
          .addKeyValue("reason", e.getMessage())
          .log("a policy could not be read, what held before still holds");
    }
  }

  @Override
  public void close() {
    table.close();
  }
}
