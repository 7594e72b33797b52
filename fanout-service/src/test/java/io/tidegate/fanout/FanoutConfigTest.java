package io.tidegate.fanout;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import io.tidegate.contract.DurationText;
import io.tidegate.contract.auth.Auth;
import io.tidegate.contract.policy.Limit;
import io.tidegate.contract.policy.Policy;
import io.tidegate.contract.tls.TlsFiles;
import io.tidegate.fanout.sequencer.SequencerSettings;
import io.tidegate.fanout.statestore.StoreKind;
import io.tidegate.testsettings.SettingFields;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.ZoneId;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
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
                "TIDEGATE_FANOUT_ADAPTIVE", "false",
                "TIDEGATE_FANOUT_COMMIT_INTERVAL", "50ms",
                "TIDEGATE_FANOUT_POLICY",
                    "{\"limits\":[{\"limit\":10,\"window\":\"PT1S\",\"burst\":5}]}",
                "TIDEGATE_FANOUT_MAILBOX_MAX_ENTRIES", "77"));

    // Then
    assertThat(config.kafka().servers()).isEqualTo("kafka:9092");
    assertThat(config.topics().messages()).isEqualTo("blue.messages");
    assertThat(config.applicationId()).isEqualTo("blue-fanout");
    assertThat(config.port()).isZero();
    assertThat(config.adaptive()).isFalse();
    assertThat(config.store()).isEqualTo(StoreKind.MEMORY);
    assertThat(config.commitInterval()).isEqualTo(Duration.ofMillis(50));
    assertThat(config.sequencer().policy().limits())
        .containsExactly(Limit.of(10, Duration.ofSeconds(1), 5));
    assertThat(config.sequencer().maxEntries()).isEqualTo(77);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "PORT | http | want a whole number",
        "PORT | 70000 | want 0 to 65535, got 70000",
        "STORE | disk | want one of rocksdb, memory",
        "POLICY | {\"limit\":1} | limit: unknown field; want one of [limits, caps, batch, bypass,"
            + " quiet_hours, timezone, smoothing, mailbox, broadcast]",
        "ADVERTISED | host | want host:port, got \"host\"",
        "THREADS | 0 | want 1 to 64, got 0",
        "ADAPTIVE | yes | want true or false",
        "COMMIT_INTERVAL | PT0.02S | want a duration such as 500ms, 10s, 2m, 6h or 7d",
        "COMMIT_INTERVAL | 2s | want 1ms to 1s, got 2s",
        "INSTANCE_ID | a b | want 1 to 150 of [a-zA-Z0-9._-], got \"a b\"",
        "PRESENCE | on | want true or false",
        "MAILBOX_MAX_ENTRIES | 0 | want 1 to 1000000, got 0",
        "MAILBOX_MAX_AGE | 0s | seconds: want 1 to 31622400, got 0",
        "DEDUPE_HORIZON | 0s | want PT1S to P366D, got PT0S"
      })
  void badValueShouldNameItsVariableAndTheReason(String name, String value, String reason) {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> FanoutConfig.from(Map.of("TIDEGATE_FANOUT_" + name, value)))
        .withMessage("TIDEGATE_FANOUT_" + name + "=\"" + value + "\": " + reason);
  }

  @Test
  void graceShouldBeNoLongerThanADeviceIsKnown() {
    assertThatIllegalArgumentException()
        .isThrownBy(
            () ->
                FanoutConfig.from(
                    Map.of(
                        "TIDEGATE_FANOUT_PRESENCE", "true",
                        "TIDEGATE_FANOUT_PRESENCE_GRACE", "11s",
                        "TIDEGATE_FANOUT_DEVICE_IDLE", "10s")))
        .withMessageContaining(
            "TIDEGATE_FANOUT_PRESENCE_GRACE=\"11s\": milliseconds: want 0 to 10000, got 11000");
  }

  @Test
  void mistypedVariableShouldBeRefused() {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> FanoutConfig.from(Map.of("TIDEGATE_FANOUT_POLICIES", "{}")))
        .withMessageStartingWith("TIDEGATE_FANOUT_POLICIES: there is no such setting");
  }

  @Test
  void readmeShouldListEveryVariableAndEachShouldSetTheFieldOfItsName() throws Exception {
    // Given
    Map<String, @Nullable Object> defaults = fields(FanoutConfig.defaults("127.0.0.1:9092"));
    String readme = Files.readString(Path.of("README.md"));
    Set<String> names =
        Pattern.compile("`(?:TIDEGATE_FANOUT)?_([A-Z_]+)`")
            .matcher(readme)
            .results()
            .map(match -> match.group(1))
            .collect(Collectors.toSet());

    // Then
    // Those of TLS go together, see TlsFiles, so that none of them can be set alone; and those of
    // tokens, see TrustedIssuer, whose names begin with the same word.
    Set<String> together =
        Set.of(
            "TLS_CERT",
            "TLS_KEY",
            "TLS_CLIENT_CA",
            "TLS_CA",
            "TOKEN_KEYS",
            "TOKEN_CA",
            "TOKEN_ISSUER",
            "TOKEN_AUDIENCE",
            "TOKEN_TENANT_CLAIM",
            "TOKEN_TENANT",
            "TOKEN_SCOPE_CLAIM",
            "TOKEN_SCOPE_PREFIX",
            "TOKEN_SKEW",
            "TOKEN_MAX_LIFE");
    assertThat(names).containsAll(together);
    names.removeAll(together);
    assertThat(names).isEqualTo(defaults.keySet());
    assertThat(readme).contains("`TIDEGATE_KAFKA_CONFIG`");
    for (Map.Entry<String, @Nullable Object> field : defaults.entrySet()) {
      String name = field.getKey();
      Object other = other(name, field.getValue());
      Map<String, @Nullable Object> changed =
          fields(FanoutConfig.from(Map.of("TIDEGATE_FANOUT_" + name, text(other))));
      Map<String, @Nullable Object> expected = fields(FanoutConfig.defaults("127.0.0.1:9092"));
      expected.put(name, other);
      assertThat(changed).as(name).isEqualTo(expected);
    }
  }

  @Test
  void filesOfTlsShouldBeThoseOfThePortAndOfItsPeers() {
    // When
    FanoutConfig config =
        FanoutConfig.from(
            Map.of(
                "TIDEGATE_FANOUT_TLS_CERT", "cert.pem",
                "TIDEGATE_FANOUT_TLS_KEY", "key.pem",
                "TIDEGATE_FANOUT_TLS_CLIENT_CA", "clients.pem",
                "TIDEGATE_FANOUT_TLS_CA", "peers.pem"));

    // Then
    Path cert = Path.of("cert.pem");
    Path key = Path.of("key.pem");
    String names = "TIDEGATE_FANOUT_TLS_";
    assertThat(config.tls()).isEqualTo(new TlsFiles(names, cert, key, Path.of("clients.pem")));
    assertThat(config.tlsPeers()).isEqualTo(new TlsFiles(names, cert, key, Path.of("peers.pem")));
  }

  @Test
  void everySettingShouldBeShownAsItIsInForceIfItsTypeIsSafe() throws Exception {
    Map<String, String> defaults = FanoutConfig.from(Map.of()).shown();
    Map<String, @Nullable Object> fields = fields(FanoutConfig.defaults("127.0.0.1:9092"));
    for (Map.Entry<String, @Nullable Object> field : fields.entrySet()) {
      String variable = "TIDEGATE_FANOUT_" + field.getKey();
      Object value = field.getValue();
      String text = text(other(field.getKey(), value));
      Map<String, String> expected = new TreeMap<>(defaults);
      if (value != null && SettingFields.isSafe(value)) {
        assertThat(defaults).containsEntry(variable, text(value).toLowerCase(Locale.ROOT));
        expected.put(variable, text.toLowerCase(Locale.ROOT));
      }
      assertThat(FanoutConfig.from(Map.of(variable, text)).shown())
          .as(variable)
          .isEqualTo(expected);
    }
    assertThat(defaults).hasSize(19);
  }

  @Test
  void ofTokensAndFilesOnlyDurationsShouldBeShown(@TempDir Path folder) throws Exception {
    Map<String, String> texts =
        SettingFields.marked(
            folder,
            "TIDEGATE_FANOUT_",
            "TLS_CA",
            "TOKEN_SCOPE_CLAIM",
            "TOKEN_SCOPE_PREFIX",
            "APPLICATION_ID",
            "INSTANCE_ID",
            "STATE_DIR");
    texts.put("TIDEGATE_FANOUT_ADVERTISED", "marker:8082");
    texts.put("TIDEGATE_FANOUT_AUTH", "keys");

    Map<String, String> expected = new TreeMap<>(FanoutConfig.from(Map.of()).shown());
    expected.put("TIDEGATE_FANOUT_AUTH", "keys");
    expected.put("TIDEGATE_FANOUT_TOKEN_SKEW", "30s");
    expected.put("TIDEGATE_FANOUT_TOKEN_MAX_LIFE", "7d");
    assertThat(FanoutConfig.from(texts).shown()).isEqualTo(expected);
  }

  /** All fields but Kafka's under their variables' names. */
  private static Map<String, @Nullable Object> fields(FanoutConfig config) throws Exception {
    Map<String, @Nullable Object> fields =
        SettingFields.of(config, part -> part instanceof SequencerSettings);
    for (String ofMailbox : List.of("MAX_ENTRIES", "MAX_BYTES", "MAX_AGE")) {
      fields.put("MAILBOX_" + ofMailbox, fields.remove(ofMailbox));
    }
    fields.keySet().removeAll(Set.of("KAFKA", "TOPICS", "ISSUER", "TLS", "TLS_PEERS"));
    return fields;
  }

  private static Object other(String name, @Nullable Object value) {
    return switch (value) {
      case null -> name.equals("ADVERTISED") ? "other:1" : "other";
      case Boolean flag -> !flag;
      case Integer number -> number + 1;
      case Long number -> name.equals("TURN_BYTES") ? (Long) (number - 1) : (Long) (number + 1);
      case Duration time -> time.plusMillis(1);
      case Auth _ -> Auth.KEYS;
      case StoreKind kind -> kind == StoreKind.MEMORY ? StoreKind.ROCKSDB : StoreKind.MEMORY;
      case Path path -> path.resolve("other");
      case Policy policy -> policy.withTimezone(ZoneId.of("Europe/Berlin"));
      default -> value + "1";
    };
  }

  private static String text(Object value) {
    return switch (value) {
      case Duration time -> DurationText.format(time);
      case Policy policy -> policy.toJson();
      default -> value.toString();
    };
  }
}
