package io.tidegate.fanout;

import static org.apache.kafka.streams.errors.StreamsUncaughtExceptionHandler.StreamThreadExceptionResponse.REPLACE_THREAD;
import static org.apache.kafka.streams.errors.StreamsUncaughtExceptionHandler.StreamThreadExceptionResponse.SHUTDOWN_CLIENT;
import static org.assertj.core.api.Assertions.assertThat;

import io.tidegate.contract.kafka.KafkaAccess;
import io.tidegate.contract.kafka.KafkaTrouble;
import java.util.concurrent.atomic.AtomicLong;
import org.apache.kafka.common.errors.FencedInstanceIdException;
import org.apache.kafka.common.errors.SaslAuthenticationException;
import org.apache.kafka.streams.errors.StreamsException;
import org.junit.jupiter.api.Test;

class ThreadFailuresTest {
  private final AtomicLong nanos = new AtomicLong();
  private final KafkaTrouble trouble =
      new KafkaTrouble(KafkaAccess.plain("kafka:9092"), nanos::get);
  private final ThreadFailures failures = new ThreadFailures(trouble, nanos::get);

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
    failures.close(); // so that none waits
    Throwable refused = new StreamsException(new SaslAuthenticationException("no"));

    // When
    for (int i = 0; i < 3 * ThreadFailures.MAX_REPLACED; i++) {
      assertThat(failures.handle(refused)).isEqualTo(REPLACE_THREAD);
    }

    // Then
    assertThat(trouble.refusal()).contains("TIDEGATE_KAFKA_CONFIG");
    assertThat(failures.handle(new StreamsException("another"))).isEqualTo(REPLACE_THREAD);
  }
}
