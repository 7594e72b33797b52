package io.tidegate.delivery.connection;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.tidegate.delivery.auth.Door;
import io.tidegate.delivery.auth.Origins;
import io.tidegate.delivery.inbox.InboxCommand;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Sessions that wait for their turn: one a second may begin here. */
final class DoorwayTest {
  private final Wire wire = new Wire(10, new Door.Open(), Origins.NONE, 1);

  @AfterEach
  void buffersShouldBeReleased() {
    assertThat(wire.finish()).isTrue();
  }

  /** Uses up this second's turn, as a client that does not stay. */
  private void useTurn() {
    wire.send("GET /v1/poll?user=zoe&wait=0 HTTP/1.1\r\nHost: x\r\n\r\n");
    wire.obey(1, new InboxCommand.Attach(7, 0, Wire.WELCOME));
    wire.wait(30);
    wire.read();
    wire.log.records.clear();
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
