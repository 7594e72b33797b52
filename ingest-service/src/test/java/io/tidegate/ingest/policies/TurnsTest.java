package io.tidegate.ingest.policies;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.Test;

class TurnsTest {
  private static final Duration LONG = Duration.ofSeconds(20);
  private static final Duration SHORT = Duration.ofMillis(20);

  private final Turns turns = new Turns();

  /** On a thread of its own, which leaves if it entered. */
  private boolean enters(ExecutorService executor, String tenant, Duration patience)
      throws Exception {
    return executor
        .submit(
            () -> {
              boolean entered = turns.enter(tenant, patience);
              if (entered) {
                turns.leave(tenant);
              }
              return entered;
            })
        .get();
  }

  @Test
  void oneTenantShouldGoOneAfterTheOtherAndOthersAtOnce() throws Exception {
    try (ExecutorService executor = Executors.newVirtualThreadPerTaskExecutor()) {
      // Given
      turns.enter("acme", LONG);

      // When
      boolean same = enters(executor, "acme", SHORT);
      boolean other = enters(executor, "rival", SHORT);

      // Then
      assertThat(same).isFalse();
      assertThat(other).isTrue();

      // When
      turns.leave("acme");

      // Then
      assertThat(enters(executor, "acme", SHORT)).isTrue();
    }
  }

  @Test
  void nothingShouldBeLeftBehind() throws Exception {
    try (ExecutorService executor = Executors.newVirtualThreadPerTaskExecutor()) {
      // Given: one in vain, one interrupted
      turns.enter("acme", LONG);
      enters(executor, "acme", SHORT);
      CompletableFuture<Thread> waiter = new CompletableFuture<>();
      Future<Boolean> interrupted =
          executor.submit(
              () -> {
                waiter.complete(Thread.currentThread());
                try {
                  return turns.enter("acme", LONG);
                } catch (InterruptedException e) {
                  return false;
                }
              });
      waiter.get().interrupt();
      assertThat(interrupted.get()).isFalse();
      assertThat(turns.tenants()).isEqualTo(1);

      // When
      turns.leave("acme");

      // Then
      assertThat(turns.tenants()).isZero();
      assertThatIllegalStateException().isThrownBy(() -> turns.leave("acme"));
    }
  }

  @Test
  void thousandsOfTurnsShouldNeverOverlap() throws Exception {
    int[] inside = new int[1];
    int[] most = new int[1];
    try (ExecutorService executor = Executors.newVirtualThreadPerTaskExecutor()) {
      for (int i = 0; i < 5_000; i++) {
        var _ =
            executor.submit(
                () -> {
                  assertThat(turns.enter("acme", LONG)).isTrue();
                  most[0] = Math.max(most[0], ++inside[0]);
                  inside[0]--;
                  turns.leave("acme");
                  return true;
                });
      }
    }
    assertThat(most[0]).isEqualTo(1);
    assertThat(inside[0]).isZero();
    assertThat(turns.tenants()).isZero();
  }
}
