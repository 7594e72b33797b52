package io.tidegate.ingest;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import io.tidegate.contract.DurationText;
import io.tidegate.contract.Topics;
import io.tidegate.contract.auth.Auth;
import io.tidegate.contract.rate.Rate;
import io.tidegate.contract.webhook.Networks;
import io.tidegate.contract.webhook.WebhookRules;
import io.tidegate.testsettings.SettingFields;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class IngestConfigTest {
  @Test
  void environmentShouldOverrideDefaults() {
    // When
    IngestConfig config =
        IngestConfig.from(
            Map.of(
                "TIDEGATE_KAFKA", "k:9092",
                "TIDEGATE_TOPIC_PREFIX", "acme",
                "TIDEGATE_INGEST_HOST", "0.0.0.0",
                "TIDEGATE_INGEST_PORT", "9000",
                "TIDEGATE_INGEST_DELIVERY_TIMEOUT", "3s",
                "TIDEGATE_INGEST_MAX_IN_FLIGHT_BYTES", "33554432"));

    // Then
    assertThat(config)
        .isEqualTo(
            IngestConfig.defaults("k:9092")
                .withTopics(new Topics("acme"))
                .withAddress("0.0.0.0", 9000)
                .withInFlight(1024, 32L << 20)
                .withKafkaTimeouts(
                    Duration.ofSeconds(10), Duration.ofSeconds(1), Duration.ofSeconds(3)));
  }

  @Test
  void badConfigurationShouldNameTheField() {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> IngestConfig.from(Map.of()))
        .withMessage("TIDEGATE_KAFKA: required");
    assertThatIllegalArgumentException()
        .isThrownBy(
            () -> IngestConfig.from(Map.of("TIDEGATE_KAFKA", "k:1", "TIDEGATE_INGEST_PORT", "x")))
        .withMessage("TIDEGATE_INGEST_PORT=\"x\": want a whole number");
    assertThatIllegalArgumentException()
        .isThrownBy(
            () ->
                IngestConfig.from(
                    Map.of("TIDEGATE_KAFKA", "k:1", "TIDEGATE_INGEST_IDLE_TIMEOUT", "2h")))
        .withMessage("TIDEGATE_INGEST_IDLE_TIMEOUT=\"2h\": want 10ms to 1h, got 2h");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> IngestConfig.defaults("k:1").withAddress("h", 70_000))
        .withMessage("port: want 0 to 65535, got 70000");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> IngestConfig.defaults("k:1").withInFlight(1, 1000))
        .withMessageStartingWith("maxInFlightBytes: want 16777216 to ");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> IngestConfig.defaults("k:1").withAuth(Auth.KEYS).withTenantShare(24))
        .withMessage(
            "tenantShare: want 2 x maxBatchBytes to fit into so many percent of maxInFlightBytes,"
                + " got 24");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> IngestConfig.defaults("k:1").withTenantShare(0))
        .withMessage("tenantShare: want 1 to 100, got 0");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> IngestConfig.defaults("k:1").withDrainTimeout(Duration.ZERO))
        .withMessageStartingWith("drainTimeout: want 10ms to 1h");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> IngestConfig.defaults(" "))
        .withMessageStartingWith("kafka:");
  }

  @Test
  void mistypedVariableShouldBeRefused() {
    assertThatIllegalArgumentException()
        .isThrownBy(
            () ->
                IngestConfig.from(
                    Map.of("TIDEGATE_KAFKA", "k:1", "TIDEGATE_INGEST_MAX_BODY", "1000")))
        .withMessageStartingWith("TIDEGATE_INGEST_MAX_BODY: there is no such setting");
  }

  @Test
  void readmeShouldListEveryVariableAndEachShouldSetTheFieldOfItsName() throws Exception {
    // Given
    Map<String, Object> defaults = fields(IngestConfig.defaults("k:1"));
    defaults.keySet().removeAll(Set.of("KAFKA", "TOPICS", "ISSUER", "TLS"));
    String readme = Files.readString(Path.of("README.md"));
    Map<String, String> listed = new TreeMap<>();
    Pattern.compile("^\\| `([A-Z_0-9]+)` \\| `([^`]+)` \\|", Pattern.MULTILINE)
        .matcher(readme)
        .results()
        .forEach(row -> listed.put(row.group(1), row.group(2)));

    // Then
    assertThat(listed.keySet()).isEqualTo(defaults.keySet());
    assertThat(readme).contains("`TIDEGATE_KAFKA_CONFIG`");
    for (Map.Entry<String, Object> field : defaults.entrySet()) {
      String name = field.getKey();
      String shown = text(field.getValue()).toLowerCase(Locale.ROOT);
      assertThat(listed).as(name).containsEntry(name, shown.isEmpty() ? "none" : shown);
      Object other = other(field.getValue());
      Map<String, Object> changed =
          fields(
              IngestConfig.from(
                  Map.of("TIDEGATE_KAFKA", "k:1", "TIDEGATE_INGEST_" + name, text(other))));
      Map<String, Object> expected = fields(IngestConfig.defaults("k:1"));
      expected.put(name, other);
      assertThat(changed).as(name).isEqualTo(expected);
    }
  }

  @Test
  void everySettingShouldBeShownAsItIsInForceIfItsTypeIsSafe() throws Exception {
    Map<String, String> defaults = shown(Map.of());
    Map<String, Object> fields = fields(IngestConfig.defaults("k:1"));
    for (String notOurs : List.of("KAFKA", "TOPICS", "ISSUER", "TLS")) {
      fields.remove(notOurs);
      assertThat(defaults).doesNotContainKey("TIDEGATE_INGEST_" + notOurs);
    }
    for (Map.Entry<String, Object> field : fields.entrySet()) {
      String name = field.getKey();
      String text = text(other(field.getValue()));
      Map<String, String> expected = new TreeMap<>(defaults);
      if (SettingFields.isSafe(field.getValue(), Rate.class)) {
        assertThat(defaults)
            .containsEntry(
                "TIDEGATE_INGEST_" + name, text(field.getValue()).toLowerCase(Locale.ROOT));
        expected.put("TIDEGATE_INGEST_" + name, text.toLowerCase(Locale.ROOT));
      }
      assertThat(shown(Map.of("TIDEGATE_INGEST_" + name, text))).as(name).isEqualTo(expected);
    }
    assertThat(defaults).hasSize(28);
  }

  @Test
  void ofTokensAndFilesOnlyDurationsShouldBeShown(@TempDir Path folder) throws Exception {
    Map<String, String> texts =
        SettingFields.marked(
            folder,
            "TIDEGATE_INGEST_",
            "TOKEN_SCOPE_CLAIM",
            "TOKEN_SCOPE_PREFIX",
            "FANOUT_GROUP",
            "SIGNING_KEYS",
            "WEBHOOK_KEY");
    texts.put("TIDEGATE_INGEST_AUTH", "keys");
    texts.put("TIDEGATE_INGEST_TOKEN_SKEW", "7s");

    Map<String, String> expected = new TreeMap<>(shown(Map.of()));
    expected.put("TIDEGATE_INGEST_AUTH", "keys");
    expected.put("TIDEGATE_INGEST_TOKEN_SKEW", "7s");
    expected.put("TIDEGATE_INGEST_TOKEN_MAX_LIFE", "7d");
    assertThat(shown(texts)).isEqualTo(expected);
  }

  private static Map<String, String> shown(Map<String, String> variables) {
    Map<String, String> all = new HashMap<>(variables);
    all.put("TIDEGATE_KAFKA", "marker:9092");
    return IngestConfig.from(all).shown();
  }

  /** All fields, those of webhooks too. */
  private static Map<String, Object> fields(IngestConfig config) throws Exception {
    return SettingFields.present(config, part -> part instanceof WebhookRules);
  }

  private static Object other(Object value) {
    return switch (value) {
      case Integer number -> number + 1;
      case Long number when number == 0 -> 4L << 20;
      case Long number -> number + 1;
      case Rate _ -> Rate.parse("5/2s/7");
      case Duration time -> time.plusMillis(1);
      case Boolean flag -> !flag;
      case Auth _ -> Auth.KEYS;
      case Networks _ -> Networks.parse("10.1.0.0/16,fd00::/8");
      default -> value + "1";
    };
  }

  private static String text(Object value) {
    return value instanceof Duration time ? DurationText.format(time) : value.toString();
  }
}
