package io.tidegate.delivery.connection;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.tidegate.contract.Urgency;
import io.tidegate.contract.UserKey;
import io.tidegate.delivery.auth.Door;
import io.tidegate.delivery.auth.Origins;
import io.tidegate.delivery.frame.ClientFrame;
import io.tidegate.delivery.inbox.InboxCommand;
import io.tidegate.delivery.session.Arrivals.Turn;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Sessions that wait for their turn: one a second may begin here. */
final class DoorwayTest {
  private static final ClientFrame.Hello OTHER =
      new ClientFrame.Hello(new UserKey("default", "zoe"), "d", 256, null, Urgency.NORMAL);

  private final Wire wire = new Wire(10, new Door.Open(), Origins.NONE, 1);

  @AfterEach
  void buffersShouldBeReleased() {
    assertThat(wire.finish()).isTrue();
  }

  /** Uses up this second's turn. */
  private void useTurn() {
    assertThat(
            wire.loop.doorway().come(new TidegateSocket(wire.loop, false), OTHER, wire.now.get()))
        .isEqualTo(Turn.NOW);
  }

  private void pass(int millis) {
    wire.now.addAndGet(TimeUnit.MILLISECONDS.toNanos(millis));
    wire.wait(10);
  }

  @Test
  void helloShouldBeToldWhenItIsItsTurn() {
    // Given
    useTurn();
    wire.upgrade();
    wire.text(Wire.HELLO);

    // When
    pass(900);

    // Then
    assertThat(wire.log.records).isEmpty();
    assertThat(wire.loop.doorway().waiting()).isEqualTo(1);

    // When
    pass(100);
    wire.obey(2, new InboxCommand.Attach(7, 0, "welcome".getBytes(UTF_8)));

    // Then
    assertThat(wire.log.records).containsExactly("up default/alice phone 17.2");
    assertThat(wire.read()).isEqualTo("welcome");
    assertThat(wire.loop.doorway().waiting()).isZero();
  }

  @Test
  void whoGoesWhileItWaitsShouldNotBeToldAtAll() {
    // Given
    useTurn();
    wire.upgrade();
    wire.text(Wire.HELLO);

    // When
    wire.frame(0x88, new byte[] {3, (byte) 0xE8});
    pass(1_000);

    // Then
    assertThat(wire.log.records).isEmpty();
  }

  @Test
  void ackOfWhoWaitsShouldBeRefusedAsTooEarly() {
    // Given
    useTurn();
    wire.upgrade();
    wire.text(Wire.HELLO);

    // When
    wire.text("{\"op\":\"ack\",\"seq\":1}");

    // Then
    assertThat(wire.readClose()).isEqualTo("4504 seq: beyond 0, the last that was sent");
    assertThat(wire.log.records).isEmpty();
  }

  @Test
  void whoFindsTheDoorwayFullShouldBeSentAwayAndNobodyToldOfIt() {
    // Given: five seconds' worth waits
    useTurn();
    for (int i = 0; i < 5; i++) {
      assertThat(
              wire.loop.doorway().come(new TidegateSocket(wire.loop, false), OTHER, wire.now.get()))
          .isEqualTo(Turn.LATER);
    }
    wire.upgrade();

    // When
    wire.text(Wire.HELLO);

    // Then
    assertThat(wire.readClose()).isEqualTo("4006 as many clients wait to begin as may");
    assertThat(wire.log.records).isEmpty();
  }

  @Test
  void streamThatFindsTheDoorwayFullShouldEndSoThatABrowserComesAgain() {
    // Given
    useTurn();
    for (int i = 0; i < 5; i++) {
      wire.loop.doorway().come(new TidegateSocket(wire.loop, false), OTHER, wire.now.get());
    }

    // When
    wire.ask("user=alice&device=tab");

    // Then
    assertThat(wire.read())
        .startsWith("HTTP/1.1 200 ")
        .contains("retry: ")
        .contains("\"code\":4006");
    assertThat(wire.log.records).isEmpty();
  }

  @Test
  void pollShouldNotBePaced() {
    // Given
    useTurn();

    // When
    wire.send("GET /v1/poll?user=zoe&wait=0 HTTP/1.1\r\nHost: x\r\n\r\n");

    // Then
    assertThat(wire.log.records).containsExactly("up default/zoe default 17.2");
  }

  @Test
  void drainShouldNotBeginWhoWaits() {
    // Given
    useTurn();
    wire.upgrade();
    wire.text(Wire.HELLO);

    // When
    wire.loop.drain();
    pass(1_000);

    // Then
    assertThat(wire.readClose()).startsWith("1001 ");
    assertThat(wire.log.records).isEmpty();
  }

  @Test
  void whoseTurnDoesNotComeShouldBeSentAway() {
    // Given
    useTurn();
    wire.upgrade();
    wire.text(Wire.HELLO);

    // When: time passes, and the loop does not come to its turns
    wire.pass(10);

    // Then
    assertThat(wire.readClose()).isEqualTo("4006 its turn did not come in time");
    assertThat(wire.log.records).isEmpty();
  }
}
