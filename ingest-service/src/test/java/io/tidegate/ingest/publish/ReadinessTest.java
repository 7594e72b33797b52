package io.tidegate.ingest.publish;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class ReadinessTest {
  private static final TopicProbe.Answer PRESENT = new TopicProbe.Answer.Present(12);

  private final AtomicLong now = new AtomicLong();
  private final AtomicInteger asked = new AtomicInteger();

  private TopicProbe probe(TopicProbe.Answer answer) {
    return new TopicProbe() {
      @Override
      public Answer ask(String topic, Duration timeout) {
        asked.incrementAndGet();
        return answer;
      }

      @Override
      public @Nullable Copies copies(String topic, Duration timeout) {
        return null;
      }

      @Override
      public void close() {}
    };
  }

  @Test
  void freshAnswerShouldBeGivenWithoutAsking() {
    // Given
    Readiness readiness = new Readiness(probe(PRESENT), "messages", PRESENT, now::get);

    // When
    now.addAndGet(Readiness.FRESH.toNanos());
    Readiness.State state = readiness.state();

    // Then
    assertThat(state.up()).isTrue();
    assertThat(state.detail()).isEqualTo("12 partitions");
    assertThat(asked).hasValue(0);
  }

  @Test
  void staleAnswerShouldBeAskedForOnce() {
    // Given
    Readiness readiness =
        new Readiness(
            probe(new TopicProbe.Answer.Unreachable("no route")), "messages", PRESENT, now::get);
    now.addAndGet(Readiness.FRESH.toNanos() + 1);

    // When
    Readiness.State first = readiness.state();
    Readiness.State second = readiness.state();

    // Then
    assertThat(first).isEqualTo(new Readiness.State(false, "no route")).isEqualTo(second);
    assertThat(asked).hasValue(1);
  }

  @Test
  void othersShouldNotWaitForTheOneThatAsks() throws Exception {
    // Given
    CountDownLatch entered = new CountDownLatch(1);
    CountDownLatch release = new CountDownLatch(1);
    TopicProbe slow =
        new TopicProbe() {
          @Override
          public Answer ask(String topic, Duration timeout) {
            entered.countDown();
            try {
              release.await();
            } catch (InterruptedException e) {
              Thread.currentThread().interrupt();
            }
            return new Answer.Missing();
          }

          @Override
          public @Nullable Copies copies(String topic, Duration timeout) {
            return null;
          }

          @Override
          public void close() {}
        };
    Readiness readiness = new Readiness(slow, "messages", PRESENT, now::get);
    now.addAndGet(Readiness.FRESH.toNanos() + 1);
    CompletableFuture<Readiness.State> asking = CompletableFuture.supplyAsync(readiness::state);
    entered.await();

    // When
    Readiness.State meanwhile = readiness.state();
    release.countDown();

    // Then
    assertThat(meanwhile.up()).isTrue();
    assertThat(asking.join()).isEqualTo(new Readiness.State(false, "the topic does not exist"));
  }

  @Test
  void drainingShouldNotBeReady() {
    // Given
    Readiness readiness = new Readiness(probe(PRESENT), "messages", PRESENT, now::get);

    // When
    readiness.drain();

    // Then
    assertThat(readiness.state()).isEqualTo(new Readiness.State(false, "stopping"));
  }
}
