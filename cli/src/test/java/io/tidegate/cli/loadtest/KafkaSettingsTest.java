package io.tidegate.cli.loadtest;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.tidegate.contract.StartupException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.assertj.core.api.AbstractThrowableAssert;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class KafkaSettingsTest {
  private static final String KAFKA = "127.0.0.1:9092";

  @TempDir Path folder;

  private Path file(String text) throws IOException {
    return Files.writeString(folder.resolve("kafka.properties"), text);
  }

  private AbstractThrowableAssert<?, ?> refused(String text) throws IOException {
    Path file = file(text);
    return assertThatThrownBy(() -> KafkaSettings.read(KAFKA, file))
        .isInstanceOf(StartupException.class)
        .hasMessageContaining("--kafka-config: " + file);
  }

  @Test
  void withoutAFileThereIsTheAddress() throws StartupException {
    assertThat(KafkaSettings.read(KAFKA, null)).isEqualTo(Map.of("bootstrap.servers", KAFKA));
  }

  @Test
  void whatIsInTheFileGoesToTheClients() throws Exception {
    Path file =
        file(
            """
            # as Kafka's own tools take it
            security.protocol=SASL_PLAINTEXT
            sasl.mechanism=PLAIN
            sasl.jaas.config=org.apache.kafka.common.security.plain.PlainLoginModule required \\
              username="load" password="secret";
            """);

    assertThat(KafkaSettings.read(KAFKA, file))
        .containsEntry("bootstrap.servers", KAFKA)
        .containsEntry("security.protocol", "SASL_PLAINTEXT")
        .hasEntrySatisfying(
            "sasl.jaas.config", value -> assertThat(value.toString()).contains("secret"));
  }

  @Test
  void aKeyThatNoClientHasIsNamed() throws Exception {
    refused("sasl.mechanismo=PLAIN\n").hasMessageContaining(": sasl.mechanismo: ");
    refused("acks=0\n").hasMessageContaining(": acks: ");
    refused("bootstrap.servers=a:1\n").hasMessageContaining("bootstrap.servers: ");
  }

  @Test
  void aValueThatIsNoneIsNamedByItsKey() throws Exception {
    refused("security.protocol=TSL\n").hasMessageContaining("security.protocol");
    refused("request.timeout.ms=soon\n").hasMessageContaining("request.timeout.ms");
    refused("security.protocol=SSL\nssl.truststore.location=/nowhere/ca.jks\n")
        .hasMessageContaining("ssl.truststore.location: ")
        .hasMessageContaining("/nowhere/ca.jks");
  }

  @Test
  void noSecretIsSaid() throws Exception {
    refused("security.protocol=SASL_SSL\nsasl.mechanism=PLAIN\nsasl.jaas.config=hush hush\n")
        .message()
        .doesNotContain("hush hush");
  }

  @Test
  void aFileThatIsNotThereIsNamed() {
    assertThatThrownBy(() -> KafkaSettings.read(KAFKA, folder.resolve("none")))
        .isInstanceOf(StartupException.class)
        .hasMessageContaining("can't be read");
  }
}
