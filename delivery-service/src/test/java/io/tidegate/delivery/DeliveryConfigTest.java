package io.tidegate.delivery;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import io.tidegate.contract.ClientProtocol;
import io.tidegate.contract.DurationText;
import io.tidegate.contract.kafka.KafkaAccess;
import io.tidegate.contract.webhook.Networks;
import io.tidegate.delivery.auth.Origins;
import io.tidegate.delivery.connection.SocketIo;
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
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
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
                "TIDEGATE_DELIVERY_HTTP2", "false",
                "TIDEGATE_DELIVERY_DEPARTURES_PER_SECOND", "50",
                "TIDEGATE_DELIVERY_ACK", "20ms",
                "TIDEGATE_DELIVERY_PING", "2m",
                "TIDEGATE_DELIVERY_NOTICE", "7s",
                "TIDEGATE_DELIVERY_DRAIN", "9s"));

    // Then
    assertThat(config.kafka().servers()).isEqualTo("kafka:9092");
    assertThat(config.topics().inbox()).isEqualTo("x.inbox");
    assertThat(config.slot()).isEqualTo(7);
    assertThat(config.port()).isZero();
    assertThat(config.http2()).isFalse();
    assertThat(config.limits().departuresPerSecond()).isEqualTo(50);
    assertThat(config.timing().ack()).isEqualTo(Duration.ofMillis(20));
    assertThat(config.timing().ping()).isEqualTo(Duration.ofMinutes(2));
    assertThat(config.timing().notice()).isEqualTo(Duration.ofSeconds(7));
    assertThat(config.timing().drain()).isEqualTo(Duration.ofSeconds(9));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "PORT | 65536 | want 0 to 65535, got 65536",
        "PORT | http | want a whole number",
        "SLOT | -1 | want 0 or more, got -1",
        "SLOT | 4294967296 | want a number up to 2147483647",
        "LOOPS | 0 | want 1 to 64, got 0",
        "PING | 10 | want a duration such as 500ms, 10s, 2m, 6h or 7d",
        "HELLO | 0s | want 1ms to 1h, got 0s",
        "MAX_AGE | 31d | want 1s to 30d, got 31d",
        "BEAT | 5s | want less than half of TIDEGATE_DELIVERY_FENCE, 10s, got 5s",
        "ORIGINS | https://a.example/ | want origins as browsers send them, such as "
            + "https://app.example, with commas between, or * alone",
        "CONNECTIONS | 0 | want 1 or more, got 0",
        "OUTBOUND_LIMIT_BYTES | 1024 | "
            + "want at least TIDEGATE_DELIVERY_OUTBOUND_BYTES, 1048576, got 1024"
      })
  void badValueShouldNameItsVariableAndTheReason(String name, String value, String reason) {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> DeliveryConfig.from(Map.of("TIDEGATE_DELIVERY_" + name, value)))
        .withMessage("TIDEGATE_DELIVERY_" + name + "=\"" + value + "\": " + reason);
  }

  @Test
  void mistypedVariableShouldBeRefused() {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> DeliveryConfig.from(Map.of("TIDEGATE_DELIVERY_SLOTS", "3")))
        .withMessageStartingWith("TIDEGATE_DELIVERY_SLOTS: there is no such setting");
  }

  @Test
  void readmeShouldListEveryVariableAndEachShouldSetTheFieldOfItsName() throws Exception {
    // Given
    Map<String, Object> defaults = fields(DeliveryConfig.defaults("127.0.0.1:9092"));
    defaults.keySet().removeAll(Set.of("KAFKA", "PREFIX", "TLS"));
    String readme = Files.readString(Path.of("README.md"));
    String listed = readme.substring(readme.indexOf("`TIDEGATE_DELIVERY_` +"));
    Set<String> names =
        Pattern.compile("`([A-Z][A-Z0-9_]+)`")
            .matcher(listed.substring(20, listed.indexOf("\n\n")))
            .results()
            .map(match -> match.group(1))
            .collect(Collectors.toSet());

    // Then
    assertThat(names).isEqualTo(defaults.keySet());
    assertThat(readme).contains("`TIDEGATE_KAFKA_CONFIG`");
    defaults.remove("TOKEN_CA"); // only with an https URL
    for (Map.Entry<String, Object> field : defaults.entrySet()) {
      String name = field.getKey();
      Object other = name.equals("BYTES_PER_SECOND") ? 10_000 : other(field.getValue());
      Map<String, String> variables = new HashMap<>();
      Map<String, Object> expected = fields(DeliveryConfig.defaults("127.0.0.1:9092"));
      if (name.startsWith("TOKEN_")) {
        variables.put("TIDEGATE_DELIVERY_AUTH", "tokens");
        expected.put("AUTH", DeliveryAuth.TOKENS);
      }
      variables.put("TIDEGATE_DELIVERY_" + name, text(other));
      expected.put(name, other);
      Map<String, Object> changed = fields(DeliveryConfig.from(variables));
      assertThat(changed).as(name).isEqualTo(expected);
    }
  }

  @Test
  void settingsOfTokensShouldNotBeMadeWhereNoneIsAskedFor() {
    assertThatIllegalArgumentException()
        .isThrownBy(
            () ->
                DeliveryConfig.from(Map.of("TIDEGATE_DELIVERY_TOKEN_ISSUER", "https://a.example")))
        .withMessage("TIDEGATE_DELIVERY_AUTH: want tokens where settings of tokens are made");
    assertThatIllegalArgumentException()
        .isThrownBy(
            () ->
                DeliveryConfig.from(
                    Map.of(
                        "TIDEGATE_DELIVERY_AUTH",
                        "tokens",
                        "TIDEGATE_DELIVERY_TOKEN_CA",
                        "ca.pem")))
        .withMessageContaining("want none where TIDEGATE_DELIVERY_TOKEN_KEYS is no https URL");
    assertThat(
            DeliveryConfig.from(
                    Map.of(
                        "TIDEGATE_DELIVERY_AUTH", "tokens",
                        "TIDEGATE_DELIVERY_TOKEN_KEYS", "https://a.example/jwks",
                        "TIDEGATE_DELIVERY_TOKEN_CA", "ca.pem"))
                .keys()
                .tokenCa())
        .isEqualTo("ca.pem");
  }

  @Test
  void everySettingShouldBeShownAsItIsInForceIfItsTypeIsSafe() throws Exception {
    Map<String, String> defaults = DeliveryConfig.from(Map.of()).shown();
    Map<String, Object> fields = fields(DeliveryConfig.defaults("127.0.0.1:9092"));
    for (String notOurs : List.of("KAFKA", "PREFIX", "TLS")) {
      fields.remove(notOurs);
      assertThat(defaults).doesNotContainKey("TIDEGATE_DELIVERY_" + notOurs);
    }
    for (Map.Entry<String, Object> field : fields.entrySet()) {
      String name = field.getKey();
      String variable = "TIDEGATE_DELIVERY_" + name;
      Object value = field.getValue();
      String text = text(name.equals("BYTES_PER_SECOND") ? 10_000 : other(value));
      Map<String, String> variables = new HashMap<>(Map.of(variable, text));
      Map<String, String> expected = new TreeMap<>(defaults);
      if (name.startsWith("TOKEN_")) {
        variables.put("TIDEGATE_DELIVERY_AUTH", "tokens");
        variables.putIfAbsent("TIDEGATE_DELIVERY_TOKEN_KEYS", "https://a.example/jwks");
        expected.put("TIDEGATE_DELIVERY_AUTH", "tokens");
      }
      if (SettingFields.isSafe(value)) {
        assertThat(defaults).containsEntry(variable, text(value).toLowerCase(Locale.ROOT));
        expected.put(variable, text.toLowerCase(Locale.ROOT));
      }
      assertThat(DeliveryConfig.from(variables).shown()).as(name).isEqualTo(expected);
    }
    assertThat(defaults).hasSize(50);
  }

  @Test
  void ofTextsFilesAndAddressesNothingShouldBeShown(@TempDir Path folder) throws Exception {
    Map<String, String> texts =
        SettingFields.marked(folder, "TIDEGATE_DELIVERY_", "WEBHOOK_KEY", "WEBHOOK_CA");
    texts.put("TIDEGATE_DELIVERY_ORIGINS", "https://marker.example");
    texts.put("TIDEGATE_DELIVERY_WEBHOOK_NETWORKS", "10.1.0.0/16");
    texts.put("TIDEGATE_DELIVERY_AUTH", "tokens");

    Map<String, String> expected = new TreeMap<>(DeliveryConfig.from(Map.of()).shown());
    expected.put("TIDEGATE_DELIVERY_AUTH", "tokens");
    assertThat(DeliveryConfig.from(texts).shown()).isEqualTo(expected);
  }

  /** All fields, also of records within. */
  private static Map<String, Object> fields(DeliveryConfig config) throws Exception {
    return SettingFields.present(config, part -> !(part instanceof KafkaAccess));
  }

  private static Object other(Object value) {
    return switch (value) {
      case Integer number ->
          number == ClientProtocol.MAX_WINDOW ? (Integer) (number - 1) : (Integer) (number + 1);
      case Long number -> number + 1;
      case Boolean flag -> !flag;
      case DeliveryAuth _ -> DeliveryAuth.TOKENS;
      case SocketIo _ -> SocketIo.NIO;
      case Origins _ -> Origins.parse("https://app.example");
      case Networks _ -> Networks.parse("10.1.0.0/16,fd00::/8");
      case Duration time -> time.plusMillis(1);
      default -> value + "1";
    };
  }

  private static String text(Object value) {
    return value instanceof Duration time ? DurationText.format(time) : value.toString();
  }
}
