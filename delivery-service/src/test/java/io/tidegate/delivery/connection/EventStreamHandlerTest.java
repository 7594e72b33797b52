package io.tidegate.delivery.connection;

import static org.assertj.core.api.Assertions.assertThat;

import io.tidegate.contract.CloseCode;
import io.tidegate.delivery.frame.Frame;
import io.tidegate.delivery.inbox.Addressed;
import io.tidegate.delivery.inbox.InboxCommand;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

final class EventStreamHandlerTest {
  private static final String USER = "user=alice&device=phone";
  private static final String UP = "up default/alice phone 17.1";
  private static final String DOWN = "down default/alice phone 17.1";
  private static final Pattern RETRY = Pattern.compile("retry: (\\d+)\n\n");

  private final Wire wire = new Wire(10);

  @AfterEach
  void buffersShouldBeReleased() {
    assertThat(wire.finish()).isTrue();
  }

  @Test
  void requestShouldGoToTheSequencerAndItsAnswerBeginTheStream() {
    // When
    wire.ask(USER);
    String before = wire.read();
    wire.welcome();

    // Then
    assertThat(before).isEmpty();
    assertThat(wire.log.records).containsExactly(UP);
    String read = wire.read();
    assertThat(read)
        .startsWith("HTTP/1.1 200 OK\r\n")
        .contains("content-type: text/event-stream\r\n")
        .contains("cache-control: no-store\r\n")
        .doesNotContain("content-length")
        .doesNotContain("transfer-encoding")
        .doesNotContain("access-control")
        .endsWith(
            """

            event: welcome
            id: 0000000000000007-0
            data: {}

            """);
    assertThat(retry(read)).isBetween(1_000L, 5_000L);
  }

  @Test
  void pushResetAndLiveShouldBeEvents() {
    // Given
    wire.stream("");

    // When
    wire.loop.obey(
        List.of(
            push(0, 3, "p"),
            addressed(new InboxCommand.Live(frame("l"))),
            addressed(new InboxCommand.Reset(7, 9, text("r")))));
    wire.channel.runPendingTasks();

    // Then
    assertThat(wire.read())
        .isEqualTo(
            """
            event: push
            id: 0000000000000007-3
            data: p

            event: live
            data: l

            event: reset
            id: 0000000000000007-9
            data: r

            """);
    assertThat(wire.metrics.scrape())
        .contains("tidegate_delivery_pushes_total{transport=\"stream\"} 1.0")
        .contains("tidegate_delivery_pushes_total{transport=\"websocket\"} 0.0")
        .contains("tidegate_delivery_sessions_opened_total{transport=\"stream\"} 1.0")
        .contains("tidegate_delivery_connections{transport=\"stream\"} 1.0");
  }

  @Test
  void eventsOfOneTurnShouldBeFlushedOnce() {
    // Given
    wire.stream("");
    int before = wire.flushes;

    // When
    wire.turn(() -> wire.loop.obey(List.of(push(0, 1, "a"), push(1, 2, "b"))));

    // Then
    assertThat(wire.read()).contains("data: a").contains("data: b");
    assertThat(wire.flushes - before).isEqualTo(1);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "GET /v1/stream?user= | 400 | \"field\":\"user\" | bad_request",
        "GET /v1/stream | 400 | \"detail\":\"user: missing\" | bad_request",
        "GET /v1/stream?user=a&window=x | 400 | \"field\":\"window\" | bad_request",
        "POST /v1/stream?user=a | 405 | \"detail\":\"only GET is\" | method_not_allowed"
      })
  void badRequestShouldBeAProblem(String line, int status, String part, String reason) {
    // When
    wire.send(line + " HTTP/1.1\r\nHost: x\r\n\r\n");

    // Then
    assertThat(wire.read())
        .startsWith("HTTP/1.1 " + status + " ")
        .contains("content-type: application/problem+json")
        .contains(part);
    assertThat(wire.log.records).isEmpty();
    assertThat(wire.metrics.scrape())
        .contains("tidegate_delivery_requests_refused_total{reason=\"" + reason + "\"} 1.0");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "text/event-stream | true",
        "text/html, TEXT/Event-Stream;q=0.5 | true",
        "text/* | true",
        "*/* | true",
        "'' | true",
        "application/json | false",
        "text/event-stream;q=0, */* | false",
        "*/*, text/event-stream;q=0 | false",
        "text/*;q=0.0, */*;q=1 | false"
      })
  void clientThatTakesNoEventsShouldBeToldSo(String accept, boolean taken) {
    // When
    wire.send("GET /v1/stream?user=alice HTTP/1.1\r\nHost: x\r\nAccept: " + accept + "\r\n\r\n");

    // Then
    assertThat(wire.log.records).hasSize(taken ? 1 : 0);
    assertThat(wire.read()).startsWith(taken ? "" : "HTTP/1.1 406 ");
  }

  @Test
  void streamWithoutTheSlotShouldBe503() {
    // Given
    wire.loop.fence("test");

    // When
    wire.ask(USER);

    // Then
    assertThat(wire.read()).startsWith("HTTP/1.1 503 ").contains("retry-after: ");
    assertThat(wire.channel.isOpen()).isFalse();
  }

  @Test
  void streamWhileTheWorkerDrainsShouldBe503() {
    // Given
    wire.loop.drain();

    // When
    wire.ask(USER);

    // Then
    assertThat(wire.read()).startsWith("HTTP/1.1 503 ").contains("the worker is not ready");
  }

  @Test
  void requestThatCannotBeWrittenShouldBeAStreamThatEnds() {
    // Given
    wire.log.full = true;

    // When
    wire.ask(USER);

    // Then
    assertThat(wire.read()).startsWith("HTTP/1.1 200 ").contains("\"code\":4006");
    assertThat(wire.channel.isOpen()).isFalse();
    assertThat(wire.loop.admission().sessions()).isZero();
    assertThat(wire.metrics.scrape())
        .contains("tidegate_delivery_closes_total{by=\"worker\",code=\"overloaded\"} 1.0");
  }

  /** A browser takes any other status than 200 for the end, and any end of a stream for none. */
  @ParameterizedTest
  @EnumSource(
      value = CloseCode.class,
      names = {"TOO_MANY_DEVICES", "REPLACED", "SESSION_LOST", "FENCED", "INTERNAL"})
  void sessionThatIsNotTakenShouldBeRefusedOnlyIfItIsNotToComeAgain(CloseCode code) {
    // Given
    wire.ask(USER);

    // When
    wire.obey(1, new InboxCommand.Kick(code.code()));

    // Then
    String read = wire.read();
    if (code.reconnect() == CloseCode.Reconnect.NEVER) {
      assertThat(read).startsWith("HTTP/1.1 403 ").contains(code.reason());
    } else {
      assertThat(read)
          .startsWith("HTTP/1.1 200 ")
          .contains("\n\nevent: close\ndata: {\"op\":\"close\",\"code\":" + code.code());
      assertThat(retry(read)).isBetween(1_000L, 5_000L);
    }
    assertThat(wire.channel.isOpen()).isFalse();
    assertThat(wire.log.records).containsExactly(UP, DOWN);
  }

  @Test
  void sequencerThatDoesNotAnswerShouldEndTheStreamToComeAgain() {
    // Given
    wire.ask(USER);

    // When
    wire.pass(10);

    // Then
    assertThat(wire.read()).startsWith("HTTP/1.1 200 ").contains("\"code\":4001");
    assertThat(wire.channel.isOpen()).isFalse();
  }

  @Test
  void closeShouldBeTheLastEventAndEndTheConnection() {
    // Given
    wire.stream("");

    // When
    wire.turn(
        () -> {
          wire.loop.obey(List.of(push(0, 1, "a")));
          wire.loop.obey(List.of(addressed(new InboxCommand.Kick(4500))));
        });

    // Then
    assertThat(wire.read())
        .endsWith(
            "data: a\n\nevent: close\ndata: {\"op\":\"close\",\"code\":4500,"
                + "\"reason\":\"the device connected elsewhere\",\"reconnect\":\"never\"}\n\n");
    assertThat(wire.channel.isOpen()).isFalse();
    assertThat(wire.log.records).containsExactly(UP, DOWN);
    assertThat(wire.loop.admission().sessions()).isZero();
    assertThat(wire.metrics.scrape())
        .contains("tidegate_delivery_closes_total{by=\"worker\",code=\"replaced\"} 1.0")
        .contains("tidegate_delivery_closes_total{by=\"network\",code=\"none\"} 0.0")
        .contains("tidegate_delivery_connections{transport=\"stream\"} 0.0");
  }

  @Test
  void clientThatGoesShouldBeToldDown() {
    // Given
    wire.stream("");

    // When
    wire.cut();

    // Then
    assertThat(wire.log.records).containsExactly(UP, DOWN);
    assertThat(wire.metrics.scrape())
        .contains("tidegate_delivery_closes_total{by=\"network\",code=\"none\"} 1.0");
  }

  @Test
  void requestBehindTheStreamsShouldEndIt() {
    // Given
    wire.stream("");

    // When
    wire.send("GET /metrics HTTP/1.1\r\n\r\n");

    // Then
    assertThat(wire.read()).contains("\"code\":4503");
    assertThat(wire.channel.isOpen()).isFalse();
  }

  @Test
  void requestRightBehindTheStreamsShouldRefuseIt() {
    // When
    wire.send(
        "GET /v1/stream?" + USER + " HTTP/1.1\r\nHost: x\r\n\r\nGET /metrics HTTP/1.1\r\n\r\n");

    // Then
    assertThat(wire.read()).startsWith("HTTP/1.1 400 ").doesNotContain("200 OK");
    assertThat(wire.channel.isOpen()).isFalse();
    assertThat(wire.log.records).containsExactly(UP, DOWN);
  }

  // Liveness.

  @Test
  void commentsShouldComeInPlaceOfPingsAndNeedNoAnswer() {
    // Given
    wire.stream("");

    // When
    wire.pass(200);

    // Then
    assertThat(wire.read()).matches("(:\n\n){7,9}");
    assertThat(wire.channel.isOpen()).isTrue();
  }

  @Test
  void clientThatTakesNoCommentShouldBeClosed() {
    // Given
    wire.stream("");
    wire.stall();

    // When: for 10 s it is taken to be busy, then it has the time of a pong.
    wire.pass(25 + 10 + 20);

    // Then
    assertThat(wire.log.records).containsExactly(UP, DOWN);
    assertThat(wire.metrics.scrape())
        .contains("tidegate_delivery_closes_total{by=\"worker\",code=\"ping_timeout\"} 1.0");
  }

  @Test
  void clientThatTakesNothingShouldBeSlow() {
    // Given
    wire.stream("");
    wire.stall();
    wire.turn(() -> wire.loop.obey(pushes(5, 40_000)));

    // When
    wire.pass(11);

    // Then
    assertThat(wire.log.records).containsExactly(UP, DOWN);
    assertThat(wire.metrics.scrape())
        .contains("tidegate_delivery_closes_total{by=\"worker\",code=\"slow\"} 1.0");

    // When: it does not take the farewell either.
    wire.pass(2);

    // Then
    assertThat(wire.channel.isOpen()).isFalse();
  }

  @Test
  void clientWithTooMuchWaitingShouldGetItAndThenComeAgainForMore() {
    // Given
    wire.stream("");
    wire.stall();
    wire.turn(() -> wire.loop.obey(pushes(5, 90_000)));

    // When
    wire.letPass(Long.MAX_VALUE);

    // Then
    String read = wire.read();
    assertThat(read).contains("id: 0000000000000007-4\n").doesNotContain("0000000000000007-5");
    assertThat(read).contains("more than 200000 bytes waited; come again for more");
    assertThat(wire.channel.isOpen()).isFalse();
  }

  @Test
  void agedStreamShouldBeToldToGoAndThenClosed() {
    // Given
    wire.stream("");
    wire.now.addAndGet(TimeUnit.SECONDS.toNanos(5L * Wire.MAX_AGE_SECONDS / 4));

    // When
    wire.pass(1);
    String goaway = wire.read();
    wire.pass(2);

    // Then
    assertThat(goaway)
        .endsWith("event: goaway\ndata: {\"op\":\"goaway\",\"retry_after_ms\":[0,5000]}\n\n");
    assertThat(retry(goaway)).isBetween(0L, 5_000L);
    assertThat(wire.read()).contains("\"code\":4005").contains("\"reconnect\":\"now\"");
    assertThat(wire.channel.isOpen()).isFalse();
  }

  @Test
  void drainShouldSpreadBrowsersByTheirRetry() {
    // Given
    wire.stream("");
    CompletableFuture<Void> end = new CompletableFuture<>();

    // When
    new Departure(wire.loop, 1_000, end).begin(Duration.ofSeconds(8), Duration.ofSeconds(9));
    wire.channel.runPendingTasks();
    String first = wire.read();
    wire.wait(50);
    String second = wire.read();
    wire.wait(50);

    // Then
    assertThat(first)
        .endsWith("event: goaway\ndata: {\"op\":\"goaway\",\"retry_after_ms\":[8000,9000]}\n\n");
    assertThat(retry(first)).isBetween(8_000L, 9_000L);
    assertThat(second).contains("\"code\":1001");
    assertThat(end).isCompleted();
  }

  @Test
  void fenceShouldEndEveryStream() {
    // Given
    wire.stream("");

    // When
    wire.loop.fence("no round trip to Kafka");
    wire.channel.runPendingTasks();

    // Then
    assertThat(wire.read()).contains("\"code\":4000,\"reason\":\"no round trip to Kafka\"");
    assertThat(wire.channel.isOpen()).isFalse();
  }

  @Test
  void faultShouldEndItsStreamAlone() {
    // Given: a frame that is none.
    wire.stream("");

    // When
    wire.obey(1, new InboxCommand.Push(0, 1, 1, Frame.of(new byte[0])));

    // Then
    assertThat(wire.read()).contains("\"code\":1011");
    assertThat(wire.metrics.scrape()).contains("tidegate_delivery_faults_total 1.0");
  }

  // Acks on write.

  @Test
  void whatTheSocketTookShouldBeAckedWhereThatIsAskedFor() {
    // Given
    wire.stream("&ack=write");

    // When
    wire.turn(() -> wire.loop.obey(List.of(push(0, 3, "a"), push(3, 4, "b"))));
    wire.wait(50);

    // Then
    assertThat(wire.log.records).containsExactly(UP, "acks default/alice=4");
  }

  @Test
  void whatTheSocketDidNotTakeShouldNotBeAcked() {
    // Given
    wire.stream("&ack=write");
    wire.stall();

    // When
    wire.turn(() -> wire.loop.obey(List.of(push(0, 3, "a"))));
    wire.pass(2);
    wire.wait(50);
    List<String> before = List.copyOf(wire.log.records);
    wire.letPass(Long.MAX_VALUE);
    wire.pass(1);
    wire.wait(50);

    // Then
    assertThat(before).containsExactly(UP);
    assertThat(wire.log.records).containsExactly(UP, "acks default/alice=3");
  }

  @Test
  void whatWasWrittenToASocketThatBrokeShouldNotBeAcked() {
    // Given
    wire.stream("&ack=write");
    wire.stall();
    wire.turn(() -> wire.loop.obey(List.of(push(0, 3, "a"))));

    // When
    wire.cut();
    wire.wait(50);

    // Then
    assertThat(wire.log.records).containsExactly(UP, DOWN);
  }

  @Test
  void nothingShouldBeAckedWhereItIsNotAskedFor() {
    // Given
    wire.stream("");

    // When
    wire.turn(() -> wire.loop.obey(List.of(push(0, 3, "a"))));
    wire.pass(2);
    wire.wait(50);

    // Then
    assertThat(wire.log.records).containsExactly(UP);
  }

  private static long retry(String read) {
    Matcher retry = RETRY.matcher(read);
    assertThat(retry.find()).isTrue();
    return Long.parseLong(retry.group(1));
  }

  private static List<Addressed> pushes(int count, int bytes) {
    return IntStream.range(0, count).mapToObj(i -> push(i, i + 1, "x".repeat(bytes))).toList();
  }

  private static Addressed push(long prev, long last, String json) {
    return addressed(new InboxCommand.Push(prev, last, 1, frame(json)));
  }

  private static Addressed addressed(InboxCommand command) {
    return new Addressed(17, 1, "default/alice", command);
  }

  private static Frame frame(String json) {
    return Frame.of(text(json));
  }

  private static byte[] text(String json) {
    return Wire.frame(json);
  }
}
