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
import org.junit.jupiter.params.provider.ValueSource;

final class LocalJvmTest {
  @TempDir Path folder;

  private void command(String... arguments) throws IOException {
    Files.writeString(folder.resolve("cmdline"), String.join("\0", arguments) + "\0");
  }

  private void jdk() throws IOException {
    Path home = folder.resolve("root/opt/jdk");
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
    Files.createSymbolicLink(folder.resolve("exe"), Path.of("/opt/jdk/bin/java"));
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
  void anotherJdkInThePlaceOfItsOwnIsNotTold() throws IOException {
    command("java");
    jdk();
    Files.delete(folder.resolve("exe"));
    Files.createSymbolicLink(folder.resolve("exe"), Path.of("/opt/jdk/bin/java (deleted)"));

    assertThat(LocalJvm.of(folder)).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "Main",
        "-jar app.jar",
        "-cp a.jar Main",
        "-classpath a.jar Main",
        "--class-path a.jar Main",
        "--class-path=a.jar Main",
        "-p mods -m app/app.Main",
        "--module-path mods --module app/app.Main",
        "--module-path=mods --module=app/app.Main",
        "--add-opens java.base/java.lang=ALL-UNNAMED -jar app.jar",
        "--add-exports a/b=c --add-reads a=b --patch-module a=b Main",
        "--upgrade-module-path u --add-modules a --limit-modules b Main",
        "--enable-native-access ALL-UNNAMED -jar app.jar",
        "--source 25 Main.java",
        "@options"
      })
  void whatIsForTheProgramIsNoOption(String runs) throws IOException {
    command(("java -Xms1g " + runs + " -Xmx5g -XX:+UseZGC").split(" "));

    assertThat(LocalJvm.of(folder)).isEqualTo(Map.of("-Xms", "1g"));
  }

  @ParameterizedTest
  @ValueSource(strings = {"-cp a.jar", "-p mods", "-jar", "-Dx", "--add-modules a", "--source 25"})
  void optionsBehindOthersAndTheirValuesCount(String options) throws IOException {
    command(("java " + options + " -Xmx5g Main").split(" "));

    assertThat(LocalJvm.of(folder)).isEqualTo(Map.of("-Xmx", "5g"));
  }

  @Test
  void thisJvmIsKnown() {
    Map<String, String> runtime = LocalJvm.of(Path.of("/proc/self"));

    assertThat(runtime).containsEntry("JDK", System.getProperty("java.runtime.version"));
  }
}
