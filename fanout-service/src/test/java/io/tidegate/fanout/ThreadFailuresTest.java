package io.tidegate.fanout;

import static java.util.concurrent.TimeUnit.SECONDS;
import static org.apache.kafka.streams.errors.StreamsUncaughtExceptionHandler.StreamThreadExceptionResponse.REPLACE_THREAD;
import static org.apache.kafka.streams.errors.StreamsUncaughtExceptionHandler.StreamThreadExceptionResponse.SHUTDOWN_CLIENT;
import static org.assertj.core.api.Assertions.assertThat;

import io.tidegate.contract.kafka.KafkaAccess;
import io.tidegate.contract.kafka.KafkaTrouble;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicLong;
import org.apache.kafka.common.errors.FencedInstanceIdException;
import org.apache.kafka.common.errors.SaslAuthenticationException;
import org.apache.kafka.streams.errors.StreamsException;
import org.apache.kafka.streams.errors.StreamsUncaughtExceptionHandler.StreamThreadExceptionResponse;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ThreadFailuresTest {
  private final AtomicLong nanos = new AtomicLong();
  private final KafkaAccess access = KafkaAccess.plain("127.0.0.1:9");

  /** At the death, and where no client could be made twice. */
  private final CountDownLatch told = new CountDownLatch(3);

  private final KafkaTrouble trouble =
      new KafkaTrouble(
          access,
          () -> {
            told.countDown();
            return nanos.get();
          });
  private final ThreadFailures failures = failures(access);

  private ThreadFailures failures(KafkaAccess by) {
    return new ThreadFailures(by, trouble, Duration.ofMillis(10), nanos::get);
  }

  @Test
  void threadShouldBeReplacedUntilItDiesTooOften() {
    // When
    for (int i = 0; i < ThreadFailures.MAX_REPLACED; i++) {
      assertThat(failures.handle(new StreamsException("again"))).isEqualTo(REPLACE_THREAD);
    }

    // Then
    assertThat(failures.handle(new StreamsException("again"))).isEqualTo(SHUTDOWN_CLIENT);
  }

  @Test
  void deathsOfLongAgoShouldNotCount() {
    // Given
    for (int i = 0; i < ThreadFailures.MAX_REPLACED; i++) {
      failures.handle(new StreamsException("again"));
    }

    // When
    nanos.addAndGet(ThreadFailures.WITHIN.toNanos() + 1);

    // Then
    assertThat(failures.handle(new StreamsException("again"))).isEqualTo(REPLACE_THREAD);
  }

  @Test
  void instanceIdThatAnotherHasShouldStopTheClientAtOnce() {
    // When
    Throwable thrown = new StreamsException(new FencedInstanceIdException("another has it"));

    // Then
    assertThat(failures.handle(thrown)).isEqualTo(SHUTDOWN_CLIENT);
  }

  /** A new process would be refused as well, and Kafka may take the login again. */
  @Test
  void threadWhoseLoginIsRefusedShouldBeReplacedHoweverOften() {
    // Given
    Throwable refused = refused();

    // When
    for (int i = 0; i < 3 * ThreadFailures.MAX_REPLACED; i++) {
      assertThat(failures.handle(refused)).isEqualTo(REPLACE_THREAD);
    }

    // Then
    assertThat(trouble.refusal()).contains("TIDEGATE_KAFKA_CONFIG");
    assertThat(failures.handle(new StreamsException("another"))).isEqualTo(REPLACE_THREAD);
  }

  /** Streams would make them on the thread that died, and go on without one if it could not. */
  @Test
  void threadShouldNotBeReplacedBeforeClientsCanBeMade(@TempDir Path folder) throws Exception {
    // Given
    Path certificates = folder.resolve("ca.pem");
    Path file = Files.writeString(folder.resolve("kafka"), settings(certificates));
    ThreadFailures waiting = failures(KafkaAccess.read("127.0.0.1:9", file, "F"));

    // When
    CompletableFuture<StreamThreadExceptionResponse> response =
        CompletableFuture.supplyAsync(() -> waiting.handle(refused()));

    // Then
    assertThat(told.await(10, SECONDS)).isTrue();
    assertThat(waiting.isRefused()).isTrue();
    assertThat(response).isNotDone();
    waiting.close();
    assertThat(response.get(10, SECONDS)).isEqualTo(REPLACE_THREAD);
    assertThat(waiting.isRefused()).isFalse();
  }

  @Test
  void clientShouldStopWhereTheFileHasAnotherLoginByNow(@TempDir Path folder) throws Exception {
    // Given
    Path file = Files.writeString(folder.resolve("kafka"), "security.protocol=PLAINTEXT\n");
    ThreadFailures before = failures(KafkaAccess.read("127.0.0.1:9", file, "F"));
    assertThat(before.handle(refused())).isEqualTo(REPLACE_THREAD);

    // When
    Files.writeString(file, "security.protocol=SSL\n");

    // Then
    assertThat(before.handle(refused())).isEqualTo(SHUTDOWN_CLIENT);
  }

  @Test
  void fileThatCannotBeReadShouldStopNothing(@TempDir Path folder) throws Exception {
    // Given
    Path file = Files.writeString(folder.resolve("kafka"), "security.protocol=PLAINTEXT\n");
    ThreadFailures written = failures(KafkaAccess.read("127.0.0.1:9", file, "F"));

    // When
    Files.writeString(file, "security.prot");

    // Then
    assertThat(written.handle(refused())).isEqualTo(REPLACE_THREAD);
  }

  private static Throwable refused() {
    return new StreamsException(new SaslAuthenticationException("no"));
  }

  private static String settings(Path certificates) {
    return "security.protocol=SSL\nssl.truststore.type=PEM\nssl.truststore.location=%s\n"
        .formatted(certificates);
  }
}
