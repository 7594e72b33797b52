package io.tidegate.ingest.publish;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
class WakeupsTest {
  private static final long MILLI = TimeUnit.MILLISECONDS.toNanos(1);

  private final Wakeups wakeups = new Wakeups(Duration.ofMillis(1), 3);

  private static void joined(Thread thread) throws InterruptedException {
    assertThat(thread.join(Duration.ofSeconds(30))).isTrue();
  }

  /** As whoever waits does: until the time is up. */
  private void waitOut(long deadlineNanos) {
    while (deadlineNanos - System.nanoTime() > 0) {
      wakeups.parkUntil(this, deadlineNanos);
    }
  }

  @Test
  void everyWaitShouldEndWhenItsTimeIsUp() throws Exception {
    // Given
    long now = System.nanoTime();
    List<Thread> threads = new ArrayList<>();

    // When
    for (int i = 0; i < 200; i++) {
      long deadline = now + i % 50 * MILLI;
      threads.add(Thread.ofVirtual().start(() -> waitOut(deadline)));
    }

    // Then
    for (Thread each : threads) {
      joined(each);
    }
    assertThat(System.nanoTime() - now).isGreaterThanOrEqualTo(49 * MILLI);
  }

  @Test
  void aThreadThatIsUnparkedShouldNotWaitForItsTime() throws Exception {
    // Given
    long never = System.nanoTime() + TimeUnit.HOURS.toNanos(1);
    AtomicBoolean done = new AtomicBoolean();
    Thread waiting =
        Thread.ofVirtual()
            .start(
                () -> {
                  while (!done.get()) {
                    wakeups.parkUntil(this, never);
                  }
                });

    // When
    done.set(true);
    LockSupport.unpark(waiting);

    // Then
    joined(waiting);
  }

  @Test
  void anInterruptedThreadShouldNotWait() {
    Thread.currentThread().interrupt();

    wakeups.parkUntil(this, System.nanoTime() + TimeUnit.HOURS.toNanos(1));

    assertThat(Thread.interrupted()).isTrue();
  }

  /** Nobody looks while nobody waits, and then somebody has to begin again. */
  @Test
  void waitsAfterAPauseShouldEndTooWhenTheirTimeIsUp() throws Exception {
    for (int i = 0; i < 20; i++) {
      waitOut(System.nanoTime() + MILLI);
      while (!wakeups.isAsleep()) {
        Thread.sleep(1);
      }
    }
  }
}
