package io.tidegate.delivery;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class DeliveryConfigTest {

  @Test
  void emptyEnvironmentShouldGiveTheDefaults() {
    assertThat(DeliveryConfig.from(Map.of())).isEqualTo(DeliveryConfig.defaults("127.0.0.1:9092"));
  }

  @Test
  void environmentShouldSetWhatItNames() {
    // When
    DeliveryConfig config =
        DeliveryConfig.from(
            Map.of(
                "TIDEGATE_KAFKA", "kafka:9092",
                "TIDEGATE_TOPIC_PREFIX", "x",
                "TIDEGATE_DELIVERY_SLOT", "7",
                "TIDEGATE_DELIVERY_PORT", "0",
                "TIDEGATE_DELIVERY_CONNECTIONS", "5",
                "TIDEGATE_DELIVERY_ACK", "20ms",
                "TIDEGATE_DELIVERY_PING", "2m",
                "TIDEGATE_DELIVERY_DRAIN", "9s"));

    // Then
    assertThat(config.bootstrapServers()).isEqualTo("kafka:9092");
    assertThat(config.topics().inbox()).isEqualTo("x.inbox");
    assertThat(config.slot()).isEqualTo(7);
    assertThat(config.port()).isZero();
    assertThat(config.limits().connections()).isEqualTo(5);
    assertThat(config.timing().ack()).isEqualTo(Duration.ofMillis(20));
    assertThat(config.timing().ping()).isEqualTo(Duration.ofMinutes(2));
    assertThat(config.timing().drain()).isEqualTo(Duration.ofSeconds(9));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "TIDEGATE_DELIVERY_PORT | 65536 | port: want 0 to 65535, got \"65536\"",
        "TIDEGATE_DELIVERY_PORT | http | TIDEGATE_DELIVERY_PORT: want a whole number, got \"http\"",
        "TIDEGATE_DELIVERY_SLOT | -1 | slot: want 0 or more, got \"-1\"",
        "TIDEGATE_DELIVERY_LOOPS | 0 | loops: want 1 to 64, got \"0\"",
        "TIDEGATE_DELIVERY_SLOT | 4294967296 | "
            + "TIDEGATE_DELIVERY_SLOT: want a smaller number, got \"4294967296\"",
        "TIDEGATE_DELIVERY_PING | 10 | "
            + "TIDEGATE_DELIVERY_PING: want a duration such as 500ms, 10s or 2m, got \"10\"",
        "TIDEGATE_DELIVERY_HELLO | 0s | timing.hello: want 1 ms to PT1H, got \"PT0S\"",
        "TIDEGATE_DELIVERY_BEAT | 5s | "
            + "timing.beat: want less than half of timing.fence, PT10S, got \"PT5S\"",
        "TIDEGATE_DELIVERY_CONNECTIONS | 0 | limits.connections: want 1 or more, got \"0\"",
        "TIDEGATE_DELIVERY_OUTBOUND_LIMIT_BYTES | 1024 | "
            + "limits.outboundLimitBytes: want at least outboundBytes, got \"1024\""
      })
  void badValueShouldNameItsFieldAndTheReason(String name, String value, String message) {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> DeliveryConfig.from(Map.of(name, value)))
        .withMessage(message);
  }
}
