package io.tidegate.delivery.connection;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.tidegate.delivery.frame.Frame;
import io.tidegate.delivery.inbox.Addressed;
import io.tidegate.delivery.inbox.InboxCommand;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** What may wait for all clients together; those of another event loop are only counted here. */
final class OutboundBoundTest {
  private final Wire wire = new Wire(10);

  @AfterEach
  void buffersShouldBeReleased() {
    assertThat(wire.finish()).isTrue();
  }

  /** For so many clients of the other loop so much waits. */
  private void elsewhere(int clients, long bytes) {
    for (int i = 0; i < clients; i++) {
      wire.outbound.part(1).change(0, bytes);
    }
  }

  private static List<Addressed> pushes(int count, int bytes) {
    List<Addressed> pushes = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      pushes.add(
          new Addressed(
              17,
              1,
              "default/alice",
              new InboxCommand.Push(i, i + 1, 1, Frame.of("x".repeat(bytes).getBytes(UTF_8)))));
    }
    return pushes;
  }

  @Test
  void whoHasMoreThanItsShareShouldPayOnceTooMuchWaitsForAll() {
    // Given
    wire.attach();
    wire.stall();
    elsewhere(9, 100_000);

    // When
    wire.turn(() -> wire.loop.obey(pushes(4, 40_000)));

    // Then
    assertThat(wire.log.records).last().isEqualTo("down default/alice phone 17.1");
    assertThat(wire.metrics.scrape())
        .contains("tidegate_delivery_closes_total{by=\"worker\",code=\"slow\"} 1.0")
        .contains("tidegate_delivery_outbound_closes_total 1.0");
    assertThat(wire.outbound.waiting()).isLessThan(900_000 + 40_500);

    // When
    wire.letPass(Long.MAX_VALUE);

    // Then
    assertThat(wire.readClose())
        .isEqualTo("4003 too much waits for all clients, and most for this");
  }

  @Test
  void whoHasNoMoreThanItsShareShouldNotPayForOthers() {
    // Given
    wire.attach();
    wire.stall();
    elsewhere(9, 110_000);

    // When
    wire.turn(() -> wire.loop.obey(pushes(2, 45_000)));
    wire.pass(1);

    // Then
    assertThat(wire.outbound.isOver()).isTrue();
    assertThat(wire.log.records).noneMatch(record -> record.startsWith("down"));
  }

  @Test
  void nobodyShouldPayWhileThereIsRoom() {
    // Given
    wire.attach();
    wire.stall();
    elsewhere(9, 10_000);

    // When
    wire.turn(() -> wire.loop.obey(pushes(4, 40_000)));
    wire.pass(1);

    // Then
    assertThat(wire.outbound.waiting()).isBetween(250_000L, 250_200L);
    assertThat(wire.log.records).noneMatch(record -> record.startsWith("down"));
  }

  @Test
  void whatTheOthersAddShouldBeSeenAtTheNextTick() {
    // Given
    wire.attach();
    wire.stall();
    wire.turn(() -> wire.loop.obey(pushes(4, 40_000)));

    // When
    elsewhere(9, 100_000);
    wire.loop.tick();

    // Then
    assertThat(wire.log.records).last().isEqualTo("down default/alice phone 17.1");
  }

  @Test
  void whoHasPaidAndStillHasTooMuchShouldBeCut() {
    // Given: what the socket was given cannot be dropped.
    wire.attach();
    wire.stall();
    elsewhere(9, 100_000);
    wire.turn(() -> wire.loop.obey(pushes(2, 120_000)));
    boolean before = wire.channel.isOpen();

    // When
    wire.loop.tick();

    // Then
    assertThat(before).isTrue();
    assertThat(wire.channel.isOpen()).isFalse();
    assertThat(wire.outbound.waiting()).isEqualTo(900_000);
  }

  @Test
  void whatWasTakenShouldNotCountAnyMore() {
    // Given
    wire.attach();
    wire.stall();
    wire.turn(() -> wire.loop.obey(pushes(4, 40_000)));

    // When
    wire.letPass(Long.MAX_VALUE);
    wire.pass(1);

    // Then
    assertThat(wire.outbound.waiting()).isZero();
    assertThat(wire.read()).hasSize(160_000);
  }

  /** One frame has no backlog behind it. */
  @Test
  void largeFrameThatWasTakenShouldNotCountAnyMore() {
    // Given
    wire.attach();
    wire.stall();
    wire.turn(() -> wire.loop.obey(pushes(1, 200_000)));
    assertThat(wire.outbound.waiting()).isGreaterThan(190_000);

    // When
    wire.letPass(Long.MAX_VALUE);

    // Then
    assertThat(wire.outbound.waiting()).isZero();

    // When
    elsewhere(9, 120_000);
    wire.turn(() -> wire.loop.obey(List.of()));
    wire.pass(1);

    // Then
    assertThat(wire.log.records).noneMatch(record -> record.startsWith("down"));
  }

  @Test
  void whatWaitsForAClientThatIsGoneShouldNotCount() {
    // Given
    wire.attach();
    wire.stall();
    wire.turn(() -> wire.loop.obey(pushes(4, 40_000)));

    // When
    wire.cut();

    // Then
    assertThat(wire.outbound.waiting()).isZero();
  }
}
