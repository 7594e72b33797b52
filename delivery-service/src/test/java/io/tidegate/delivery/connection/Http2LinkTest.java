package io.tidegate.delivery.connection;

import static io.tidegate.testhttp2.TestHttp2.CANCEL;
import static io.tidegate.testhttp2.TestHttp2.GOAWAY;
import static io.tidegate.testhttp2.TestHttp2.INITIAL_WINDOW_SIZE;
import static io.tidegate.testhttp2.TestHttp2.NO_ERROR;
import static io.tidegate.testhttp2.TestHttp2.PING;
import static io.tidegate.testhttp2.TestHttp2.RST_STREAM;
import static io.tidegate.testhttp2.TestHttp2.WINDOW_UPDATE;
import static org.assertj.core.api.Assertions.assertThat;

import io.tidegate.testhttp2.TestHttp2;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** What streams of one connection of HTTP/2 share: its windows, its age and its end. */
final class Http2LinkTest {
  private final Http2Wire http2 = new Http2Wire();
  private final Wire wire = http2.wire;
  private final TestHttp2 client = http2.client;

  @AfterEach
  void nothingShouldBeLeftOver() {
    http2.finish();
  }

  // Slow clients.

  @Test
  void streamWhoseWindowIsShutShouldCostTheOthersNothing() throws Exception {
    // Given
    client.setting(INITIAL_WINDOW_SIZE, 1_000);
    client.number(WINDOW_UPDATE, 0, Http2Wire.ENOUGH);
    http2.attach(2, "");
    client.number(WINDOW_UPDATE, 5, Http2Wire.ENOUGH);

    // When
    String large = "\"" + "x".repeat(40_000) + "\"";
    for (int i = 0; i < 4; i++) {
      http2.push(1, i, i + 1, large);
      http2.push(2, i, i + 1, large);
    }
    http2.readAll();

    // Then
    assertThat(http2.stream(2).text()).contains("id: 0000000000000007-4\n");
    assertThat(http2.stream(1).body.size()).isEqualTo(1_000);
    assertThat(wire.outbound.waiting()).isBetween(150_000L, 170_000L);

    // When: more than is tolerated waits, and nothing of it is taken.
    wire.pass(11);
    http2.push(2, 4, 5, "\"still there\"");
    http2.readAll();

    // Then
    assertThat(wire.log.records).last().isEqualTo("down default/alice d1 17.1");
    assertThat(wire.metrics.scrape())
        .contains("tidegate_delivery_closes_total{by=\"worker\",code=\"slow\"} 1.0");
    assertThat(http2.stream(2).text()).endsWith("data: \"still there\"\n\n");

    // When: it does not take the farewell either.
    wire.pass(3);
    http2.readAll();

    // Then
    assertThat(http2.stream(1).reset).isEqualTo(CANCEL);
    assertThat(wire.outbound.waiting()).isZero();
  }

  @Test
  void streamThatTakesEnoughShouldGetAllInItsOrder() throws Exception {
    // Given
    client.setting(INITIAL_WINDOW_SIZE, 0);
    client.number(WINDOW_UPDATE, 0, Http2Wire.ENOUGH);
    http2.get(3, Http2Wire.STREAM + "d1");
    http2.welcome(1);

    // When
    for (int i = 0; i < 4; i++) {
      http2.push(1, i, i + 1, "\"" + (char) ('a' + i) + "x".repeat(40_000) + "\"");
    }
    for (int i = 0; i < 5; i++) {
      wire.pass(9);
      client.number(WINDOW_UPDATE, 3, 40_000);
    }
    http2.readAll();

    // Then
    assertThat(http2.stream(1).ended).isFalse();
    assertThat(http2.stream(1).text()).containsSubsequence("\"ax", "\"bx", "\"cx", "\"dx");
  }

  @Test
  void whatTheSocketTookShouldBeAckedWhereThatIsAskedFor() throws Exception {
    // Given
    client.setting(INITIAL_WINDOW_SIZE, 300);
    http2.attach(1, "&ack=write");

    // When
    http2.push(1, 0, 1, "\"" + "x".repeat(300) + "\"");
    wire.pass(1);
    wire.wait(50);
    List<String> before = List.copyOf(wire.log.records);
    client.number(WINDOW_UPDATE, 3, Http2Wire.ENOUGH);
    wire.pass(1);
    wire.wait(50);

    // Then
    assertThat(before).containsExactly("up default/alice d1 17.1");
    assertThat(wire.log.records).last().isEqualTo("acks default/alice=1");
  }

  @Test
  void answerThatIsNotTakenShouldBeLetGoOfInTime() throws Exception {
    // Given
    client.setting(INITIAL_WINDOW_SIZE, 0);
    http2.get(3, "/metrics");
    http2.readAll();

    // When
    wire.pass(11);
    http2.readAll();

    // Then
    assertThat(client.answer(3).status()).isEqualTo(200);
    assertThat(client.answer(3).reset).isEqualTo(CANCEL);
    assertThat(wire.channel.isOpen()).isTrue();
  }

  @Test
  void commentsShouldComeInPlaceOfPings() throws Exception {
    // Given
    http2.attach(2, "");

    // When
    wire.pass(200);
    http2.readAll();

    // Then
    assertThat(http2.stream(1).text()).matches("(?s).*data: \\{\\}\n\n(:\n\n){7,9}");
    assertThat(http2.stream(2).text()).matches("(?s).*data: \\{\\}\n\n(:\n\n){7,9}");
    assertThat(wire.channel.isOpen()).isTrue();
  }

  // Clients that take nothing at all.

  private void ask(int count, String path) throws Exception {
    client.setting(INITIAL_WINDOW_SIZE, Http2Wire.ENOUGH);
    client.number(WINDOW_UPDATE, 0, Http2Wire.ENOUGH);
    http2.attach(1, "");
    wire.stall();
    for (int i = 0; i < count; i++) {
      http2.get(2 * i + 5, path);
    }
  }

  @Test
  void socketThatTakesNothingShouldEndWithAllItsStreamsAndCountUntilThen() throws Exception {
    // Given
    ask(10, "/metrics");

    // When
    wire.pass(1);
    long waiting = wire.outbound.waiting();
    wire.pass(4);
    wire.letPass(10);
    wire.stall();
    wire.pass(7);

    // Then: the answers are let go of, which the socket is not told.
    assertThat(waiting).isGreaterThan(50_000);
    assertThat(wire.outbound.waiting()).isGreaterThanOrEqualTo(waiting);
    assertThat(wire.loop.isAnswering()).isFalse();
    assertThat(wire.channel.isOpen()).isTrue();

    // When
    wire.pass(4);

    // Then
    assertThat(wire.channel.isOpen()).isFalse();
    assertThat(wire.outbound.waiting()).isZero();
    assertThat(wire.log.records).last().isEqualTo("down default/alice d1 17.1");
    assertThat(wire.metrics.scrape())
        .contains("tidegate_delivery_closes_total{by=\"worker\",code=\"slow\"} 1.0")
        .contains("tidegate_delivery_http2_connections 0.0");
  }

  @Test
  void socketThatTakesALittleShouldKeepItsStreams() throws Exception {
    // Given
    ask(1, "/health/live");
    http2.push(1, 0, 1, "\"" + "x".repeat(30_000) + "\"");

    // When
    for (int i = 0; i < 3; i++) {
      wire.pass(9);
      wire.letPass(10);
    }

    // Then
    assertThat(wire.channel.isOpen()).isTrue();
    wire.letPass(Long.MAX_VALUE);
    http2.readAll();
    assertThat(http2.stream(1).text()).contains("xxx");
  }

  @Test
  void boundOverAllShouldEndASocketThatKeepsWhatWasClosed() throws Exception {
    // Given
    ask(Http2Codec.MAX_STREAMS - 1, "/metrics");

    // When
    wire.pass(1);
    for (int i = 0; i < 30 && wire.channel.isOpen(); i++) {
      wire.loop.tick();
      wire.channel.runPendingTasks();
    }

    // Then
    assertThat(wire.channel.isOpen()).isFalse();
    assertThat(wire.outbound.waiting()).isZero();
  }

  @Test
  void streamThatTakesSomethingShouldNotBeTakenForGone() throws Exception {
    // Given: something waits for it all the time.
    client.setting(INITIAL_WINDOW_SIZE, 300);
    http2.attach(1, "");
    for (int i = 0; i < 200; i++) {
      http2.push(1, i, i + 1, "\"" + "x".repeat(100) + "\"");
    }

    // When
    for (int i = 0; i < 20; i++) {
      wire.pass(5);
      client.number(WINDOW_UPDATE, 3, 200);
    }

    // Then
    assertThat(wire.channel.isOpen()).isTrue();
    assertThat(wire.log.records).containsExactly("up default/alice d1 17.1");
  }

  // The end of the connection.

  @Test
  void connectionWithQuickRequestsShouldStay() throws Exception {
    // When: none is under way when it is looked at.
    for (int i = 0; i < 15; i++) {
      http2.get(2 * i + 3, "/health/live").await(2 * i + 3);
      wire.pass(2);
    }

    // Then
    assertThat(wire.channel.isOpen()).isTrue();

    // When
    wire.pass(12);

    // Then
    assertThat(wire.channel.isOpen()).isFalse();
  }

  @Test
  void drainShouldTellTheStreamsFirstAndThenTheConnection() throws Exception {
    // Given
    http2.attach(2, "");
    CompletableFuture<Void> end = new CompletableFuture<>();

    // When
    wire.turn(
        () ->
            new Departure(wire.loop, 100, end).begin(Duration.ofSeconds(8), Duration.ofSeconds(9)));
    List<Integer> told = http2.readAll();

    // Then
    assertThat(told).last().isEqualTo(GOAWAY);
    assertThat(http2.stream(1).text()).contains("event: goaway\n");
    assertThat(http2.stream(2).text()).contains("event: goaway\n");

    // When: what was under way is answered.
    http2.get(7, Http2Wire.STREAM + "d3");
    for (int i = 0; i < 4; i++) {
      wire.wait(50);
    }
    http2.readAll();

    // Then
    assertThat(client.answer(7).status()).isEqualTo(503);
    assertThat(http2.stream(1).text()).contains("\"code\":1001");
    assertThat(http2.stream(2).ended).isTrue();
    assertThat(end).isCompleted();

    // When
    wire.pass(1);

    // Then
    assertThat(wire.channel.isOpen()).isFalse();
  }

  @Test
  void agedConnectionShouldTakeNothingMoreButKeepItsStreams() throws Exception {
    // Given
    http2.attach(1, "");
    wire.now.addAndGet(TimeUnit.SECONDS.toNanos(3L * Wire.MAX_AGE_SECONDS / 4 - 1));
    for (int i = 0; i < Wire.MAX_AGE_SECONDS; i += 10) {
      // A session for each moment, so that there is always one that is young.
      wire.pass(10);
      if (http2.readAll().contains(GOAWAY)) {
        break;
      }
      int stream = 5 + i / 5;
      http2.get(stream, Http2Wire.STREAM + "x" + i);
      http2.welcome(2 + i / 10);
      client.number(RST_STREAM, stream - 2, CANCEL);
    }

    // Then
    assertThat(wire.loop.admission().sessions()).isEqualTo(1);
    assertThat(wire.channel.isOpen()).isTrue();

    // When: the time for what was under way is over.
    wire.pass(11);
    List<Integer> after = http2.readAll();
    http2.get(100_001, "/health/live");
    http2.readAll();

    // Then
    assertThat(after).contains(GOAWAY);
    assertThat(client.answer(100_001).status()).isZero();
  }

  @Test
  void connectionWithoutARequestShouldEndWhateverPingsCome() throws Exception {
    // When
    for (int i = 0; i < 11; i++) {
      wire.pass(1);
      if (wire.channel.isOpen()) {
        client.frame(PING, 0, 0, new byte[8]);
      }
    }

    // Then
    TestHttp2.Frame goAway = client.awaitFrame(GOAWAY);
    assertThat(ByteBuffer.wrap(goAway.payload()).getInt(4)).isEqualTo(NO_ERROR);
    assertThat(wire.channel.isOpen()).isFalse();
  }

  @Test
  void connectionWithAStreamShouldStay() throws Exception {
    // Given
    http2.attach(1, "");

    // When
    wire.pass(60);

    // Then
    assertThat(http2.readAll()).doesNotContain(GOAWAY);
    assertThat(wire.channel.isOpen()).isTrue();
  }
}
