package io.tidegate.delivery.connection;

import static org.assertj.core.api.Assertions.assertThat;

import io.tidegate.contract.CloseCode;
import io.tidegate.delivery.frame.Frame;
import io.tidegate.delivery.inbox.Addressed;
import io.tidegate.delivery.inbox.InboxCommand;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class PollHandlerTest {
  private static final String UP = "up default/alice phone 17.1";
  private static final String DOWN = "down default/alice phone 17.1";

  private final Wire wire = new Wire(10);

  @AfterEach
  void buffersShouldBeReleased() {
    assertThat(wire.finish()).isTrue();
  }

  private void poll(String parameters) {
    wire.send("GET /v1/poll?user=alice&device=phone" + parameters + " HTTP/1.1\r\nHost: x\r\n\r\n");
  }

  @Test
  void firstPushShouldBeAnsweredWithWhatComesWithIt() {
    // Given
    poll("");
    wire.welcome();
    wire.pass(5);

    // When
    obey(push(0, 3, "1"));
    wire.wait(24);
    obey(new InboxCommand.Live(frame("2")));
    obey(new InboxCommand.Reset(7, 8, text("3")));
    String before = wire.read();
    wire.wait(1);

    // Then
    assertThat(before).isEmpty();
    assertThat(wire.read())
        .startsWith("HTTP/1.1 200 ")
        .contains("content-type: application/json\r\n")
        .contains("cache-control: no-store\r\n")
        .contains("connection: keep-alive\r\n")
        .endsWith("{\"cursor\":\"0000000000000007-8\",\"welcome\":{},\"frames\":[1,2,3]}");
    assertThat(wire.log.records).containsExactly(UP, DOWN);
    assertThat(wire.loop.admission().sessions()).isZero();
    assertThat(wire.channel.isOpen()).isTrue();
    assertThat(wire.metrics.scrape())
        .contains("tidegate_delivery_pushes_total{transport=\"poll\"} 1.0")
        .contains("tidegate_delivery_closes_total{by=\"worker\",code=\"normal\"} 1.0")
        .contains("tidegate_delivery_closes_total{by=\"network\",code=\"none\"} 0.0")
        .contains("tidegate_delivery_connections{transport=\"poll\"} 0.0");
  }

  @Test
  void nothingShouldBeAnsweredWithAnEmptyListWhenTheWaitIsOver() {
    // Given
    poll("&wait=30");
    wire.welcome();
    wire.pass(29);
    String before = wire.read();

    // When
    wire.pass(2);

    // Then
    assertThat(before).isEmpty();
    assertThat(wire.read())
        .startsWith("HTTP/1.1 200 ")
        .endsWith("{\"cursor\":\"0000000000000007-0\",\"welcome\":{},\"frames\":[]}");
    assertThat(wire.log.records).containsExactly(UP, DOWN);
  }

  @Test
  void pollThatDoesNotWaitShouldHaveWhatIsThere() {
    // Given
    poll("&wait=0");
    wire.welcome();

    // When
    obey(push(0, 3, "1"));
    wire.wait(25);

    // Then
    assertThat(wire.read()).endsWith("\"frames\":[1]}");
  }

  @Test
  void connectionShouldServePollAfterPoll() {
    // Given
    poll("&wait=0");
    wire.welcome();
    wire.wait(25);
    wire.read();

    // When
    poll("&wait=0&cursor=0000000000000007-3");
    wire.obey(2, new InboxCommand.Attach(7, 3, Wire.WELCOME));
    wire.wait(25);

    // Then
    assertThat(wire.read()).contains("{\"cursor\":\"0000000000000007-3\"");
    assertThat(wire.log.records)
        .containsExactly(UP, DOWN, "up default/alice phone 17.2", "down default/alice phone 17.2");
  }

  @Test
  void enoughShouldBeAnsweredAtOnce() {
    // Given
    poll("");
    wire.welcome();
    String large = "x".repeat(100_000);

    // When: the fourth is left for the next poll.
    wire.turn(
        () -> {
          for (int i = 0; i < 4; i++) {
            wire.loop.obey(List.of(addressed(push(i, i + 1, large))));
          }
        });

    // Then
    assertThat(wire.read())
        .startsWith("HTTP/1.1 200 ")
        .contains("{\"cursor\":\"0000000000000007-3\"")
        .hasSizeLessThan(301_000);
  }

  @Test
  void requestBehindAPollShouldWaitForItsAnswer() {
    // Given
    wire.send(
        String.join(
            "\r\n",
            "GET /v1/poll?user=alice&device=phone HTTP/1.1",
            "Host: x",
            "",
            "GET /health/live HTTP/1.1",
            "",
            ""));
    wire.welcome();
    String before = wire.read();
    boolean reading = wire.channel.config().isAutoRead();

    // When
    obey(push(0, 3, "1"));
    wire.wait(25);

    // Then
    assertThat(before).isEmpty();
    assertThat(reading).isFalse();
    assertThat(wire.read()).containsSubsequence("\"frames\":[1]}", "HTTP/1.1 200 ", "\"UP\"");
    assertThat(wire.channel.config().isAutoRead()).isTrue();
  }

  @Test
  void clientThatGoesShouldBeToldDown() {
    // Given
    poll("");
    wire.welcome();

    // When
    wire.cut();

    // Then
    assertThat(wire.log.records).containsExactly(UP, DOWN);
    assertThat(wire.loop.admission().sessions()).isZero();
  }

  @Test
  void clientThatGoesWhileItsAnswerIsOnItsWayShouldHarmNobody() {
    // Given
    poll("");
    wire.welcome();
    obey(push(0, 3, "1"));

    // When
    wire.cut();
    wire.wait(25);

    // Then
    assertThat(wire.log.records).containsExactly(UP, DOWN);
  }

  @Test
  void clientThatTakesTooLittleOfItsAnswerShouldBeCut() {
    // Given
    poll("");
    wire.welcome();
    wire.stall();
    obey(push(0, 3, "x".repeat(100_000)));
    wire.wait(25);

    // When: enough in time, and then too little
    wire.pass(9);
    wire.letPass(40_000);
    wire.pass(9);
    boolean before = wire.channel.isOpen();
    wire.letPass(20_000);
    wire.pass(3);

    // Then
    assertThat(before).isTrue();
    assertThat(wire.channel.isOpen()).isFalse();
  }

  /** Whether the sequencer attached it, what it was told then, and how it ended. */
  @ParameterizedTest
  @CsvSource({
    "false, false, TOO_MANY_DEVICES, 403",
    "false, false, FENCED, 503",
    "false, false, SESSION_LOST, 503",
    "true, false, REPLACED, 403",
    "true, false, FENCED, 200",
    "true, false, TOKEN_EXPIRED, 401",
    "true, true, REPLACED, 200",
    "true, true, FENCED, 200"
  })
  void endShouldBeAnsweredWithWhatThereIsOrWhy(
      boolean attached, boolean told, CloseCode code, int status) {
    // Given
    poll("");
    if (attached) {
      wire.welcome();
    }
    if (told) {
      obey(push(0, 3, "1"));
    }

    // When
    obey(new InboxCommand.Kick(code.code()));

    // Then
    assertThat(wire.read())
        .startsWith("HTTP/1.1 " + status + " ")
        .contains("connection: close\r\n")
        .contains(status == 200 ? (told ? "[1]" : "[]") : code.reason());
    assertThat(wire.channel.isOpen()).isFalse();
    assertThat(wire.log.records).containsExactly(UP, DOWN);
  }

  @Test
  void sequencerThatDoesNotAnswerShouldBe503() {
    // Given
    poll("&wait=0");

    // When
    wire.pass(11);

    // Then
    assertThat(wire.read()).startsWith("HTTP/1.1 503 ").contains("retry-after: ");
  }

  @Test
  void drainShouldAnswerPolls() {
    // Given
    poll("");
    wire.welcome();

    // When
    new Departure(wire.loop, 1_000, new CompletableFuture<>())
        .begin(Duration.ofSeconds(8), Duration.ofSeconds(9));
    wire.wait(50);

    // Then
    assertThat(wire.read()).startsWith("HTTP/1.1 200 ").endsWith("\"frames\":[]}");
    assertThat(wire.loop.handlers()).isEmpty();
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "/v1/poll | user: missing",
        "/v1/poll?user=alice&wait=61 | wait: want seconds from 0 to 60"
      })
  void badPollShouldBeAProblem(String target, String detail) {
    // When
    wire.send("GET " + target + " HTTP/1.1\r\nHost: x\r\n\r\n");

    // Then
    assertThat(wire.read()).startsWith("HTTP/1.1 400 ").contains(detail);
    assertThat(wire.log.records).isEmpty();
  }

  @Test
  void pollBeyondTheLimitShouldBe503() {
    // Given
    while (wire.loop.admission().enterSession(null) == Admission.Coming.IN) {
      // Until it is full.
    }

    // When
    poll("");

    // Then
    assertThat(wire.read()).startsWith("HTTP/1.1 503 ").contains("the worker has its 10");
  }

  private void obey(InboxCommand command) {
    wire.obey(1, command);
  }

  private static Addressed addressed(InboxCommand command) {
    return new Addressed(17, 1, "default/alice", command);
  }

  private static InboxCommand push(long prev, long last, String json) {
    return new InboxCommand.Push(prev, last, 1, frame(json));
  }

  private static Frame frame(String json) {
    return Frame.of(text(json));
  }

  private static byte[] text(String json) {
    return Wire.frame(json);
  }
}
