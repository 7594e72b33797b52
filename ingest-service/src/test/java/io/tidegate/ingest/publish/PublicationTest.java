package io.tidegate.ingest.publish;

import static org.assertj.core.api.Assertions.assertThat;

import io.tidegate.ingest.admission.SharedRoom;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

class PublicationTest {
  private static final Window WINDOW = new Window(1, SharedRoom.UNSHARED, "default");

  private final ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();

  @AfterEach
  void stop() {
    threads.shutdownNow();
  }

  private static Publication of(int records, long waitMillis) {
    Publication publication = new Publication(records, WINDOW);
    publication.sent(System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(waitMillis));
    return publication;
  }

  @Test
  void allAnswersShouldBeCounted() {
    // Given
    Publication publication = of(3, 60_000);
    Throwable first = new IllegalStateException("first");

    // When
    publication.acked();
    publication.failed(first);
    assertThat(publication.isDone()).isFalse();
    publication.failed(new IllegalStateException("second"));

    // Then
    assertThat(publication.isDone()).isTrue();
    assertThat(publication.failure()).isSameAs(first);
    assertThat(publication.await()).isEqualTo(new Published(1, 3, first));
  }

  @Test
  void whatIsNotAnsweredInTimeShouldCountAsNotAcknowledged() {
    // Given
    Window window = new Window(1, SharedRoom.UNSHARED, "default");
    Publication publication = new Publication(2, window);
    publication.sent(System.nanoTime());
    publication.acked();

    // When
    Published published = publication.await();

    // Then
    assertThat(published.acked()).isEqualTo(1);
    assertThat(published.complete()).isFalse();
    assertThat(published.cause()).isInstanceOf(TimeoutException.class);
    assertThat(window.isClosed()).isTrue();
  }

  @Test
  void interruptionShouldEndTheWaitAndLeaveTheThreadAbleToAnswer() {
    // Given
    Publication publication = of(1, 60_000);
    Thread.currentThread().interrupt();

    // When
    Published published = publication.await();

    // Then
    assertThat(published.cause()).isInstanceOf(InterruptedException.class);
    assertThat(Thread.currentThread().isInterrupted()).isFalse();
  }

  /** The last answer comes at any moment of the coming to wait. */
  @Test
  @Timeout(60)
  void noWaitShouldMissTheLastAnswer() throws Exception {
    List<Publication> all = new ArrayList<>();
    for (int i = 0; i < 20_000; i++) {
      all.add(of(2, 600_000));
    }
    List<Future<Integer>> waits = new ArrayList<>();
    for (Publication each : all) {
      Callable<Integer> wait = () -> each.await().acked();
      waits.add(threads.submit(wait));
      if (ThreadLocalRandom.current().nextInt(4) == 0) {
        each.acked();
      } else {
        threads.execute(each::acked);
      }
      each.acked();
    }
    for (Future<Integer> wait : waits) {
      assertThat(wait.get()).isEqualTo(2);
    }
  }
}
