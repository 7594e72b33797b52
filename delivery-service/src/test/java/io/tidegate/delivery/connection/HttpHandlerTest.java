package io.tidegate.delivery.connection;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class HttpHandlerTest {
  private static final String LIVE = "GET /health/live HTTP/1.1\r\n\r\n";

  private final Wire wire = new Wire(1);

  @AfterEach
  void buffersShouldBeReleased() {
    assertThat(wire.finish()).isTrue();
  }

  @Test
  void upgradeShouldAnswerTheKeyAndNameTheProtocol() {
    // When
    wire.send(Wire.REQUEST + "Sec-WebSocket-Protocol: other, tidegate.v1\r\n\r\n");

    // Then: the key and its answer are RFC 6455's own example.
    assertThat(wire.read())
        .startsWith("HTTP/1.1 101 ")
        .contains("sec-websocket-accept: s3pPLMBiTxaQ9kYGzzhZRbK+xOo=\r\n")
        .contains("sec-websocket-protocol: tidegate.v1\r\n");
  }

  @Test
  void clientThatNamesNoProtocolShouldBeTaken() {
    // When
    wire.send(Wire.REQUEST + "\r\n");

    // Then
    assertThat(wire.read())
        .startsWith("HTTP/1.1 101 ")
        .doesNotContainIgnoringCase("sec-websocket-protocol");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "426 | Upgrade: websocket | Upgrade: h2c | upgrade: want websocket",
        "426 | Connection: keep-alive, Upgrade | Connection: close | connection: want Upgrade",
        "426 | Sec-WebSocket-Version: 13 | Sec-WebSocket-Version: 8 | sec-websocket-version: want"
            + " 13",
        "400 | dGhlIHNhbXBsZSBub25jZQ== | short | sec-websocket-key: want 16 bytes in base64"
      })
  void badUpgradeShouldBeAProblemThatNamesTheHeader(
      int status, String part, String instead, String detail) {
    // When
    wire.send(Wire.REQUEST.replace(part, instead) + "\r\n");

    // Then
    assertThat(wire.read())
        .startsWith("HTTP/1.1 " + status + " ")
        .contains("content-type: application/problem+json")
        .contains("\"detail\":\"" + detail + "\"")
        .contains("\"field\":\"" + detail.substring(0, detail.indexOf(':')) + "\"");
  }

  @Test
  void upgradeBeyondTheLimitShouldBe503() {
    // Given
    assertThat(wire.loop.admission().enterSession(null)).isEqualTo(Admission.Coming.IN);

    // When
    wire.send(Wire.REQUEST + "\r\n");

    // Then
    assertThat(wire.read())
        .startsWith("HTTP/1.1 503 ")
        .contains("retry-after: ")
        .contains("the worker has its 1 connections");
    assertThat(wire.channel.isOpen()).isFalse();
  }

  @Test
  void upgradeWithoutTheSlotShouldBe503() {
    // Given
    wire.loop.fence("test");

    // When
    wire.send(Wire.REQUEST + "\r\n");

    // Then
    assertThat(wire.read()).startsWith("HTTP/1.1 503 ").contains("the worker is not ready");
  }

  @Test
  void endOfAWebSocketShouldMakeRoomForAnother() {
    // Given
    wire.upgrade();
    assertThat(wire.loop.admission().sessions()).isEqualTo(1);

    // When
    wire.cut();

    // Then
    assertThat(wire.loop.admission().sessions()).isZero();
  }

  @Test
  void healthShouldSayWhatIsDown() {
    // Given
    wire.healthy = false;

    // When
    wire.send("GET /health/ready?load=true HTTP/1.1\r\nHost: x\r\n\r\n");

    // Then
    assertThat(wire.read())
        .startsWith("HTTP/1.1 503 ")
        .endsWith(
            "{\"status\":\"DOWN\",\"checks\":{\"slot\":{\"status\":\"DOWN\","
                + "\"detail\":\"held \\\"3\\\"\"},"
                + "\"load\":{\"status\":\"UP\",\"detail\":\"takes more\"}}}");
  }

  @Test
  void connectionShouldServeRequestAfterRequest() {
    // When
    wire.send("GET /health/live HTTP/1.1\r\nHost: x\r\n\r\n");
    wire.send("GET /health/ready?x=1 HTTP/1.1\r\nHost: x\r\n\r\n");
    wire.send("GET /metrics HTTP/1.1\r\nHost: x\r\n\r\n");

    // Then
    assertThat(wire.read())
        .contains("HTTP/1.1 200 ")
        .contains("{\"status\":\"UP\",\"checks\":{\"threads\":")
        .contains("tidegate_delivery_closes_total{by=\"worker\",code=\"bad_ack\"} 0.0")
        .contains("tidegate_delivery_requests_refused_total{reason=\"overloaded\"} 0.0");
  }

  @Test
  void otherPathShouldBeAProblem() {
    // When
    wire.send("GET /nowhere HTTP/1.1\r\nHost: x\r\n\r\n");

    // Then
    assertThat(wire.read())
        .startsWith("HTTP/1.1 404 ")
        .contains("application/problem+json")
        .contains("\"type\":\"urn:tidegate:problem:not-found\"");
  }

  @Test
  void otherMethodShouldBeAProblem() {
    // When
    wire.send("POST /v1/connect HTTP/1.1\r\nHost: x\r\nContent-Length: 2\r\n\r\nhi");

    // Then
    assertThat(wire.read())
        .startsWith("HTTP/1.1 405 ")
        .contains("allow: GET")
        .contains("\"type\":\"urn:tidegate:problem:method-not-allowed\"");
  }

  @Test
  void bodyBeyondTheLimitShouldBeAProblem() {
    // When
    wire.send(
        "GET /metrics HTTP/1.1\r\nHost: x\r\nContent-Length: 20000\r\n\r\n" + "x".repeat(20_000));

    // Then
    assertThat(wire.read()).startsWith("HTTP/1.1 413 ");
    assertThat(wire.channel.isOpen()).isFalse();
  }

  @Test
  void illegalRequestShouldBeAProblem() {
    // When
    wire.send("GET /" + "x".repeat(20_000) + " HTTP/1.1\r\n\r\n");

    // Then
    assertThat(wire.read()).startsWith("HTTP/1.1 400 ");
    assertThat(wire.channel.isOpen()).isFalse();
  }

  @Test
  void requestThatDoesNotComeShouldBeGivenUp() {
    // Given
    wire.send("GET /health/live HTTP/1.1\r\n");

    // When
    wire.pass(9);
    boolean before = wire.channel.isOpen();
    wire.pass(1);

    // Then
    assertThat(before).isTrue();
    assertThat(wire.channel.isOpen()).isFalse();
  }

  // A client that asks and does not read.

  @Test
  void answerThatIsNotReadShouldKeepTheRequestsBehindItWaiting() {
    // Given
    wire.stall();

    // When
    wire.send("GET /metrics HTTP/1.1\r\n\r\n".repeat(40));

    // Then
    assertThat(wire.pendingBytes()).isBetween(1_000L, 100_000L);
    assertThat(wire.channel.config().isAutoRead()).isFalse();
  }

  @Test
  void requestsThatWaitedShouldBeAnsweredOneByOne() {
    // Given
    wire.stall();
    wire.send(LIVE.repeat(40));

    // When
    wire.letPassWritten();
    int first = answers(wire.read());
    wire.letPass(Long.MAX_VALUE);

    // Then
    assertThat(first).isEqualTo(1);
    assertThat(answers(wire.read())).isEqualTo(39);
    assertThat(wire.channel.config().isAutoRead()).isTrue();
  }

  @Test
  void requestsThatWaitedShouldNotRenewTheDeadline() {
    // Given
    wire.stall();
    wire.send(LIVE.repeat(40));

    // When: it reads an answer every other second.
    int seconds = 0;
    while (wire.channel.isOpen() && seconds < 60) {
      wire.letPassWritten();
      wire.pass(2);
      seconds += 2;
    }

    // Then
    assertThat(seconds).isEqualTo(10);
  }

  @Test
  void answerThatTakesItsTimeShouldHaveAllOfIt() {
    // Given
    wire.pass(9);
    wire.stall();
    wire.send("GET /metrics HTTP/1.1\r\n\r\n");

    // When
    wire.pass(9);
    wire.letPass(Long.MAX_VALUE);
    wire.pass(9);

    // Then
    assertThat(answers(wire.read())).isEqualTo(1);
    assertThat(wire.channel.isOpen()).isTrue();
  }

  @Test
  void connectionShouldEndWithTheLastOfItsRequests() {
    // When
    wire.send(LIVE.repeat(101));

    // Then
    String read = wire.read();
    assertThat(answers(read)).isEqualTo(100);
    assertThat(read).containsOnlyOnce("connection: close");
    assertThat(wire.channel.isOpen()).isFalse();
  }

  @Test
  void nothingShouldFollowTheAnswerThatSaysClose() {
    // Given
    wire.stall();
    wire.send("GET /health/live HTTP/1.1\r\nConnection: close\r\n\r\n" + LIVE);

    // When
    wire.letPassWritten();

    // Then
    assertThat(answers(wire.read())).isEqualTo(1);
    assertThat(wire.channel.isOpen()).isFalse();
  }

  @Test
  void upgradeBehindAnAnswerThatIsNotReadShouldBeRefused() {
    // Given: what comes behind an upgrade is no HTTP, and was read as such.
    wire.stall();
    wire.send(LIVE + Wire.REQUEST + "\r\n");

    // When
    wire.letPass(Long.MAX_VALUE);

    // Then
    assertThat(wire.read())
        .contains("HTTP/1.1 400 ")
        .contains("it has to wait for the answers before it");
    assertThat(wire.channel.isOpen()).isFalse();
    assertThat(wire.loop.admission().sessions()).isZero();
  }

  @Test
  void requestsThatWaitShouldBeReleasedWithTheirConnection() {
    // Given
    wire.stall();
    wire.send("POST /metrics HTTP/1.1\r\nContent-Length: 2\r\n\r\nhi".repeat(10));

    // When
    wire.cut();

    // Then: finish() has the counts.
    assertThat(wire.channel.isOpen()).isFalse();
  }

  private static int answers(String read) {
    return read.split("HTTP/1.1 ", -1).length - 1;
  }
}
