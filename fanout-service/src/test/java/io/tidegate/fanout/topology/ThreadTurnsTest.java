package io.tidegate.fanout.topology;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;

final class ThreadTurnsTest {
  private static final long NOW = 1_000_000;

  @Test
  void twoThirdsOfTheTimeShouldBeLeftToOthers() {
    // Given
    ThreadTurns turns = ThreadTurns.current();

    // When
    turns.taken(NOW, NOW + 30);

    // Then
    assertThat(turns.freeMillis()).isEqualTo(NOW + 30 + 60);
  }

  @Test
  void shortTurnShouldLeaveAPauseAllTheSame() {
    // Given
    ThreadTurns turns = ThreadTurns.current();

    // When
    turns.taken(NOW, NOW);

    // Then
    assertThat(turns.freeMillis()).isEqualTo(NOW + 20);
  }

  @Test
  void threadShouldHaveTurnsOfItsOwnThatItsTasksShare() {
    // Given
    ThreadTurns mine = ThreadTurns.current();

    // When
    ThreadTurns other = CompletableFuture.supplyAsync(ThreadTurns::current).join();

    // Then
    assertThat(ThreadTurns.current()).isSameAs(mine);
    assertThat(other).isNotSameAs(mine);
  }
}
