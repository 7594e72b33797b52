package io.tidegate.contract.kafka;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.tidegate.contract.StartupException;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Map;
import org.assertj.core.api.AbstractThrowableAssert;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class KafkaConfigFileTest {
  private static final String KAFKA = "127.0.0.1:9092";

  /** A login as docs/KAFKA.md has it. */
  private static final String LOGIN =
      """
      # as Kafka's own tools take it
      security.protocol=SASL_PLAINTEXT
      sasl.mechanism=PLAIN
      sasl.jaas.config=org.apache.kafka.common.security.plain.PlainLoginModule required \\
        username="load" password="open-sesame";
      """;

  @TempDir Path folder;

  private Path file(String text) throws IOException {
    Path file = Files.writeString(folder.resolve("kafka.properties"), text);
    Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rw-------"));
    return file;
  }

  private KafkaAccess read(String text) throws Exception {
    return KafkaAccess.read(KAFKA, file(text), KafkaAccess.VARIABLE);
  }

  private AbstractThrowableAssert<?, ?> refused(String text) throws IOException {
    Path file = file(text);
    return assertThatThrownBy(() -> KafkaAccess.read(KAFKA, file, KafkaAccess.VARIABLE))
        .isInstanceOf(StartupException.class)
        .hasMessageStartingWith("TIDEGATE_KAFKA_CONFIG: " + file + ": ");
  }

  @Test
  void whatIsInTheFileShouldGoToEveryClient() throws Exception {
    // When
    KafkaAccess access = read(LOGIN);

    // Then
    assertThat(access.with(Map.of("acks", "all")))
        .containsEntry("acks", "all")
        .containsEntry("bootstrap.servers", KAFKA)
        .containsEntry("security.protocol", "SASL_PLAINTEXT")
        .containsEntry("sasl.mechanism", "PLAIN")
        .hasEntrySatisfying(
            "sasl.jaas.config", value -> assertThat(value.toString()).contains("open-sesame"));
    assertThat(access.toolOptions())
        .isEqualTo("--bootstrap-server " + KAFKA + " --command-config " + access.file());
  }

  @Test
  void accessShouldNotBeOverruledByAClientsOwnSettings() throws Exception {
    assertThat(read(LOGIN).with(Map.of("security.protocol", "PLAINTEXT")))
        .containsEntry("security.protocol", "SASL_PLAINTEXT");
  }

  @Test
  void valuesShouldNotBeInWhatIsPrintedOfIt() throws Exception {
    assertThat(read(LOGIN).toString())
        .contains("sasl.jaas.config")
        .doesNotContain("open-sesame", "PlainLoginModule");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "acks=0|acks: is not about access; want security.protocol, ssl.…, sasl.…, client.dns.lookup"
            + " or security.providers",
        "enable.idempotence=false|enable.idempotence: is not about access",
        "isolation.level=read_uncommitted|isolation.level: is not about access",
        "producer.ssl.protocol=TLSv1|producer.ssl.protocol: is not about access",
        "request.timeout.ms=5|request.timeout.ms: is not about access",
        "bootstrap.servers=a:1|bootstrap.servers: is what TIDEGATE_KAFKA or --kafka says",
        "sasl.mechanismo=PLAIN|sasl.mechanismo: Kafka's clients have no such setting",
        "ssl.client.auth=required|ssl.client.auth: Kafka's clients have no such setting",
        "sasl.mechanism=|sasl.mechanism: has no value",
        "ssl.protocol|ssl.protocol: has no value",
        "sasl.mechanism=PLAIN|security.protocol: required where sasl.mechanism is set",
        "ssl.protocol=TLSv1.3|security.protocol: required where ssl.protocol is set",
      })
  void keyThatMayNotBeThereShouldBeNamed(String line, String reason) throws Exception {
    refused(line + "\n").hasMessageContaining(": " + reason);
  }

  @Test
  void keyThatStandsThereTwiceShouldBeRefused() throws Exception {
    refused("security.protocol=SSL\nsecurity.protocol=PLAINTEXT\n")
        .hasMessageEndingWith("security.protocol: stands there more than once");
  }

  /** A line of a key's PEM, where the one before has no backslash at its end. */
  @Test
  void pieceOfASecretThatIsTakenForAKeyShouldNotBeSaid() throws Exception {
    refused(LOGIN + "MIGHAgEAMBMGByqGSM49AgEG=\n")
        .hasMessageContaining("a line that begins with no setting's name")
        .message()
        .doesNotContain("MIGH");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "security.protocol=hunter2-TSL|security.protocol: ",
        "security.protocol=SSL\\n"
            + "sasl.login.connect.timeout.ms=hunter2|sasl.login.connect.timeout.ms: ",
        "client.dns.lookup=hunter2|client.dns.lookup: ",
      })
  void valueThatIsNoneShouldBeNamedByItsKeyAlone(String text, String key) throws Exception {
    refused(text.replace("\\n", "\n"))
        .hasMessageContaining(key)
        .message()
        .doesNotContainIgnoringCase("hunter2");
  }

  @Test
  void emptyAlgorithmForNamesShouldBeTakenAndToldAsARisk() throws Exception {
    assertThat(read("security.protocol=SSL\nssl.endpoint.identification.algorithm=\n").risks())
        .singleElement()
        .asString()
        .contains("ssl.endpoint.identification.algorithm is empty");
  }

  @Test
  void loginInTheClearShouldBeToldAsARisk() throws Exception {
    assertThat(read(LOGIN).risks()).singleElement().asString().contains("without TLS");
  }

  @Test
  void fileThatOthersMayReadShouldBeToldAsARisk() throws Exception {
    // Given
    KafkaAccess access = read("security.protocol=SSL\n");
    assertThat(access.risks()).isEmpty();

    // When
    Files.setPosixFilePermissions(
        requireNonNull(access.file()), PosixFilePermissions.fromString("rw-r--r--"));

    // Then
    assertThat(access.risks()).singleElement().asString().contains("chmod 600", "" + access.file());
  }

  @Test
  void fileThatCannotBeReadShouldBeNamed() throws Exception {
    Path none = folder.resolve("none");

    assertThatThrownBy(() -> KafkaAccess.read(KAFKA, none, KafkaAccess.VARIABLE))
        .isInstanceOf(StartupException.class)
        .hasMessage("TIDEGATE_KAFKA_CONFIG: there is no file " + none);
    assertThatThrownBy(() -> KafkaAccess.read(KAFKA, folder, "--kafka-config"))
        .isInstanceOf(StartupException.class)
        .hasMessageStartingWith("--kafka-config: " + folder + ": ");
  }

  @Test
  void fileThatIsNoTextOrTooLongShouldBeRefused() throws Exception {
    Path latin = folder.resolve("latin");
    Files.write(latin, "sasl.mechanism=Ü".getBytes(StandardCharsets.ISO_8859_1));

    assertThatThrownBy(() -> KafkaAccess.read(KAFKA, latin, KafkaAccess.VARIABLE))
        .hasMessageEndingWith(": is not UTF-8");
    refused("#" + "x".repeat(64 * 1024)).hasMessageEndingWith("is longer than 65536 bytes");
    refused("security.protocol=\\u00zz\n").hasMessageContaining("Malformed");
  }

  @Test
  void anEmptyFileShouldBePlainText() throws Exception {
    assertThat(read("# nothing yet\n").settings()).isEmpty();
  }
}
