package io.tidegate.contract.meters;

import static org.assertj.core.api.Assertions.assertThat;

import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.util.Map;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

final class SettingMetersTest {
  private final SimpleMeterRegistry registry = new SimpleMeterRegistry();

  @Test
  void eachSettingShouldBeAGaugeOfOne() {
    Map<String, String> settings = Map.of("TIDEGATE_X_DRAIN", "20s", "TIDEGATE_X_HTTP2", "true");

    SettingMeters.bind(registry, settings);

    assertThat(registry.get("tidegate.setting.info").gauges())
        .hasSize(2)
        .allMatch(gauge -> gauge.value() == 1);
    assertThat(
            registry.get("tidegate.setting.info").gauges().stream()
                .map(Gauge::getId)
                .collect(Collectors.toMap(id -> id.getTag("name"), id -> id.getTag("value"))))
        .isEqualTo(settings);
  }
}
