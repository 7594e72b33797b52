package io.tidegate.delivery.connection;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.tidegate.contract.CloseCode;
import io.tidegate.delivery.frame.Frame;
import io.tidegate.delivery.frame.Inflate;
import io.tidegate.delivery.inbox.Addressed;
import io.tidegate.delivery.inbox.InboxCommand;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

final class ConnectionHandlerTest {
  private static final int TEXT_PART = 0x01;
  private static final int LAST_PART = 0x80;
  private static final int BINARY = 0x82;
  private static final int CLOSE = 0x88;
  private static final int PING = 0x89;

  private final Wire wire = new Wire(10);

  @AfterEach
  void buffersShouldBeReleased() {
    assertThat(wire.finish()).isTrue();
  }

  @Test
  void helloShouldGoToTheSequencerAndAttachToTheClient() {
    // Given
    wire.upgrade();

    // When
    wire.text(Wire.HELLO);
    wire.obey(1, new InboxCommand.Attach(7, 0, "welcome".getBytes(UTF_8)));

    // Then
    assertThat(wire.log.records).containsExactly("up default/alice phone 17.1");
    assertThat(wire.read()).isEqualTo("welcome");
  }

  @Test
  void pushesShouldBeCompressedWhereThatWasAgreedOn() throws Exception {
    // Given
    wire.send(Wire.REQUEST + "Sec-WebSocket-Extensions: permessage-deflate\r\n\r\n");
    assertThat(wire.read())
        .contains(
            "sec-websocket-extensions: permessage-deflate; server_no_context_takeover;"
                + " client_no_context_takeover\r\n");
    wire.text(Wire.HELLO);
    wire.obey(1, new InboxCommand.Attach(7, 0, Wire.WELCOME));
    wire.read();

    // When
    byte[] text = Wire.frame("x".repeat(2_000));
    text[0] = (byte) 0x81;
    text[2] = (byte) (2_000 >> 8);
    text[3] = (byte) 2_000;
    wire.obey(1, new InboxCommand.Push(0, 1, 1, Frame.of(text)));

    // Then
    byte[] sent = wire.readBytes();
    assertThat(sent).hasSizeLessThan(100);
    assertThat(sent[0] & 0xff).isEqualTo(0xc1);
    byte[] payload = Arrays.copyOfRange(sent, 2, sent.length);
    assertThat(new Inflate().message(payload, 2_000)).containsOnly('x').hasSize(2_000);
    assertThat(wire.metrics.scrape())
        .contains("tidegate_delivery_deflate_bytes_total{when=\"before\"}")
        .contains("tidegate_delivery_deflate_bytes_total{when=\"after\"}");
  }

  @Test
  void helloRightBehindTheRequestShouldBeHeard() {
    // Given
    byte[] request = (Wire.REQUEST + "\r\n").getBytes(UTF_8);
    byte[] hello = Wire.masked(0x81, Wire.HELLO.getBytes(UTF_8));
    byte[] both = Arrays.copyOf(request, request.length + hello.length);
    System.arraycopy(hello, 0, both, request.length, hello.length);

    // When
    wire.send(both);

    // Then
    assertThat(wire.log.records).containsExactly("up default/alice phone 17.1");
  }

  @Test
  void pushesOfOneTurnShouldBeFlushedOnce() {
    // Given
    wire.attach();
    int before = wire.flushes;

    // When: two batches are waiting when the turn begins.
    wire.turn(
        () -> {
          wire.loop.obey(List.of(push(0, 1, "a"), push(1, 2, "b")));
          wire.loop.obey(List.of(push(2, 5, "c")));
        });

    // Then
    assertThat(wire.read()).isEqualTo("abc");
    assertThat(wire.flushes - before).isEqualTo(1);
  }

  @Test
  void badHelloShouldBeClosedWithTheReason() {
    // Given
    wire.upgrade();

    // When
    wire.text("{\"op\":\"hello\",\"user\":\"a\",\"window\":0}");

    // Then
    assertThat(wire.readClose()).isEqualTo("4502 window: want an integer from 1 to 4096");
    assertThat(wire.log.records).isEmpty();
    assertThat(wire.metrics.scrape())
        .contains("tidegate_delivery_closes_total{by=\"worker\",code=\"bad_hello\"} 1.0");
  }

  @Test
  void ackBeyondWhatWasSentShouldBeClosed() {
    // Given
    wire.attach();

    // When
    wire.text("{\"op\":\"ack\",\"seq\":1}");

    // Then
    assertThat(wire.readClose()).isEqualTo("4504 seq: beyond 0, the last that was sent");
    assertThat(wire.log.records).contains("down default/alice phone 17.1");
  }

  @Test
  void acksShouldBeGatheredForFiftyMilliseconds() {
    // Given
    wire.attach();
    wire.loop.obey(List.of(push(0, 9, "a")));
    wire.text("{\"op\":\"ack\",\"seq\":3}");
    wire.text("{\"op\":\"ack\",\"seq\":7}");
    wire.wait(49);
    List<String> before = List.copyOf(wire.log.records);

    // When
    wire.wait(1);

    // Then
    assertThat(before).containsExactly("up default/alice phone 17.1");
    assertThat(wire.log.records).containsExactly(before.getFirst(), "acks default/alice=7");
  }

  @Test
  void ackShouldBeSentBeforeTheDownOfItsSession() {
    // Given
    wire.attach();
    wire.loop.obey(List.of(push(0, 9, "a")));
    wire.text("{\"op\":\"ack\",\"seq\":9}");

    // When
    wire.cut();

    // Then
    assertThat(wire.log.records)
        .containsExactly(
            "up default/alice phone 17.1", "acks default/alice=9", "down default/alice phone 17.1");
    assertThat(wire.metrics.scrape())
        .contains("tidegate_delivery_closes_total{by=\"network\",code=\"none\"} 1.0");
  }

  @Test
  void ackThatFoundNoRoomShouldBeSentLater() {
    // Given
    wire.attach();
    wire.loop.obey(List.of(push(0, 9, "a")));
    wire.log.full = true;
    wire.text("{\"op\":\"ack\",\"seq\":9}");
    wire.wait(50);

    // When
    wire.log.full = false;
    wire.loop.tick();

    // Then
    assertThat(wire.log.records).last().isEqualTo("acks default/alice=9");
  }

  @Test
  void ackThatCouldNotBeWrittenShouldCloseItsSession() {
    // Given
    wire.attach();
    wire.loop.obey(List.of(push(0, 9, "a")));
    wire.text("{\"op\":\"ack\",\"seq\":9}");
    wire.wait(50);

    // When
    wire.log.acks.getFirst().accept(false);
    wire.channel.runPendingTasks();

    // Then
    assertThat(wire.readClose()).isEqualTo("4004 an ack could not be written");
  }

  @Test
  void helloThatCannotBeWrittenShouldBeOverloaded() {
    // Given
    wire.upgrade();
    wire.log.full = true;

    // When
    wire.text(Wire.HELLO);

    // Then
    assertThat(wire.readClose()).startsWith("4006 ");
  }

  @Test
  void messageInFragmentsShouldBeHeard() {
    // Given
    wire.upgrade();
    byte[] hello = Wire.HELLO.getBytes(UTF_8);

    // When
    wire.frame(TEXT_PART, Arrays.copyOfRange(hello, 0, 10));
    wire.frame(PING, new byte[] {'p'});
    wire.frame(LAST_PART, Arrays.copyOfRange(hello, 10, hello.length));

    // Then
    assertThat(wire.log.records).containsExactly("up default/alice phone 17.1");
    assertThat(wire.readBytes()).containsExactly(0x8a, 1, 'p');
  }

  @Test
  void fragmentsShouldBeBoundedTogether() {
    // Given
    wire.upgrade();

    // When
    wire.frame(TEXT_PART, new byte[16_000]);
    wire.frame(0x00, new byte[16_000]);

    // Then
    assertThat(wire.readClose()).isEqualTo("1009 more than 16384 bytes");
  }

  @Test
  void frameThatIsTooBigShouldBeClosed() {
    // Given
    wire.upgrade();

    // When
    wire.frame(0x81, new byte[16_385]);

    // Then
    assertThat(wire.readClose()).startsWith("1009 ");
  }

  @Test
  void unmaskedFrameShouldBeAProtocolError() {
    // Given
    wire.upgrade();

    // When
    wire.send(new byte[] {(byte) 0x81, 1, 'x'});

    // Then
    assertThat(wire.readClose()).startsWith("1002 ");
  }

  @Test
  void binaryFrameShouldBeUnsupported() {
    // Given
    wire.upgrade();

    // When
    wire.frame(BINARY, new byte[] {1});

    // Then
    assertThat(wire.readClose()).startsWith("1003 ");
  }

  @Test
  void textThatIsNotUtf8ShouldBeClosed() {
    // Given
    wire.upgrade();

    // When
    wire.frame(0x81, new byte[] {(byte) 0xc0, (byte) 0x80});

    // Then
    assertThat(wire.readClose()).startsWith("1007 ");
  }

  @Test
  void closeOfTheClientShouldBeAnsweredAndToldDown() {
    // Given
    wire.attach();

    // When
    wire.frame(CLOSE, new byte[] {0x03, (byte) 0xe8});

    // Then
    assertThat(wire.readClose()).isEqualTo("1000 ");
    assertThat(wire.channel.isOpen()).isFalse();
    assertThat(wire.log.records).last().isEqualTo("down default/alice phone 17.1");
    assertThat(wire.metrics.scrape())
        .contains("tidegate_delivery_closes_total{by=\"client\",code=\"any\"} 1.0")
        .contains("tidegate_delivery_closes_total{by=\"network\",code=\"none\"} 0.0");
  }

  @Test
  void answerToOurCloseShouldEndTheConnection() {
    // Given
    wire.attach();
    wire.obey(1, new InboxCommand.Kick(4500));
    assertThat(wire.readClose()).isEqualTo("4500 the device connected elsewhere");

    // When
    wire.frame(CLOSE, new byte[] {0x11, (byte) 0x94});

    // Then
    assertThat(wire.channel.isOpen()).isFalse();
    assertThat(wire.log.records)
        .containsExactly("up default/alice phone 17.1", "down default/alice phone 17.1");
  }

  @Test
  void agedConnectionShouldBeToldToGoAndThenClosedToReconnect() {
    // Given
    wire.attach();
    wire.now.addAndGet(TimeUnit.SECONDS.toNanos(5L * Wire.MAX_AGE_SECONDS / 4));

    // When
    wire.pass(1);
    String goaway = wire.read();
    wire.obey(1, new InboxCommand.Push(0, 1, 1, Frame.of("push".getBytes(UTF_8))));
    wire.text("{\"op\":\"ack\",\"seq\":1}");
    String push = wire.read();
    wire.pass(2);

    // Then
    assertThat(goaway).endsWith("{\"op\":\"goaway\",\"retry_after_ms\":[0,5000]}");
    assertThat(push).isEqualTo("push");
    assertThat(wire.readClose()).isEqualTo("4005 the connection reached its maximum age");
    assertThat(wire.log.records)
        .containsExactly(
            "up default/alice phone 17.1", "acks default/alice=1", "down default/alice phone 17.1");
    assertThat(wire.metrics.scrape())
        .contains("tidegate_delivery_goaways_total{reason=\"max_age\"} 1.0")
        .contains("tidegate_delivery_goaways_total{reason=\"drain\"} 0.0")
        .contains("tidegate_delivery_closes_total{by=\"worker\",code=\"max_age\"} 1.0");
  }

  @Test
  void clientThatGoesWhenToldShouldBeGone() {
    // Given
    wire.attach();
    wire.now.addAndGet(TimeUnit.SECONDS.toNanos(5L * Wire.MAX_AGE_SECONDS / 4));
    wire.pass(1);

    // When
    wire.frame(CLOSE, new byte[] {0x03, (byte) 0xe8});

    // Then
    assertThat(wire.readClose()).isEqualTo("1000 ");
    assertThat(wire.metrics.scrape())
        .contains("tidegate_delivery_closes_total{by=\"client\",code=\"any\"} 1.0")
        .contains("tidegate_delivery_closes_total{by=\"worker\",code=\"max_age\"} 0.0");
  }

  @Test
  void deviceTooManyShouldBeToldSoByItsCloseCode() {
    // Given
    wire.upgrade();
    wire.text(Wire.HELLO);

    // When: the sequencer kicks it instead of attaching it.
    wire.obey(1, new InboxCommand.Kick(CloseCode.TOO_MANY_DEVICES.code()));

    // Then
    assertThat(wire.readClose())
        .isEqualTo("4506 the user has as many devices connected as allowed");
    assertThat(wire.metrics.scrape())
        .contains("tidegate_delivery_closes_total{by=\"worker\",code=\"too_many_devices\"} 1.0");
  }

  @Test
  void clientThatDoesNotAnswerOurCloseShouldBeCut() {
    // Given
    wire.attach();
    wire.obey(1, new InboxCommand.Kick(4500));

    // When
    wire.pass(2);

    // Then
    assertThat(wire.channel.isOpen()).isFalse();
  }

  @Test
  void clientThatSaysNothingShouldBePingedAndClosed() {
    // Given
    wire.attach();

    // When
    wire.pass(25);
    byte[] ping = wire.readBytes();
    wire.pass(20);

    // Then
    assertThat(ping).containsExactly(0x89, 0);
    assertThat(wire.readClose()).startsWith("4002 ");
  }

  @Test
  void framesBeyondTheWaterMarkShouldWaitAndLeaveInOrder() {
    // Given
    wire.attach();
    String big = "x".repeat(40_000);

    // When: nothing is flushed before all three are there.
    AtomicLong pending = new AtomicLong();
    wire.turn(
        () -> {
          wire.loop.obey(List.of(push(0, 1, big), push(1, 2, "a"), push(2, 3, "b")));
          pending.set(wire.channel.unsafe().outboundBuffer().totalPendingWriteBytes());
        });

    // Then
    assertThat(pending.get()).isBetween(40_000L, 40_150L);
    assertThat(wire.read()).isEqualTo(big + "ab");
  }

  @Test
  void connectionThatTakesNoMoreShouldCountUntilItDoes() {
    // Given
    wire.attach();
    wire.pass(1);
    int before = wire.loop.strain().clogged();

    // When
    wire.stall();
    wire.turn(() -> wire.loop.obey(pushes(2, 40_000)));
    wire.pass(1);
    int during = wire.loop.strain().clogged();
    wire.letPass(Long.MAX_VALUE);
    wire.pass(1);

    // Then
    assertThat(List.of(before, during, wire.loop.strain().clogged())).containsExactly(0, 1, 0);
    assertThat(wire.loop.strain().attached()).isEqualTo(1);
  }

  @Test
  void clientThatTakesNothingShouldBeSlow() {
    // Given
    wire.attach();
    wire.stall();
    wire.turn(() -> wire.loop.obey(pushes(5, 40_000)));

    // When
    wire.pass(10);
    String before = wire.log.records.getLast();
    wire.pass(1);

    // Then
    assertThat(before).startsWith("up ");
    assertThat(wire.log.records).last().isEqualTo("down default/alice phone 17.1");

    // When: it does not take the farewell either.
    wire.pass(2);

    // Then
    assertThat(wire.channel.isOpen()).isFalse();
    assertThat(wire.metrics.scrape())
        .contains("tidegate_delivery_closes_total{by=\"worker\",code=\"slow\"} 1.0");
  }

  @Test
  void slowCloseShouldSayWhatWasTooSlow() {
    // Given
    wire.attach();
    wire.stall();
    wire.turn(() -> wire.loop.obey(pushes(5, 40_000)));

    // When
    wire.pass(11);
    wire.letPass(Long.MAX_VALUE);

    // Then
    assertThat(wire.readClose()).isEqualTo("4003 took less than 32768 bytes in 10 s");
  }

  @Test
  void clientThatTakes256KibInTenSecondsShouldGetEverything() {
    // Given
    wire.attach();
    wire.stall();
    wire.turn(() -> wire.loop.obey(pushes(2, 100_000)));

    // When: there is always more.
    long read = 0;
    for (int second = 0; second < 60; second++) {
      if (second % 4 == 0) {
        long seq = 2L + second / 4;
        wire.turn(() -> wire.loop.obey(List.of(push(seq, seq + 1, "x".repeat(100_000)))));
      }
      wire.pass(1);
      wire.letPass(256 * 1024 / 10);
      read += wire.read().chars().filter(c -> c == 'x').count();
    }

    // Then
    assertThat(read).isGreaterThan(60L * (256 * 1024 / 10) - 100);
    assertThat(wire.channel.isOpen()).isTrue();
    assertThat(wire.log.records).noneMatch(record -> record.startsWith("down"));
  }

  @Test
  void oneFrameThatTakesAMinuteShouldNotBeASilentClient() {
    // Given: the pings wait behind it.
    wire.attach();
    wire.stall();
    wire.turn(() -> wire.loop.obey(pushes(1, 240_000)));

    // When
    for (int second = 0; second < 60; second++) {
      wire.pass(1);
      wire.letPass(4_000);
    }

    // Then
    assertThat(wire.read()).isEqualTo("x".repeat(240_000));
    assertThat(wire.channel.isOpen()).isTrue();
  }

  @Test
  void clientWithTooMuchWaitingShouldGetItAndThenComeAgainForMore() {
    // Given
    wire.attach();
    wire.stall();
    wire.turn(() -> wire.loop.obey(pushes(5, 90_000)));

    // When: the first is with the socket, three more fill the backlog, the fifth was not sent.
    wire.letPass(4 * 90_000 - 1);
    String before = wire.read();
    wire.letPass(Long.MAX_VALUE);

    // Then
    assertThat(before).isEqualTo("x".repeat(4 * 90_000 - 1));
    assertThat(wire.readClose())
        .isEqualTo("4003 more than 200000 bytes waited; come again for more");
    assertThat(wire.log.records).last().isEqualTo("down default/alice phone 17.1");
  }

  @Test
  void farewellShouldNotCutAFrameThatIsStillFlowing() {
    // Given
    wire.attach();
    wire.stall();
    wire.turn(() -> wire.loop.obey(pushes(1, 120_000)));
    wire.obey(1, new InboxCommand.Kick(CloseCode.TOO_MANY_DEVICES.code()));

    // When
    for (int second = 0; second < 30; second++) {
      wire.pass(1);
      wire.letPass(4_000);
    }
    boolean open = wire.channel.isOpen();
    wire.letPass(Long.MAX_VALUE);

    // Then
    assertThat(open).isTrue();
    assertThat(wire.readClose())
        .isEqualTo("4506 the user has as many devices connected as allowed");

    // When
    wire.pass(2);

    // Then
    assertThat(wire.channel.isOpen()).isFalse();
  }

  private static List<Addressed> pushes(int count, int bytes) {
    return IntStream.range(0, count).mapToObj(i -> push(i, i + 1, "x".repeat(bytes))).toList();
  }

  @Test
  void liveMessageShouldNotWaitForASlowClient() {
    // Given
    wire.attach();
    Addressed live =
        new Addressed(17, 1, "default/alice", new InboxCommand.Live(Frame.of("L".getBytes(UTF_8))));

    // When
    wire.turn(() -> wire.loop.obey(List.of(live, push(0, 1, "x".repeat(40_000)), live)));

    // Then
    assertThat(wire.read()).isEqualTo("L" + "x".repeat(40_000));
    assertThat(wire.metrics.scrape())
        .contains("tidegate_delivery_live_messages_total{result=\"slow\"} 1.0");
  }

  // The slot.

  @Test
  void fenceShouldCloseEveryConnection() {
    // Given
    wire.attach();

    // When
    wire.loop.fence("no round trip to Kafka");
    wire.channel.runPendingTasks();

    // Then
    assertThat(wire.readClose()).isEqualTo("4000 no round trip to Kafka");
    assertThat(wire.log.records).last().isEqualTo("down default/alice phone 17.1");
  }

  @Test
  void newIncarnationShouldCloseSessionsOfTheOld() {
    // Given
    wire.attach();

    // When
    wire.loop.open(18);
    wire.channel.runPendingTasks();

    // Then
    assertThat(wire.readClose()).startsWith("4000 ");
    assertThat(wire.loop.isOpen()).isTrue();
  }

  @Test
  void recordForAnotherIncarnationShouldNotReachASession() {
    // Given
    wire.attach();

    // When
    wire.loop.obey(
        List.of(
            new Addressed(16, 1, "default/alice", new InboxCommand.Kick(4500)),
            new Addressed(18, 1, "default/alice", new InboxCommand.Kick(4500))));
    wire.channel.runPendingTasks();

    // Then
    assertThat(wire.read()).isEmpty();
    assertThat(wire.log.records)
        .containsExactly("up default/alice phone 17.1", "unknown default/alice 16.1");
  }

  @Test
  void unknownSessionShouldBeReportedOnceNotOncePerRecord() {
    // Given
    Addressed record = new Addressed(17, 99, "default/bob", new InboxCommand.Kick(1011));

    // When
    wire.loop.obey(List.of(record, record));
    wire.loop.obey(List.of(record));

    // Then
    assertThat(wire.log.records).containsExactly("unknown default/bob 17.99");
  }

  @Test
  void sessionThatWasToldDownShouldNotBeReportedUnknown() {
    // Given
    wire.attach();
    wire.cut();

    // When
    wire.loop.obey(List.of(push(0, 1, "a")));

    // Then
    assertThat(wire.log.records)
        .containsExactly("up default/alice phone 17.1", "down default/alice phone 17.1");
  }

  @Test
  void liveRecordShouldBeNoEvidenceOfASession() {
    // When
    wire.loop.obey(
        List.of(
            new Addressed(16, 99, "default/bob", new InboxCommand.Live(Frame.of(new byte[0])))));

    // Then
    assertThat(wire.log.records).isEmpty();
  }

  @Test
  void drainShouldSayGoawayThenCloseThenEnd() {
    // Given
    wire.attach();
    CompletableFuture<Void> end = new CompletableFuture<>();

    // When
    new Departure(wire.loop, 1_000, end).begin(Duration.ofMillis(500), Duration.ofSeconds(30));
    wire.channel.runPendingTasks();
    String first = wire.read();
    wire.wait(50);
    String second = wire.readClose();
    wire.frame(CLOSE, new byte[] {0x03, (byte) 0xe9});
    wire.wait(50);

    // Then
    assertThat(first).endsWith("{\"op\":\"goaway\",\"retry_after_ms\":[500,30000]}");
    assertThat(second).startsWith("1001 ");
    assertThat(end).isCompleted();
    assertThat(wire.log.records).last().isEqualTo("down default/alice phone 17.1");
  }

  private static Addressed push(long prev, long last, String frame) {
    return new Addressed(
        17,
        1,
        "default/alice",
        new InboxCommand.Push(prev, last, 1, Frame.of(frame.getBytes(UTF_8))));
  }
}
