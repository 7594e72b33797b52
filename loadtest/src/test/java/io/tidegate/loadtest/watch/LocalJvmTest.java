package io.tidegate.loadtest.watch;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class LocalJvmTest {
  @TempDir Path folder;

  private void command(String... arguments) throws IOException {
    Files.writeString(folder.resolve("cmdline"), String.join("\0", arguments) + "\0");
  }

  private void jdk() throws IOException {
    Path home = folder.resolve("opt/jdk");
    Files.createDirectories(home.resolve("bin"));
    Files.writeString(home.resolve("bin/java"), "");
    Files.writeString(
        home.resolve("release"),
        """
        IMPLEMENTOR="Some, Inc."
        JAVA_RUNTIME_VERSION="25.0.1+8-LTS"
        JAVA_VERSION="25.0.1"
        MODULES="java.base java.xml"
        """);
    Files.createSymbolicLink(folder.resolve("exe"), home.resolve("bin/java"));
  }

  @Test
  void aBrokerTellsItsJvmItsOptionsAndItsKafka() throws IOException {
    jdk();
    command(
        "/opt/jdk/bin/java",
        "-Xmx1G",
        "-XX:+UseG1GC",
        "-Dpassword=marker",
        "-cp",
        "/k/libs/kafka-clients-9.9.9.jar:/k/libs/kafka_2.13-4.3.1.jar:/k/libs/z.jar",
        "kafka.Kafka",
        "marker.properties");

    assertThat(LocalJvm.of(folder))
        .isEqualTo(
            Map.of(
                "JDK", "25.0.1+8-LTS",
                "JDK vendor", "Some, Inc.",
                "-Xmx", "1G",
                "-XX:UseG1GC", "true",
                "Kafka", "4.3.1"));
    Files.writeString(folder.resolve("stat"), "42 (java) S 1 42 42 0 -1 0 9 0 0 0 0 0 0 0 20 0");
    Files.writeString(folder.resolve("status"), "VmRSS:\t       2 kB\n");
    LocalProbe probe = new LocalProbe("broker", 42, folder, folder);
    probe.read(0, 1);
    assertThat(probe.watched().runtime()).isEqualTo(LocalJvm.of(folder));
    assertThat(probe.watched().version()).isEqualTo("Kafka 4.3.1, JVM 25.0.1+8-LTS");
  }

  @ParameterizedTest
  @CsvSource({
    "kafka-server-4.3.1.jar, 4.3.1",
    "/k/kafka_2.13-3.9.0.jar, 3.9.0",
    "/k/kafka-server-4.4.0-SNAPSHOT.jar, 4.4.0-SNAPSHOT",
    "/k/kafka-clients-4.3.1.jar,",
    "/k/kafka-server-common-4.3.1.jar,",
    "/k/kafka-streams-4.3.1.jar,",
    "/my-kafka-server-1.jar,",
    "/kafka-server-1.jar.old,"
  })
  void aBrokerIsKnownByItsOwnJar(String file, String version) throws IOException {
    command("java", "kafka.Kafka");
    Files.createDirectory(folder.resolve("fd"));
    Files.createSymbolicLink(folder.resolve("fd/7"), Path.of(file));

    assertThat(LocalJvm.of(folder))
        .isEqualTo(version == null ? Map.of() : Map.of("Kafka", version));
  }

  @Test
  void whatIsNoJvmOrTellsNothingHasNothing() throws IOException {
    assertThat(LocalJvm.of(folder)).isEmpty();

    command("nginx", "-Xmx1g", "kafka-server-4.3.1.jar");
    assertThat(LocalJvm.of(folder)).isEmpty();

    command("java", "-Xmx1g");
    assertThat(LocalJvm.of(folder)).isEqualTo(Map.of("-Xmx", "1g"));
  }

  @Test
  void thisJvmIsKnown() {
    Map<String, String> runtime = LocalJvm.of(Path.of("/proc/self"));

    assertThat(runtime).containsEntry("JDK", System.getProperty("java.runtime.version"));
  }
}
