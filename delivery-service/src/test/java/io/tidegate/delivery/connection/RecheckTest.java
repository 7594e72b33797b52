package io.tidegate.delivery.connection;

import static org.assertj.core.api.Assertions.assertThat;

import io.netty.channel.embedded.EmbeddedChannel;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.RepeatedTest;
import org.junit.jupiter.api.RepetitionInfo;
import org.junit.jupiter.api.Test;

final class RecheckTest {
  private final EmbeddedChannel channel = new EmbeddedChannel();
  private final List<Registered> connections = new ArrayList<>();
  private final Recheck recheck = new Recheck(channel.eventLoop(), connections, () -> 0);

  /** One that counts looks, and may go at one. */
  private final class Fake extends Registered {
    private final boolean goes;
    private int looks;

    Fake(boolean goes) {
      this.goes = goes;
      connections.add(this);
    }

    @Override
    void tick(long nowNanos) {}

    @Override
    void recheck(long nowNanos) {
      looks++;
      if (goes) {
        leave();
      }
    }

    /** As from a loop: the last takes its place. */
    void leave() {
      int place = connections.indexOf(this);
      Registered last = connections.removeLast();
      if (place >= 0 && place < connections.size()) {
        connections.set(place, last);
      }
    }
  }

  RecheckTest() {
    channel.freezeTime();
  }

  @AfterEach
  void close() {
    channel.finishAndReleaseAll();
  }

  private List<Fake> fakes(int count) {
    List<Fake> fakes = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      fakes.add(new Fake(false));
    }
    return fakes;
  }

  private static long looks(List<Fake> fakes) {
    return fakes.stream().mapToLong(fake -> fake.looks).sum();
  }

  private void turn() {
    channel.advanceTimeBy(1, TimeUnit.MILLISECONDS);
    channel.runScheduledPendingTasks();
    channel.runPendingTasks();
  }

  @Test
  void lookShouldComeInPieces() {
    // Given
    List<Fake> fakes = fakes(2 * Recheck.PIECE + 1);

    // When
    recheck.ask();
    channel.runPendingTasks();

    // Then
    assertThat(looks(fakes)).isEqualTo(Recheck.PIECE);

    // When
    turn();
    turn();
    turn();

    // Then
    assertThat(fakes).allSatisfy(fake -> assertThat(fake.looks).isEqualTo(1));
  }

  @Test
  void manyChangesAtOnceShouldCostOneLook() {
    // Given
    List<Fake> fakes = fakes(3);

    // When
    for (int i = 0; i < 1_000; i++) {
      recheck.ask();
    }
    turn();
    turn();

    // Then
    assertThat(fakes).allSatisfy(fake -> assertThat(fake.looks).isEqualTo(1));
  }

  @Test
  void changesDuringALookShouldCostOneMore() {
    // Given
    List<Fake> fakes = fakes(2 * Recheck.PIECE);
    recheck.ask();
    channel.runPendingTasks();

    // When
    recheck.ask();
    channel.runPendingTasks();
    recheck.ask();
    channel.runPendingTasks();
    for (int i = 0; i < 10; i++) {
      turn();
    }

    // Then
    assertThat(fakes).allSatisfy(fake -> assertThat(fake.looks).isEqualTo(2));
  }

  /** Connections come and go between pieces, and at a look; those that stay are all seen. */
  @RepeatedTest(50)
  void nobodyWhoStaysShouldBeMissed(RepetitionInfo repetition) {
    // Given
    Random random = new Random(repetition.getCurrentRepetition());
    List<Fake> stay = new ArrayList<>();
    List<Fake> going = new ArrayList<>();
    for (int i = 0; i < 2_000; i++) {
      switch (random.nextInt(4)) {
        case 0 -> new Fake(true);
        case 1 -> going.add(new Fake(false));
        default -> stay.add(new Fake(false));
      }
    }

    // When
    recheck.ask();
    for (int i = 0; i < 20; i++) {
      for (int gone = random.nextInt(60); gone > 0 && !going.isEmpty(); gone--) {
        going.remove(random.nextInt(going.size())).leave();
      }
      fakes(random.nextInt(3));
      turn();
    }

    // Then
    assertThat(stay).allSatisfy(fake -> assertThat(fake.looks).isPositive());
    assertThat(connections).noneMatch(each -> ((Fake) each).goes);
  }
}
