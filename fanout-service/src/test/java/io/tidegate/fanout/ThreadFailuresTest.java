package io.tidegate.fanout;

import static org.apache.kafka.streams.errors.StreamsUncaughtExceptionHandler.StreamThreadExceptionResponse.REPLACE_THREAD;
import static org.apache.kafka.streams.errors.StreamsUncaughtExceptionHandler.StreamThreadExceptionResponse.SHUTDOWN_CLIENT;
import static org.assertj.core.api.Assertions.assertThat;

import java.util.concurrent.atomic.AtomicLong;
import org.apache.kafka.common.errors.FencedInstanceIdException;
import org.apache.kafka.streams.errors.StreamsException;
import org.junit.jupiter.api.Test;

class ThreadFailuresTest {
  private final AtomicLong nanos = new AtomicLong();
  private final ThreadFailures failures = new ThreadFailures(nanos::get);

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
}
