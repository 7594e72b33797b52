package io.tidegate.delivery.session;

import static org.assertj.core.api.Assertions.assertThat;

import io.tidegate.contract.CloseCode;
import io.tidegate.contract.Urgency;
import io.tidegate.contract.UserKey;
import io.tidegate.contract.session.SessionId;
import io.tidegate.delivery.frame.ClientFrame;
import io.tidegate.delivery.frame.Frame;
import io.tidegate.delivery.inbox.InboxCommand;
import io.tidegate.delivery.session.Action.Plain;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

final class SessionTest {
  private static final byte[] FRAME = new byte[0];
  private static final ClientFrame.Hello HELLO =
      new ClientFrame.Hello(new UserKey("default", "alice"), "phone", 256, null, Urgency.HIGH);

  /** Close to the end of the range, where a comparison of instants instead of distances fails. */
  private static final long START = Long.MAX_VALUE - TimeUnit.SECONDS.toNanos(5);

  private final SessionLimits limits =
      new SessionLimits(s(10), s(10), s(25), s(20), s(4_000), s(3), s(2), 100, 256);
  private final Session session =
      new Session(limits, SessionId.newBuilder().setN(9).build(), START);

  @Test
  void helloShouldBeAnnounced() {
    // When
    Action action = session.onHello(HELLO, START);

    // Then
    assertThat(action).isEqualTo(new Action.Announce(HELLO));
    assertThat(session.user()).isEqualTo(HELLO.user());
  }

  @Test
  void whoHasNotBegunShouldNotBeToldToBeOver() {
    // Given
    session.onHello(HELLO, START);

    // When
    Action action = session.close(CloseCode.OVERLOADED, null, START);

    // Then: the sequencer knows nothing of it
    assertThat(session.isWaiting()).isFalse();
    assertThat(action).isEqualTo(new Action.Close(CloseCode.OVERLOADED, null, false));
  }

  @Test
  void windowShouldBeCutToTheLimit() {
    // When
    Action action = session.onHello(HELLO.withWindow(4096), START);

    // Then
    assertThat(action).isEqualTo(new Action.Announce(HELLO));
  }

  @Test
  void secondHelloShouldCloseWithDown() {
    // Given
    session.onHello(HELLO, START);
    session.begin(START);

    // When
    Action action = session.onHello(HELLO, START);

    // Then
    assertThat(action)
        .isEqualTo(new Action.Close(CloseCode.BAD_FRAME, "op: hello was said already", true));
  }

  @Test
  void malformedFrameShouldBeBadHelloBeforeTheHelloAndBadFrameAfter() {
    // Given
    Session attached = attached();

    // When
    Action before = session.onMalformed("user: missing", START);
    Action after = attached.onMalformed("seq: missing", START);

    // Then
    assertThat(before).isEqualTo(close(CloseCode.BAD_HELLO, "user: missing", false));
    assertThat(after).isEqualTo(close(CloseCode.BAD_FRAME, "seq: missing", true));
  }

  @Test
  void ackBeforeHelloShouldBeBadHello() {
    assertThat(session.onAck(0, START))
        .isEqualTo(close(CloseCode.BAD_HELLO, "op: want hello first", false));
  }

  @Test
  void ackBeforeWelcomeShouldBeBadAck() {
    // Given
    session.onHello(HELLO, START);
    session.begin(START);

    // When
    Action action = session.onAck(0, START);

    // Then
    assertThat(((Action.Close) action).code()).isEqualTo(CloseCode.BAD_ACK);
  }

  // Invariant 8.

  @Test
  void linkedPushesShouldBeSent() {
    // Given
    Session attached = attached();

    // When
    Action first = attached.onCommand(push(41, 44), START);
    Action second = attached.onCommand(push(44, 50), START);

    // Then
    assertThat(first).isEqualTo(Plain.SEND);
    assertThat(second).isEqualTo(Plain.SEND);
  }

  @Test
  void repeatedPushShouldBeIgnored() {
    // Given
    Session attached = attached();
    attached.onCommand(push(41, 44), START);

    // When
    Action again = attached.onCommand(push(41, 44), START);

    // Then
    assertThat(again).isEqualTo(Plain.IGNORE);
  }

  @Test
  void pushAfterGapShouldLoseTheSession() {
    // Given
    Session attached = attached();

    // When
    Action action = attached.onCommand(push(42, 44), START);

    // Then
    assertThat(action).isEqualTo(close(CloseCode.SESSION_LOST, null, true));
  }

  @Test
  void pushThatOverlapsShouldLoseTheSession() {
    // Given
    Session attached = attached();
    attached.onCommand(push(41, 44), START);

    // When
    Action action = attached.onCommand(push(43, 46), START);

    // Then
    assertThat(action).isEqualTo(close(CloseCode.SESSION_LOST, null, true));
  }

  @Test
  void pushBeforeAttachShouldLoseTheSession() {
    // Given
    session.onHello(HELLO, START);
    session.begin(START);

    // When
    Action action = session.onCommand(push(0, 1), START);

    // Then
    assertThat(action).isEqualTo(close(CloseCode.SESSION_LOST, null, true));
  }

  @Test
  void liveBeforeAttachShouldBeIgnored() {
    // Given
    session.onHello(HELLO, START);
    session.begin(START);

    // When
    Action action = session.onCommand(new InboxCommand.Live(Frame.of(FRAME)), START);

    // Then
    assertThat(action).isEqualTo(Plain.IGNORE);
  }

  @Test
  void secondAttachShouldBeIgnored() {
    // Given
    Session attached = attached();

    // When
    Action action = attached.onCommand(new InboxCommand.Attach(7, 0, FRAME), START);

    // Then
    assertThat(action).isEqualTo(Plain.IGNORE);
    assertThat(attached.epoch()).isEqualTo(7);
  }

  // Invariant 19.

  @Test
  void ackShouldRiseUpToWhatWasSent() {
    // Given
    Session attached = attached();
    attached.onCommand(push(41, 44), START);

    // When
    Action up = attached.onAck(43, START);
    Action down = attached.onAck(42, START);
    Action all = attached.onAck(44, START);

    // Then
    assertThat(up).isEqualTo(Plain.ACK);
    assertThat(down).isEqualTo(Plain.NOTHING);
    assertThat(all).isEqualTo(Plain.ACK);
    assertThat(attached.acked()).isEqualTo(44);
  }

  @Test
  void ackBeyondWhatWasSentShouldBeBadAck() {
    // Given
    Session attached = attached();

    // When
    Action action = attached.onAck(42, START);

    // Then
    assertThat(action)
        .isEqualTo(close(CloseCode.BAD_ACK, "seq: beyond 41, the last that was sent", true));
    assertThat(attached.acked()).isEqualTo(41);
  }

  @Test
  void resetShouldMoveWhatMayBeAcked() {
    // Given
    Session attached = attached();

    // When
    Action reset = attached.onCommand(new InboxCommand.Reset(7, 60, FRAME), START);

    // Then
    assertThat(reset).isEqualTo(Plain.SEND);
    assertThat(attached.onAck(60, START)).isEqualTo(Plain.ACK);
    assertThat(attached.onCommand(push(60, 61), START)).isEqualTo(Plain.SEND);
  }

  /** What the sequencer sends: the loss lies after what this session was sent last. */
  @Test
  void resetAtWhatWasSentShouldBeToldToTheClient() {
    // Given
    Session attached = attached();

    // When
    Action reset = attached.onCommand(new InboxCommand.Reset(7, 41, FRAME), START);

    // Then
    assertThat(reset).isEqualTo(Plain.SEND);
    assertThat(attached.onCommand(push(41, 43), START)).isEqualTo(Plain.SEND);
  }

  @Test
  void resetBehindWhatWasSentShouldBeIgnored() {
    // Given
    Session attached = attached();

    // When
    Action reset = attached.onCommand(new InboxCommand.Reset(7, 40, FRAME), START);

    // Then
    assertThat(reset).isEqualTo(Plain.IGNORE);
  }

  /** The sequencer was rebuilt: pushes and acks of the old epoch say nothing any more. */
  @Test
  void attachToAnotherEpochShouldLoseTheSession() {
    // Given
    Session attached = attached();

    // When
    Action action = attached.onCommand(new InboxCommand.Attach(8, 0, FRAME), START);

    // Then
    assertThat(action).isEqualTo(close(CloseCode.SESSION_LOST, null, true));
  }

  @Test
  void resetToAnotherEpochShouldLoseTheSessionSinceAcksNameNone() {
    // Given
    Session attached = attached();

    // When
    Action action = attached.onCommand(new InboxCommand.Reset(8, 0, FRAME), START);

    // Then
    assertThat(action).isEqualTo(close(CloseCode.SESSION_LOST, null, true));
  }

  @Test
  void kickShouldCloseWithItsCode() {
    // Given
    Session attached = attached();

    // When
    Action action = attached.onCommand(new InboxCommand.Kick(4500), START);

    // Then
    assertThat(action).isEqualTo(close(CloseCode.REPLACED, null, true));
  }

  @Test
  void kickWithUnknownCodeShouldCloseAsInternal() {
    assertThat(session.onCommand(new InboxCommand.Kick(4999), START))
        .isEqualTo(close(CloseCode.INTERNAL, null, false));
  }

  // Liveness.

  @Test
  void helloShouldBeAwaitedForItsTime() {
    assertThat(session.onTick(START + s(10) - 1, false)).isEqualTo(Plain.NOTHING);
    assertThat(session.onTick(START + s(10), false))
        .isEqualTo(close(CloseCode.HELLO_TIMEOUT, null, false));
  }

  @Test
  void attachShouldBeAwaitedForItsTime() {
    // Given
    session.onHello(HELLO, START + s(5));
    session.begin(START + s(5));

    // Then
    assertThat(session.onTick(START + s(15) - 1, false)).isEqualTo(Plain.NOTHING);
    assertThat(session.onTick(START + s(15), false))
        .isEqualTo(close(CloseCode.ATTACH_TIMEOUT, null, true));
  }

  @Test
  void silentClientShouldBePingedThenClosed() {
    // Given
    Session attached = attached();

    // When
    Action ping = attached.onTick(START + s(25), false);

    // Then
    assertThat(ping).isEqualTo(Plain.PING);
    assertThat(attached.onTick(START + s(45) - 1, false)).isEqualTo(Plain.NOTHING);
    assertThat(attached.onTick(START + s(45), false))
        .isEqualTo(close(CloseCode.PING_TIMEOUT, null, true));
  }

  @Test
  void takingWhatWasSentShouldCountAsSignOfLife() {
    // Given: the ping waits behind it.
    Session attached = attached();
    attached.onTick(START + s(25), false);

    // When
    Action flowing = attached.onTick(START + s(100), true);

    // Then
    assertThat(flowing).isEqualTo(Plain.NOTHING);
    assertThat(attached.onTick(START + s(120) - 1, false)).isEqualTo(Plain.NOTHING);
    assertThat(attached.onTick(START + s(120), false))
        .isEqualTo(close(CloseCode.PING_TIMEOUT, null, true));
  }

  @Test
  void farewellShouldWaitForWhatIsUnderWay() {
    // Given
    Session attached = attached();
    attached.close(CloseCode.REPLACED, null, START);

    // When
    Action flowing = attached.onTick(START + s(60), true);

    // Then
    assertThat(flowing).isEqualTo(Plain.NOTHING);
    assertThat(attached.onTick(START + s(62) - 1, false)).isEqualTo(Plain.NOTHING);
    assertThat(attached.onTick(START + s(62), false)).isEqualTo(Plain.DISCONNECT);
  }

  @Test
  void anyFrameShouldCountAsSignOfLife() {
    // Given
    Session attached = attached();
    attached.onTick(START + s(25), false);

    // When
    attached.onAnyFrame(START + s(44));

    // Then
    assertThat(attached.onTick(START + s(45), false)).isEqualTo(Plain.NOTHING);
    assertThat(attached.onTick(START + s(50), false)).isEqualTo(Plain.PING);
  }

  @Test
  void clientThatTookEverythingShouldBePingedAgainWithoutAnAnswer() {
    // Given
    Session attached = attached();
    assertThat(attached.onTick(START + s(25), false)).isEqualTo(Plain.PING);

    // When
    attached.onTaken();

    // Then
    assertThat(attached.onTick(START + s(45), false)).isEqualTo(Plain.NOTHING);
    assertThat(attached.onTick(START + s(50), false)).isEqualTo(Plain.PING);
  }

  @Test
  void whatWasWrittenShouldBeAckedOnceAndOnlyWhileAttached() {
    // Given
    assertThat(session.onWritten(START)).isEqualTo(Plain.NOTHING);
    session.onHello(HELLO, START);
    session.begin(START);
    assertThat(session.onWritten(START)).isEqualTo(Plain.NOTHING);
    Session attached = attached();
    attached.onCommand(
        new InboxCommand.Push(attached.acked(), attached.acked() + 3, 1, Frame.of(FRAME)), START);

    // When
    Action first = attached.onWritten(START);

    // Then
    assertThat(first).isEqualTo(Plain.ACK);
    assertThat(attached.onWritten(START)).isEqualTo(Plain.NOTHING);
    attached.close(CloseCode.REPLACED, null, START);
    assertThat(attached.onWritten(START)).isEqualTo(Plain.NOTHING);
  }

  @Test
  void framesShouldComeNoFasterThanTheLimit() {
    // Given
    Session attached = attached();
    for (int i = 0; i < 100; i++) {
      assertThat(attached.onAnyFrame(START)).isEqualTo(Plain.NOTHING);
    }

    // When
    Action next = attached.onAnyFrame(START);

    // Then
    assertThat(next).isEqualTo(close(CloseCode.BAD_FRAME, "more than 100 frames a second", true));
  }

  @Test
  void framesAtTheLimitShouldBeTakenForEver() {
    // Given
    Session attached = attached();

    // Then
    for (int i = 0; i < 10_000; i++) {
      assertThat(attached.onAnyFrame(START + i * s(1) / 100)).isEqualTo(Plain.NOTHING);
    }
  }

  // The end.

  @Test
  void agedSessionShouldBeSentAwayAndClosedAfterItsLeave() {
    // Given
    Session attached = attached();
    long end = START + s(5_000);

    // When
    Action first = attached.onTick(end, false);
    Action before = attached.onTick(end + s(3) - 1, false);
    Action last = attached.onTick(end + s(3), false);

    // Then
    assertThat(first).isEqualTo(Plain.GOAWAY);
    assertThat(before).isEqualTo(Plain.PING);
    assertThat(last).isEqualTo(close(CloseCode.MAX_AGE, null, true));
  }

  @Test
  void sessionThatIsSentAwayShouldGoOnUntilItsClose() {
    // Given
    Session attached = attached();
    attached.onTick(START + s(5_000), false);

    // When
    Action push = attached.onCommand(push(41, 42), START + s(5_001));
    Action ack = attached.onAck(42, START + s(5_001));

    // Then
    assertThat(push).isEqualTo(Plain.SEND);
    assertThat(ack).isEqualTo(Plain.ACK);
  }

  @Test
  void maximumAgesShouldBeSpreadEvenlyOverHalfOfTheAge() {
    // Given: ten bins from three quarters of the age to five quarters.
    int[] bins = new int[10];

    // When
    for (int n = 1; n <= 1_000; n++) {
      Session attached = attached(n);
      int bin = 0;
      while (attached.onTick(START + s(3_000 + 200 * (bin + 1)), false) != Plain.GOAWAY) {
        attached.onAnyFrame(START + s(3_000 + 200 * (bin + 1)));
        bin++;
      }
      bins[bin]++;
    }

    // Then
    for (int bin : bins) {
      assertThat(bin).isBetween(80, 120);
    }
  }

  @Test
  void youngSessionShouldStay() {
    // Given
    Session attached = attached();

    // Then
    assertThat(attached.onTick(START + s(3_000) - 1, false)).isEqualTo(Plain.PING);
  }

  @ParameterizedTest
  @EnumSource(CloseCode.class)
  void closedSessionShouldDoNothingMoreButDisconnect(CloseCode code) {
    // Given
    Session attached = attached();

    // When
    Action close = attached.close(code, null, START);

    // Then
    assertThat(close).isEqualTo(close(code, null, true));
    assertThat(attached.close(CloseCode.NORMAL, null, START)).isEqualTo(Plain.NOTHING);
    assertThat(attached.onCommand(push(41, 42), START)).isEqualTo(Plain.IGNORE);
    assertThat(attached.onAck(99, START)).isEqualTo(Plain.NOTHING);
    assertThat(attached.onMalformed("x", START)).isEqualTo(Plain.NOTHING);
    assertThat(attached.onTick(START + s(2) - 1, false)).isEqualTo(Plain.NOTHING);
    assertThat(attached.onTick(START + s(2), false)).isEqualTo(Plain.DISCONNECT);
    assertThat(attached.onGone()).isEqualTo(Plain.NOTHING);
  }

  @Test
  void goneConnectionShouldBeToldDownOnce() {
    // Given
    Session attached = attached();

    // When
    Action first = attached.onGone();
    Action second = attached.onGone();

    // Then
    assertThat(first).isEqualTo(Plain.DOWN);
    assertThat(second).isEqualTo(Plain.NOTHING);
  }

  @Test
  void connectionGoneBeforeHelloShouldNotBeTold() {
    assertThat(session.onGone()).isEqualTo(Plain.NOTHING);
  }

  private Session attached() {
    return attached(4);
  }

  private Session attached(long n) {
    Session attached = new Session(limits, SessionId.newBuilder().setN(n).build(), START);
    attached.onHello(HELLO, START);
    attached.begin(START);
    attached.onCommand(new InboxCommand.Attach(7, 41, FRAME), START);
    assertThat(attached.isAttached()).isTrue();
    return attached;
  }

  private static InboxCommand push(long prev, long last) {
    return new InboxCommand.Push(prev, last, 1, Frame.of(FRAME));
  }

  private static Action close(CloseCode code, @Nullable String detail, boolean down) {
    return new Action.Close(code, detail, down);
  }

  private static long s(int seconds) {
    return TimeUnit.SECONDS.toNanos(seconds);
  }
}
