package io.tidegate.contract.settings;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import io.tidegate.contract.Topics;
import io.tidegate.contract.kafka.KafkaAccess;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.DayOfWeek;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.function.Function;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

final class EnvironmentTest {
  private static final String PREFIX = "TIDEGATE_INGEST_";

  private record Settings(
      String host,
      int port,
      long bytes,
      Duration drain,
      DayOfWeek day,
      Path folder,
      boolean trace) {
    Settings {
      Bounds.filled("host", host);
      Bounds.within("port", port, 0, 65_535);
      Bounds.atLeast("limits.maxBytes", bytes, 10);
      Bounds.within("timing.drain", drain, Duration.ZERO, Duration.ofHours(1));
    }
  }

  private static final Settings DEFAULTS =
      new Settings(
          "127.0.0.1", 8080, 100, Duration.ofSeconds(5), DayOfWeek.FRIDAY, Path.of("data"), false);

  private static Settings settings(Environment variables) {
    return new Settings(
        variables.text("HOST", DEFAULTS.host()),
        variables.integer("PORT", DEFAULTS.port()),
        variables.number("MAILBOX_MAX_BYTES", DEFAULTS.bytes()),
        variables.duration("DRAIN", DEFAULTS.drain()),
        variables.choice("DAY", DEFAULTS.day()),
        variables.path("FOLDER", DEFAULTS.folder()),
        variables.flag("TRACE", DEFAULTS.trace()));
  }

  private static Settings read(Map<String, String> variables) {
    return Environment.read(variables, PREFIX, EnvironmentTest::settings);
  }

  @Test
  void whatIsNotSetOrBlankShouldHaveItsDefault() {
    assertThat(read(Map.of())).isEqualTo(DEFAULTS);
    assertThat(read(Map.of("TIDEGATE_INGEST_PORT", " ", "TIDEGATE_INGEST_DRAIN", "")))
        .isEqualTo(DEFAULTS);
  }

  @Test
  void eachKindShouldBeRead() {
    // When
    Settings settings =
        read(
            Map.of(
                "TIDEGATE_INGEST_HOST", " 0.0.0.0 ",
                "TIDEGATE_INGEST_PORT", "0",
                "TIDEGATE_INGEST_MAILBOX_MAX_BYTES", "9223372036854775807",
                "TIDEGATE_INGEST_DRAIN", "250ms",
                "TIDEGATE_INGEST_DAY", "sunday",
                "TIDEGATE_INGEST_FOLDER", "/var/lib/x",
                "TIDEGATE_INGEST_TRACE", "true"));

    // Then
    assertThat(settings)
        .isEqualTo(
            new Settings(
                "0.0.0.0",
                0,
                Long.MAX_VALUE,
                Duration.ofMillis(250),
                DayOfWeek.SUNDAY,
                Path.of("/var/lib/x"),
                true));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "PORT | http | want a whole number",
        "PORT | 8080.5 | want a whole number",
        "PORT | 2147483648 | want a number up to 2147483647",
        "PORT | -2147483649 | want a number up to 2147483647",
        "PORT | -9223372036854775808 | want a number up to 2147483647",
        "MAILBOX_MAX_BYTES | 9223372036854775808 | want a number up to 9223372036854775807",
        "DRAIN | PT5S | want a duration such as 500ms, 10s, 2m, 6h or 7d",
        "DAY | someday | want one of monday, tuesday, wednesday, thursday, friday, saturday,"
            + " sunday",
        "TRACE | yes | want true or false"
      })
  void unreadableTextShouldBeToldWithItsVariableAndTheReason(
      String name, String text, String reason) {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> read(Map.of(PREFIX + name, text)))
        .withMessage(PREFIX + name + "=\"" + text + "\": " + reason);
  }

  @Test
  void pathThatIsNoneShouldNameItsVariable() {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> read(Map.of("TIDEGATE_INGEST_FOLDER", "a\0b")))
        .withMessageStartingWith("TIDEGATE_INGEST_FOLDER=\"a?b\": ");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "PORT | 65536 | want 0 to 65535, got 65536",
        "MAILBOX_MAX_BYTES | 9 | want 10 or more, got 9",
        "DRAIN | 90m | want 0s to 1h, got 90m"
      })
  void valueOutOfBoundsShouldBeToldWithItsVariable(String name, String text, String reason) {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> read(Map.of(PREFIX + name, text)))
        .withMessage(PREFIX + name + "=\"" + text + "\": " + reason);
  }

  @Test
  void boundBrokenByADefaultShouldBeToldAsItIs() {
    // Given
    Function<Environment, String> reader =
        variables -> {
          String host = variables.text("HOST", "h");
          Bounds.within("port", -1, 0, 9);
          return host;
        };

    // Then
    assertThatIllegalArgumentException()
        .isThrownBy(() -> Environment.read(Map.of("TIDEGATE_INGEST_HOST", "x"), PREFIX, reader))
        .withMessage("port: want 0 to 9, got -1");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "TENANT_SHARE=1 | TIDEGATE_INGEST_TENANT_SHARE=\"1\": want TIDEGATE_INGEST_MAX_BATCH_BYTES"
            + " in so many percent of TIDEGATE_INGEST_MAX_IN_FLIGHT_BYTES, unlike ourOwn, got 1",
        "MAX_BATCH_BYTES=900 | TIDEGATE_INGEST_TENANT_SHARE, not set: want"
            + " TIDEGATE_INGEST_MAX_BATCH_BYTES in so many percent of"
            + " TIDEGATE_INGEST_MAX_IN_FLIGHT_BYTES, unlike ourOwn, got 50"
      })
  void boundThatNamesOtherFieldsShouldBeToldWithTheirVariables(String set, String message) {
    // Given
    Function<Environment, Integer> reader =
        variables -> {
          int share = variables.integer("TENANT_SHARE", 50);
          int batch = variables.integer("MAX_BATCH_BYTES", 8);
          long room = variables.number("MAX_IN_FLIGHT_BYTES", 64);
          Bounds.require(
              batch <= room * share / 100,
              "limits.tenantShare",
              "want maxBatchBytes in so many percent of limits.maxInFlightBytes, unlike ourOwn",
              share);
          return share;
        };
    String[] variable = (PREFIX + set).split("=", 2);

    // Then
    assertThatIllegalArgumentException()
        .isThrownBy(() -> Environment.read(Map.of(variable[0], variable[1]), PREFIX, reader))
        .withMessage(message);
  }

  @Test
  void whatWasSetShouldBeToldAsItIsAndNotTakenForFields() {
    assertThatIllegalArgumentException()
        .isThrownBy(
            () ->
                Environment.read(
                    Map.of(PREFIX + "ADVERTISED", "fanout.prod.host", PREFIX + "HOST", "h"),
                    PREFIX,
                    variables -> {
                      variables.text("HOST", "");
                      String text = variables.text("ADVERTISED", "");
                      Bounds.require(false, "advertised", "want host:port", text);
                      return text;
                    }))
        .withMessage(
            "TIDEGATE_INGEST_ADVERTISED=\"fanout.prod.host\": want host:port, got"
                + " \"fanout.prod.host\"");
  }

  @Test
  void fieldShouldBeItsOwnVariableBeforeOneThatOnlyEndsSo() {
    assertThatIllegalArgumentException()
        .isThrownBy(
            () ->
                Environment.read(
                    Map.of(PREFIX + "ADDRESS_CONNECTIONS", "7"),
                    PREFIX,
                    variables -> {
                      int most = variables.integer("CONNECTIONS", 5);
                      variables.integer("ADDRESS_CONNECTIONS", 0);
                      Bounds.within("limits.connections", most, 10, 20);
                      return most;
                    }))
        .withMessage("TIDEGATE_INGEST_CONNECTIONS, not set: want 10 to 20, got 5");
  }

  @Test
  void errorShouldBeOneLineOfBoundedLength() {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> read(Map.of("TIDEGATE_INGEST_PORT", "a\n" + "x".repeat(10_000))))
        .withMessage("TIDEGATE_INGEST_PORT=\"a?" + "x".repeat(198) + "…\": want a whole number");
  }

  @Test
  void unknownVariableOfThePrefixShouldBeRefusedByName() {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> read(Map.of("TIDEGATE_INGEST_PROT", "80")))
        .withMessage(
            "TIDEGATE_INGEST_PROT: there is no such setting; those with TIDEGATE_INGEST_ are"
                + " DAY, DRAIN, FOLDER, HOST, MAILBOX_MAX_BYTES, PORT, TRACE");
  }

  @Test
  void variableThatIsLeftToOthersShouldPass() {
    // Given
    Map<String, String> variables = Map.of("TIDEGATE_INGEST_URL", "http://h:1");

    // When
    Settings settings =
        Environment.read(
            variables,
            PREFIX,
            environment -> {
              environment.leave("URL");
              return settings(environment);
            });

    // Then
    assertThat(settings).isEqualTo(DEFAULTS);
  }

  @Test
  void variablesOfOthersShouldPass() {
    // Given
    Map<String, String> others =
        Map.of("TIDEGATE_FANOUT_X", "1", "PATH", "/bin", "TIDEGATE_AOT", "");

    // Then
    assertThat(read(others)).isEqualTo(DEFAULTS);
  }

  @Test
  void whatAllServicesShareShouldBeRead() {
    // Given
    Map<String, String> variables =
        Map.of("TIDEGATE_KAFKA", "k:9092", "TIDEGATE_TOPIC_PREFIX", "acme");

    // When
    String kafka = Environment.read(variables, PREFIX, env -> env.kafka()).servers();
    Topics topics = Environment.read(variables, PREFIX, Environment::topics);
    String defaultKafka = Environment.read(Map.of(), PREFIX, env -> env.kafka("d:1")).servers();
    Topics defaultTopics = Environment.read(Map.of(), PREFIX, Environment::topics);

    // Then
    assertThat(kafka).isEqualTo("k:9092");
    assertThat(topics).isEqualTo(new Topics("acme"));
    assertThat(defaultKafka).isEqualTo("d:1");
    assertThat(defaultTopics).isEqualTo(Topics.DEFAULT);
    assertThatIllegalArgumentException()
        .isThrownBy(() -> Environment.read(Map.of(), PREFIX, env -> env.kafka()))
        .withMessage("TIDEGATE_KAFKA: required");
    assertThatIllegalArgumentException()
        .isThrownBy(
            () ->
                Environment.read(
                    Map.of("TIDEGATE_TOPIC_PREFIX", "a b"), PREFIX, Environment::topics))
        .withMessageStartingWith("TIDEGATE_TOPIC_PREFIX=\"a b\": topic prefix: want ");
  }

  @Test
  void whatKafkaWantsToBeShownShouldBeReadFromAFile(@TempDir Path folder) throws Exception {
    // Given
    Path file =
        Files.writeString(
            folder.resolve("kafka.properties"), "security.protocol=SSL\nssl.key.password=hush\n");
    Map<String, String> variables =
        Map.of("TIDEGATE_KAFKA", "k:9093", "TIDEGATE_KAFKA_CONFIG", file.toString());

    // When
    KafkaAccess access = Environment.read(variables, PREFIX, env -> env.kafka());

    // Then
    assertThat(access.settings())
        .isEqualTo(Map.of("security.protocol", "SSL", "ssl.key.password", "hush"));
    Files.writeString(file, "ssl.key.password=hush\nacks=0\n");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> Environment.read(variables, PREFIX, env -> env.kafka()))
        .withMessageStartingWith("TIDEGATE_KAFKA_CONFIG: " + file + ": acks: ")
        .withMessageNotContaining("hush");
  }

  // What Kubernetes injects.

  private static Map<String, String> service(String name) {
    Map<String, String> variables = new HashMap<>();
    variables.put(name + "_SERVICE_HOST", "10.0.0.11");
    variables.put(name + "_SERVICE_PORT", "8080");
    variables.put(name + "_SERVICE_PORT_HTTP", "8080");
    variables.put(name + "_PORT", "tcp://10.0.0.11:8080");
    variables.put(name + "_PORT_8080_TCP", "tcp://10.0.0.11:8080");
    variables.put(name + "_PORT_8080_TCP_PROTO", "tcp");
    variables.put(name + "_PORT_8080_TCP_PORT", "8080");
    variables.put(name + "_PORT_8080_TCP_ADDR", "10.0.0.11");
    return variables;
  }

  @ParameterizedTest
  @ValueSource(strings = {"TIDEGATE_INGEST", "TIDEGATE_INGEST_INTERNAL"})
  void whatKubernetesInjectsForAServiceShouldCountAsNotSet(String name) {
    assertThat(read(service(name))).isEqualTo(DEFAULTS);
  }

  @Test
  void settingShouldBeReadBesideWhatKubernetesInjects() {
    // Given
    Map<String, String> variables = service("TIDEGATE_INGEST");
    variables.put("TIDEGATE_INGEST_PORT", "9000");

    // Then
    assertThat(read(variables).port()).isEqualTo(9000);
  }

  @Test
  void unknownVariableShouldBeRefusedBesideWhatKubernetesInjects() {
    // Given
    Map<String, String> variables = service("TIDEGATE_INGEST");
    variables.put("TIDEGATE_INGEST_PORTS", "9000");

    // Then
    assertThatIllegalArgumentException()
        .isThrownBy(() -> read(variables))
        .withMessageStartingWith("TIDEGATE_INGEST_PORTS: there is no such setting");
  }

  @Test
  void portThatIsAUrlWithoutAServiceShouldBeRefused() {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> read(Map.of("TIDEGATE_INGEST_PORT", "tcp://0.0.0.0:9000")))
        .withMessage("TIDEGATE_INGEST_PORT=\"tcp://0.0.0.0:9000\": want a whole number");
  }

  @Test
  void hostOfAServiceWithoutItsPortShouldBeRefused() {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> read(Map.of("TIDEGATE_INGEST_SERVICE_HOST", "h")))
        .withMessageStartingWith("TIDEGATE_INGEST_SERVICE_HOST: there is no such setting");
  }

  private record Pair(int left, int right) implements Measure {
    static Pair parse(String text) {
      return new Pair(text.length(), text.length());
    }

    @Override
    public String toString() {
      return left + "/" + right;
    }
  }

  @Test
  void shownShouldBeWhatIsInForceAsItWouldBeSet() {
    // Given
    Settings inForce =
        new Settings(
            "h", 0, 1L << 40, Duration.ofMillis(90_500), DayOfWeek.SUNDAY, Path.of("p"), true);

    // When
    Map<String, String> shown =
        Environment.shown(
            PREFIX,
            variables -> {
              var _ = variables.integer("PORT", inForce.port());
              var _ = variables.number("BYTES", inForce.bytes());
              var _ = variables.duration("DRAIN", inForce.drain());
              var _ = variables.choice("DAY", inForce.day());
              var _ = variables.flag("TRACE", inForce.trace());
              var _ = variables.measure("PAIR", new Pair(3, 4), Pair::parse);
            });

    // Then
    assertThat(shown)
        .containsExactly(
            Map.entry("TIDEGATE_INGEST_BYTES", "1099511627776"),
            Map.entry("TIDEGATE_INGEST_DAY", "sunday"),
            Map.entry("TIDEGATE_INGEST_DRAIN", "90500ms"),
            Map.entry("TIDEGATE_INGEST_PAIR", "3/4"),
            Map.entry("TIDEGATE_INGEST_PORT", "0"),
            Map.entry("TIDEGATE_INGEST_TRACE", "true"));
  }

  @Test
  void shownShouldBeNothingThatMayBeASecretOrAPlace() {
    assertThat(
            Environment.shown(
                PREFIX,
                variables -> {
                  var _ = variables.topics();
                  var _ = variables.kafka("kafka.internal:9092");
                  var _ = variables.text("KEY", "s3cret");
                  var _ = variables.text("TOKEN");
                  var _ = variables.path("FOLDER", Path.of("/var/lib/x"));
                  var _ = variables.read("URL", "https://a.example", text -> text);
                  // Whatever it is made of, who reads it so has not said that it may be seen.
                  var _ = variables.read("PIN", 1234, Integer::valueOf);
                }))
        .isEmpty();
  }
}
