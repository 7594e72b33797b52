package io.tidegate.fanout;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.tidegate.fanout.throttle.Limit;
import io.tidegate.fanout.topology.StoreKind;
import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class FanoutConfigTest {
  @Test
  void emptyEnvironmentShouldGiveTheDefaults() {
    assertThat(FanoutConfig.from(Map.of())).isEqualTo(FanoutConfig.defaults("127.0.0.1:9092"));
  }

  @Test
  void environmentShouldBeRead() {
    // When
    FanoutConfig config =
        FanoutConfig.from(
            Map.of(
                "TIDEGATE_KAFKA", "kafka:9092",
                "TIDEGATE_TOPIC_PREFIX", "blue",
                "TIDEGATE_FANOUT_PORT", "0",
                "TIDEGATE_FANOUT_STORE", "memory",
                "TIDEGATE_FANOUT_COMMIT_INTERVAL", "PT0.05S",
                "TIDEGATE_FANOUT_LIMITS", "10/PT1S/5, 100/PT1H/100",
                "TIDEGATE_FANOUT_MAILBOX_MAX_ENTRIES", "77"));

    // Then
    assertThat(config.bootstrapServers()).isEqualTo("kafka:9092");
    assertThat(config.topics().messages()).isEqualTo("blue.messages");
    assertThat(config.applicationId()).isEqualTo("blue-fanout");
    assertThat(config.port()).isZero();
    assertThat(config.store()).isEqualTo(StoreKind.MEMORY);
    assertThat(config.commitInterval()).isEqualTo(Duration.ofMillis(50));
    assertThat(config.sequencer().limits())
        .containsExactly(
            new Limit(10, Duration.ofSeconds(1), 5), new Limit(100, Duration.ofHours(1), 100));
    assertThat(config.sequencer().maxEntries()).isEqualTo(77);
  }

  @ParameterizedTest
  @CsvSource({
    "TIDEGATE_FANOUT_PORT,      http,       TIDEGATE_FANOUT_PORT",
    "TIDEGATE_FANOUT_PORT,      70000,      port: want 0 to 65535",
    "TIDEGATE_FANOUT_STORE,     disk,       TIDEGATE_FANOUT_STORE",
    "TIDEGATE_FANOUT_LIMITS,    10/PT1S,    want count/window/burst",
    "TIDEGATE_FANOUT_ADVERTISED, host,      advertised: want host:port",
    "TIDEGATE_FANOUT_THREADS,   0,          threads: want 1 to 64",
    "TIDEGATE_FANOUT_COMMIT_INTERVAL, 20ms, TIDEGATE_FANOUT_COMMIT_INTERVAL",
    "TIDEGATE_FANOUT_COMMIT_INTERVAL, PT2S, commitInterval: want",
    "TIDEGATE_FANOUT_INSTANCE_ID, a b,      instanceId: want",
    "TIDEGATE_FANOUT_DEDUPE_HORIZON, PT0S,  dedupeHorizon"
  })
  void whatIsNotAcceptableShouldBeNamed(String name, String value, String expected) {
    assertThatThrownBy(() -> FanoutConfig.from(Map.of(name, value)))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining(expected);
  }
}
