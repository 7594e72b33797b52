package io.tidegate.contract.meters;

import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import java.util.Map;

/**
 * Shows the settings of a service: a gauge for each that is always 1, with the variable and its
 * value as labels. There are as many as the service has variables of that kind, and none changes
 * while it runs.
 */
public final class SettingMeters {
  private SettingMeters() {}

  /**
   * @param settings what anyone may see, as {@link io.tidegate.contract.settings.Environment#shown}
   */
  public static void bind(MeterRegistry registry, Map<String, String> settings) {
    settings.forEach(
        (name, value) ->
            Gauge.builder("tidegate.setting.info", () -> 1)
                .tag("name", name)
                .tag("value", value)
                .description("1; a setting in force and its value are labels")
                .register(registry));
  }
}
