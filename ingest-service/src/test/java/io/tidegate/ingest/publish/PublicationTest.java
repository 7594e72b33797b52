package io.tidegate.ingest.publish;

import static org.assertj.core.api.Assertions.assertThat;

import io.tidegate.ingest.admission.SharedRoom;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

class PublicationTest {
  private static final Window WINDOW = new Window(1, SharedRoom.UNSHARED, "default");
  private static final Company COMPANY = new Company(1, Departures.UNUSED);

  private final ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();

  @AfterEach
  void stop() {
    threads.shutdownNow();
  }

  private static Publication of(int records, long waitMillis) {
    Publication publication = new Publication(records, WINDOW, COMPANY);
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
  void interruptionOfOneThatIsDoneShouldLeaveTheThreadAbleToAnswer() {
    // Given
    Publication publication = of(1, 60_000);
    publication.acked();
    Thread.currentThread().interrupt();

    // When
    Published published = publication.await();

    // Then
    assertThat(published.complete()).isTrue();
    assertThat(Thread.currentThread().isInterrupted()).isFalse();
  }

  private static Departures into(List<String> said) {
    return new Departures() {
      @Override
      public void now() {
        said.add("now");
      }

      @Override
      public void afterLull() {
        said.add("after a lull");
      }
    };
  }

  @Test
  void whatIsNotAnsweredInTimeShouldCountAsNotAcknowledged() {
    // Given
    Window window = new Window(1, SharedRoom.UNSHARED, "default");
    Publication publication = new Publication(2, window, COMPANY);
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

  @Test
  void whatFewWaitForShouldGoAtOnceAndThatOfManyAfterALull() throws Exception {
    // Given
    List<String> said = new CopyOnWriteArrayList<>();
    Company company = new Company(2, into(said));
    List<Publication> all = new ArrayList<>();
    for (int i = 0; i < 5; i++) {
      Publication each = new Publication(1, WINDOW, company);
      each.sent(System.nanoTime() + TimeUnit.MINUTES.toNanos(1));
      all.add(each);
    }
    all.getFirst().acked();

    // When
    all.getFirst().await();
    boolean saidOfOneThatIsDone = !said.isEmpty();
    List<Thread> waiting = new ArrayList<>();
    for (Publication each : all.subList(1, 5)) {
      Thread thread = Thread.ofVirtual().start(each::await);
      Awaitility.await().until(() -> thread.getState() == Thread.State.WAITING);
      waiting.add(thread);
    }
    all.forEach(Publication::acked);
    for (Thread each : waiting) {
      each.join();
    }
    Publication late = new Publication(1, WINDOW, company);
    late.sent(System.nanoTime());
    late.await();

    // Then
    assertThat(saidOfOneThatIsDone).isFalse();
    assertThat(said).containsExactly("now", "now", "after a lull", "after a lull", "now");
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
