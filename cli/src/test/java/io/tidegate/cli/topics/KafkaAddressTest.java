package io.tidegate.cli.topics;

import static org.assertj.core.api.Assertions.assertThat;

import io.tidegate.cli.broker.Serving;
import io.tidegate.contract.StartupException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class KafkaAddressTest {
  @TempDir Path folder;

  @Test
  void whatIsAskedForShouldGoBeforeTheVariableAndThatBeforeWhatRuns() throws Exception {
    try (ServerSocket kafka = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      String running = "127.0.0.1:" + kafka.getLocalPort();
      new Serving(1, 2, 3, running, null).write(folder);

      assertThat(KafkaAddress.find("a:1", "b:2", folder).kafka()).isEqualTo("a:1");
      assertThat(KafkaAddress.find(null, "b:2", folder).kafka()).isEqualTo("b:2");
      assertThat(KafkaAddress.find(null, "", folder).kafka()).isEqualTo(running);
      assertThat(KafkaAddress.find(null, null, folder).kafka()).isEqualTo(running);
    }
  }

  @Test
  void theFileOfWhatRunsShouldCountWhereNobodyNamesAKafka() throws Exception {
    try (ServerSocket kafka = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      String running = "127.0.0.1:" + kafka.getLocalPort();
      Path file = folder.resolve("a \\ b.properties");
      Files.writeString(file, "security.protocol=SSL\n");

      new Serving(1, 2, 3, running, file).write(folder);
      KafkaAddress ofUp = new KafkaAddress(KafkaAddress.find(null, null, folder));
      assertThat(ofUp.access(line -> {}).file()).isEqualTo(file);

      new Serving(1, 2, 3, running, null).write(folder);
      assertThat(KafkaAddress.find(null, null, folder).config()).isNull();
      assertThat(KafkaAddress.find("a:1", null, folder).isOfUp()).isFalse();
    }
  }

  @Test
  void whatRunsNoMoreShouldCountForNothing() throws Exception {
    assertThat(KafkaAddress.find(null, null, folder).kafka()).isEqualTo("127.0.0.1:19092");
    int free;
    try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      free = socket.getLocalPort();
    }
    new Serving(1, 2, 3, "127.0.0.1:" + free, null).write(folder);
    assertThat(KafkaAddress.find(null, null, folder).kafka()).isEqualTo("127.0.0.1:19092");
    new Serving(1, 2, 3, "nonsense", null).write(folder);
    assertThat(KafkaAddress.find(null, null, folder).kafka()).isEqualTo("127.0.0.1:19092");
  }

  @Test
  void failureShouldSayWhereAnAddressComesFromThatNobodyAskedFor() {
    StartupException failure = new StartupException("no answer");

    assertThat(new KafkaAddress(KafkaAddress.find("a:1", null, folder)).explained(failure))
        .isSameAs(failure);
    assertThat(new KafkaAddress(KafkaAddress.find(null, "b:2", folder)).explained(failure))
        .hasMessage(
            "no answer (Kafka at b:2 was asked, what TIDEGATE_KAFKA says;"
                + " --kafka HOST:PORT names another)");
    assertThat(new KafkaAddress(KafkaAddress.find(null, null, folder)).explained(failure))
        .hasMessageContaining("Kafka at 127.0.0.1:19092 was asked, the default, since no ");
  }
}
