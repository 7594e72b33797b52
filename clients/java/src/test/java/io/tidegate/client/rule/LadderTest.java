package io.tidegate.client.rule;

import static io.tidegate.client.protocol.Transport.POLL;
import static io.tidegate.client.protocol.Transport.STREAM;
import static io.tidegate.client.protocol.Transport.WEBSOCKET;
import static org.assertj.core.api.Assertions.assertThat;

import io.tidegate.client.protocol.Transport;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

final class LadderTest {
  private final Ladder ladder = new Ladder(List.of(WEBSOCKET, STREAM, POLL), 1000, () -> 0.5);

  @Test
  void whatDoesNotGetThroughShouldMakePlaceForTheNextAndAfterTheLastComesTheFirst() {
    List<Transport> used = new ArrayList<>();
    for (int i = 0; i < 4; i++) {
      used.add(ladder.transport());
      ladder.failed(0);
    }
    assertThat(used).containsExactly(WEBSOCKET, STREAM, POLL, WEBSOCKET);
  }

  @Test
  void betterOneShouldBeTriedLaterEachTimeAfterTwiceAsLongUpToAnHour() {
    assertThat(ladder.climbIn(0)).isEqualTo(Ladder.BEST);
    ladder.failed(0);
    assertThat(ladder.climbIn(0)).isEqualTo(1000);
    assertThat(ladder.climbIn(400)).isEqualTo(600);
    assertThat(ladder.better()).containsExactly(WEBSOCKET);

    List<Long> waits = new ArrayList<>();
    for (int i = 0; i < 13; i++) {
      ladder.tried(0);
      waits.add(ladder.climbIn(0));
    }

    assertThat(waits).startsWith(2000L, 4000L, 8000L).endsWith(3_600_000L);
  }

  @Test
  void waitShouldNotBeBegunAnewByEachSessionOnALesserOne() {
    ladder.failed(0);
    ladder.failed(900);
    assertThat(ladder.climbIn(900)).isEqualTo(100);
  }

  @Test
  void onceTheBestStandsWaitsShouldBeShortAgain() {
    ladder.failed(0);
    ladder.tried(0);
    ladder.climb(WEBSOCKET);
    assertThat(ladder.climbIn(0)).isEqualTo(Ladder.BEST);
    ladder.welcomed();
    ladder.failed(0);
    assertThat(ladder.climbIn(0)).isEqualTo(1000);
  }

  @Test
  void workerThatWasReachedShouldBeAnotherChanceForTheBest() {
    ladder.failed(0);
    ladder.restart();
    assertThat(ladder.transport()).isEqualTo(WEBSOCKET);
  }
}
