package io.tidegate.testkafka;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.InstanceOfAssertFactories.type;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class DockerAnswerTest {
  private static final Duration LONG = Duration.ofSeconds(30);

  @Test
  void answerShouldBeHere() {
    assertThat(DockerAnswer.ask(() -> "info", LONG)).isEqualTo(new DockerAnswer.Here());
  }

  @Test
  void noneShouldBeAbsentWithTheReason() {
    // Given
    Callable<?> none =
        () -> {
          throw new IllegalStateException("Could not find a valid Docker environment");
        };

    // When
    DockerAnswer answer = DockerAnswer.ask(none, LONG);

    // Then
    assertThat(answer)
        .asInstanceOf(type(DockerAnswer.Absent.class))
        .extracting(DockerAnswer.Absent::reason)
        .asString()
        .startsWith("no Docker answers here (DOCKER_HOST ")
        .endsWith("): Could not find a valid Docker environment");
  }

  @Test
  void silenceShouldBeAbsentWhenTheTimeIsOver() throws Exception {
    // Given
    CountDownLatch never = new CountDownLatch(1);
    CountDownLatch begun = new CountDownLatch(1);
    CountDownLatch interrupted = new CountDownLatch(1);
    Callable<?> silent =
        () -> {
          begun.countDown();
          try {
            never.await();
          } finally {
            interrupted.countDown();
          }
          return "info";
        };

    // When
    DockerAnswer answer = DockerAnswer.ask(silent, Duration.ofMillis(50));

    // Then
    assertThat(answer)
        .asInstanceOf(type(DockerAnswer.Absent.class))
        .extracting(DockerAnswer.Absent::reason)
        .asString()
        .endsWith("): nothing said within 50 ms");
    // On a busy machine it may have been given up before it began.
    assertThat(begun.getCount() == 1 || interrupted.await(10, TimeUnit.SECONDS)).isTrue();
  }

  @Test
  void faultOfOursShouldNotPassForAMissingDocker() {
    Callable<?> broken =
        () -> {
          throw new IOException("class path");
        };
    assertThatThrownBy(() -> DockerAnswer.ask(broken, LONG)).hasRootCauseMessage("class path");
  }

  /** Testcontainers itself would wait for ever here. */
  @Test
  void dockerHostThatAcceptsAndSaysNothingShouldSkipInTime(@TempDir Path folder) throws Exception {
    try (ServerSocket silent = new ServerSocket(0, 50, InetAddress.getLoopbackAddress())) {
      assertThat(askInAnotherProcess(folder, "tcp://127.0.0.1:" + silent.getLocalPort()))
          .startsWith("disabled: no Docker answers here (DOCKER_HOST tcp://127.0.0.1:")
          .endsWith("): nothing said within 10000 ms");
    }
  }

  @Test
  void dockerHostThatRefusesShouldSkipUnlessAnotherDockerAnswers(@TempDir Path folder)
      throws Exception {
    int nobodys;
    try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      nobodys = socket.getLocalPort();
    }
    assertThat(askInAnotherProcess(folder, "tcp://127.0.0.1:" + nobodys))
        .satisfiesAnyOf(
            said ->
                assertThat(said)
                    .startsWith("disabled: no Docker answers here (DOCKER_HOST tcp://127.0.0.1:"),
            // Testcontainers goes on to the usual sockets.
            said -> assertThat(said).isEqualTo("enabled: Docker answers"));
  }

  /**
   * In a process of its own because the environment and what Testcontainers found stay for ever.
   */
  private static String askInAnotherProcess(Path folder, String dockerHost) throws Exception {
    ProcessBuilder builder =
        new ProcessBuilder(
            Path.of(System.getProperty("java.home"), "bin", "java").toString(),
            "--enable-native-access=ALL-UNNAMED",
            "-cp",
            System.getProperty("java.class.path"),
            PrintCondition.class.getName());
    builder.environment().put("DOCKER_HOST", dockerHost);
    Path said = folder.resolve("said");
    Process process =
        builder
            .redirectOutput(said.toFile())
            .redirectError(ProcessBuilder.Redirect.DISCARD)
            .start();
    try {
      assertThat(process.waitFor(LONG)).as("ends within " + LONG).isTrue();
      return java.nio.file.Files.readString(said).lines().reduce("", (_, last) -> last);
    } finally {
      process.destroyForcibly();
    }
  }
}
