package io.tidegate.cli.topics;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.tidegate.cli.CommandRun;
import io.tidegate.contract.kafka.KafkaAccess;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class KafkaConfigOptionTest {
  @TempDir Path folder;

  private Path file(String name, String protocol) throws Exception {
    Path file = Files.writeString(folder.resolve(name), "security.protocol=" + protocol + "\n");
    Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rw-------"));
    return file;
  }

  @Test
  void optionShouldGoBeforeTheVariable() throws Exception {
    Path one = file("one", "SSL");
    String other = file("other", "PLAINTEXT").toString();

    assertThat(KafkaConfigOption.read("k:1", one, other).settings())
        .containsEntry("security.protocol", "SSL");
    assertThat(KafkaConfigOption.read("k:1", null, other).settings())
        .containsEntry("security.protocol", "PLAINTEXT");
    assertThat(KafkaConfigOption.read("k:1", null, " ").settings()).isEmpty();
    assertThat(KafkaConfigOption.read("k:1", null, null))
        .isEqualTo(KafkaAccess.plain("k:1", "--kafka-config or TIDEGATE_KAFKA_CONFIG"));
  }

  @Test
  void errorShouldNameWhatNamedTheFile() {
    Path none = folder.resolve("none");

    assertThatThrownBy(() -> KafkaConfigOption.read("k:1", none, null))
        .hasMessageStartingWith("--kafka-config: ");
    assertThatThrownBy(() -> KafkaConfigOption.read("k:1", null, none.toString()))
        .hasMessageStartingWith("TIDEGATE_KAFKA_CONFIG: ");
  }

  @Test
  void hintShouldTakeTheSameWay() throws Exception {
    Path file = file("one", "SSL");

    assertThat(KafkaOptions.createHint(KafkaAccess.read("k:1", file, "TEST"), "acme"))
        .isEqualTo("tidegate topics create --kafka k:1 --kafka-config " + file + " --prefix acme");
    assertThat(KafkaOptions.createHint(KafkaAccess.plain("k:1"), "tidegate"))
        .isEqualTo("tidegate topics create --kafka k:1");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "topics create",
        "topics describe",
        "keys issue --scope send",
        "keys list",
        "keys rotate abcdefghijkl",
        "keys revoke abcdefghijkl",
        "tenants limit acme --rate 5/1s",
        "tenants list",
        "revoke --user alice",
        "revoke list",
        "revoke undo --user alice",
        "run ingest",
        "run fanout",
        "run delivery",
        "up",
        "loadtest short"
      })
  void everyCommandThatAsksKafkaShouldTakeTheFile(String command) throws Exception {
    // Given
    Path wrong = Files.writeString(folder.resolve("wrong"), "acks=0\n");
    String[] arguments = (command + " --kafka k:1 --kafka-config " + wrong).split(" ");

    // When
    CommandRun run = CommandRun.of(arguments);

    // Then
    assertThat(run.status()).as("%s", run).isEqualTo(2);
    assertThat(run.err()).contains("--kafka-config: " + wrong + ": acks: is not about access");
  }

  @Test
  void embeddedKafkaShouldTakeNone() throws Exception {
    CommandRun run = CommandRun.of("up", "--kafka-config", file("one", "SSL").toString());

    assertThat(run.status()).isEqualTo(2);
    assertThat(run.err()).contains("--kafka-config: is of a Kafka that --kafka names");
  }

  @Test
  void fileThatOthersMayReadShouldBeToldOnStderr() throws Exception {
    // Given
    Path open = file("open", "SSL");
    Files.setPosixFilePermissions(open, PosixFilePermissions.fromString("rw-r--r--"));

    // When
    CommandRun run =
        CommandRun.of("topics", "describe", "--kafka", "no-port", "--kafka-config", "" + open);

    // Then
    assertThat(run.err()).contains("Warning: others than its owner may read or change " + open);
  }
}
