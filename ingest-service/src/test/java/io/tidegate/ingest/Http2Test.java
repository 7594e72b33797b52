package io.tidegate.ingest;

import static io.tidegate.ingest.TestIngest.TO_ALICE;
import static io.tidegate.ingest.TestIngest.json;
import static io.tidegate.testhttp2.TestHttp2.CANCEL;
import static io.tidegate.testhttp2.TestHttp2.CONTINUATION;
import static io.tidegate.testhttp2.TestHttp2.END_HEADERS;
import static io.tidegate.testhttp2.TestHttp2.END_STREAM;
import static io.tidegate.testhttp2.TestHttp2.ENHANCE_YOUR_CALM;
import static io.tidegate.testhttp2.TestHttp2.GOAWAY;
import static io.tidegate.testhttp2.TestHttp2.HEADERS;
import static io.tidegate.testhttp2.TestHttp2.NO_ERROR;
import static io.tidegate.testhttp2.TestHttp2.PING;
import static io.tidegate.testhttp2.TestHttp2.PROTOCOL_ERROR;
import static io.tidegate.testhttp2.TestHttp2.REFUSED_STREAM;
import static io.tidegate.testhttp2.TestHttp2.RST_STREAM;
import static io.tidegate.testhttp2.TestHttp2.SETTINGS;
import static io.tidegate.testhttp2.TestHttp2.WINDOW_UPDATE;
import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.tidegate.testhttp2.TestHttp2;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** HTTP/2 with prior knowledge, frame by frame. */
class Http2Test {
  private static final Duration SHORT = Duration.ofMillis(300);
  private static final String MESSAGES = "/v1/messages";
  private static final int KIB = 1024;

  private TestIngest ingest = TestIngest.start(UnaryOperator.identity());

  private void restart(UnaryOperator<IngestConfig> change) {
    ingest.close();
    ingest = TestIngest.start(change);
  }

  private void restartSilent() throws Exception {
    ingest.close();
    ingest = TestIngest.silent(UnaryOperator.identity());
  }

  private TestHttp2 client() throws IOException {
    return TestHttp2.open(ingest.service.port());
  }

  private static TestHttp2.Answer first(TestHttp2 client) {
    return client.answer(1);
  }

  @AfterEach
  void shouldHoldNothing() throws Exception {
    try (TestIngest closing = ingest) {
      await()
          .untilAsserted(
              () -> {
                assertThat(closing.metric("tidegate_ingest_http2_streams")).isZero();
                assertThat(closing.metric("tidegate_ingest_inflight_bytes")).isZero();
                assertThat(closing.metric("tidegate_ingest_inflight_requests")).isZero();
              });
    }
  }

  @Test
  void messageIsAccepted() throws Exception {
    try (TestHttp2 client = client()) {
      TestHttp2.Answer answer = client.post(1, MESSAGES, TO_ALICE).await(1);
      assertThat(answer.status()).isEqualTo(202);
      assertThat(json(answer.text()).get("id").asString()).isEqualTo("m1");
      assertThat(answer.headers).containsKey("x-request-id").doesNotContainKey("connection");
      assertThat(ingest.kafka.history()).hasSize(1);
      assertThat(client.post(3, MESSAGES, TO_ALICE).await(3).status()).isEqualTo(202);
    }
  }

  @Test
  void requestsOfOneConnectionDoNotWaitForEachOther() throws Exception {
    restartSilent();
    try (TestHttp2 client = client()) {
      client.post(1, MESSAGES, TO_ALICE);
      ingest.awaitSent(1);
      assertThat(client.head(3, "GET", "/health/live", true).await(3).status()).isEqualTo(200);
      // An answer is there before its request has ended.
      await().until(() -> ingest.metric("tidegate_ingest_http2_streams") == 1);
      assertThat(ingest.kafka.completeNext()).isTrue();
      assertThat(client.await(1).status()).isEqualTo(202);
    }
  }

  @Test
  void batchComesInPiecesAndIsAnsweredByTheLine() throws Exception {
    try (TestHttp2 client = client()) {
      client.head(1, "POST", "/v1/messages", false, "content-type", "application/x-ndjson");
      for (int i = 0; i < 10; i++) {
        client.data(1, "{\"to\":{\"user\":\"u" + i, false);
        client.data(1, "\"},\"data\":" + i + "}\n", false);
      }
      TestHttp2.Answer answer = client.data(1, "", true).await(1);
      assertThat(answer.status()).as(answer.text()).isEqualTo(200);
      assertThat(answer.text().lines()).hasSizeGreaterThanOrEqualTo(10);
      assertThat(ingest.kafka.history()).hasSize(10);
    }
  }

  @Test
  void bodyMayBeLargerThanTheWindow() throws Exception {
    try (TestHttp2 client = client()) {
      String line = "{\"to\":{\"user\":\"a\"},\"data\":\"" + "x".repeat(15 * KIB) + "\"}\n";
      client.head(1, "POST", "/v1/messages", false, "content-type", "application/x-ndjson");
      int room = 128 * KIB;
      for (int i = 0; i < 100; i++) {
        while (room < line.length()) {
          TestHttp2.Frame frame = client.awaitFrame(WINDOW_UPDATE);
          room += frame.stream() == 1 ? frame.number() : 0;
        }
        client.data(1, line, i == 99);
        room -= line.length();
      }
      assertThat(client.await(1).status()).isEqualTo(200);
      assertThat(ingest.kafka.history()).hasSize(100);
    }
  }

  @Test
  void answerWaitsForTheClientsWindow() throws Exception {
    try (TestHttp2 client = client()) {
      // SETTINGS_INITIAL_WINDOW_SIZE
      client.frame(SETTINGS, 0, 0, ByteBuffer.allocate(6).putShort((short) 4).putInt(10).array());
      client.head(1, "GET", "/health/live", true);
      client.head(3, "GET", "/health/live", true);
      while (first(client).body.size() < 10) {
        client.read();
      }
      client.number(WINDOW_UPDATE, 3, 10_000);
      TestHttp2.Answer other = client.await(3);
      assertThat(json(other.text()).get("status").asString()).isEqualTo("UP");
      assertThat(first(client).ended).isFalse();
      client.number(WINDOW_UPDATE, 1, 10_000);
      assertThat(client.await(1).text()).isEqualTo(other.text());
    }
  }

  @Test
  void chunkedAnswerHasItsBody() throws Exception {
    try (TestHttp2 client = client()) {
      TestHttp2.Answer answer = client.head(1, "GET", "/v1/policies", true).await(1);
      assertThat(answer.status()).isEqualTo(200);
      assertThat(answer.headers).doesNotContainKey("transfer-encoding");
      assertThat(json(answer.text()).has("policies")).as(answer.text()).isTrue();
    }
  }

  @Test
  void problemsAreThoseOfHttp1() throws Exception {
    try (TestHttp2 client = client()) {
      TestHttp2.Answer answer = client.post(1, MESSAGES, "{\"to\":{\"user\":\"\"}}").await(1);
      assertThat(answer.status()).isEqualTo(400);
      assertThat(answer.headers).containsEntry("content-type", "application/problem+json");
      assertThat(json(answer.text()).get("field").asString()).startsWith("to");
      assertThat(client.head(3, "GET", "/nowhere", true).await(3).status()).isEqualTo(404);
      assertThat(client.head(5, "GET", "/a%zz", true).await(5).status()).isBetween(400, 404);
      assertThat(client.head(7, "HEAD", "/health/live", true).await(7).text()).isEmpty();
    }
  }

  @Test
  void answerDoesNotWaitForABodyThatNobodyWants() throws Exception {
    try (TestHttp2 client = client()) {
      client.head(1, "POST", "/nowhere", false);
      TestHttp2.Answer answer = client.await(1);
      assertThat(answer.status()).isEqualTo(404);
      while (answer.reset == null) {
        client.read();
      }
      assertThat(answer.reset).isEqualTo(NO_ERROR);
      assertThat(client.data(1, "late", true).post(3, MESSAGES, TO_ALICE).await(3).status())
          .isEqualTo(202);
    }
  }

  @Test
  void whoStillSendsWhenAnsweredIsNotReset() throws Exception {
    try (TestHttp2 client = client()) {
      client.head(1, "POST", "/nowhere", false);
      assertThat(client.await(1).status()).isEqualTo(404);
      // More than its window: it grows by what is dropped.
      int room = 128 * KIB;
      for (int i = 0; i < 30; i++) {
        while (room < 16_000) {
          TestHttp2.Frame frame = client.awaitFrame(WINDOW_UPDATE);
          room += frame.stream() == 1 ? frame.number() : 0;
        }
        client.data(1, "x".repeat(16_000), i == 29);
        room -= 16_000;
      }
      assertThat(client.post(3, MESSAGES, TO_ALICE).await(3).status()).isEqualTo(202);
      assertThat(first(client).reset).isNull();
    }
    assertThat(ingest.get("/metrics").body()).doesNotContain("error=\"");
  }

  @Test
  void whatIsDroppedBehindAnAnswerIsBounded() throws Exception {
    restart(config -> config.withBodies(KIB, 32 * KIB));
    try (TestHttp2 client = client()) {
      // One of them at the least is not held up by something else.
      Duration least = Duration.ofDays(1);
      for (int stream = 1; stream < 10; stream += 2) {
        client.head(stream, "POST", "/nowhere", false);
        assertThat(client.await(stream).status()).isEqualTo(404);
        long begin = System.nanoTime();
        for (int i = 0; i < 3; i++) {
          client.data(stream, "x".repeat(16_000), false);
        }
        while (client.answer(stream).reset == null) {
          client.read();
        }
        assertThat(client.answer(stream).reset).isEqualTo(NO_ERROR);
        Duration took = Duration.ofNanos(System.nanoTime() - begin);
        least = took.compareTo(least) < 0 ? took : least;
      }
      assertThat(least).isLessThan(Duration.ofMillis(700));
    }
  }

  @ParameterizedTest
  @CsvSource({
    "transfer-encoding,chunked",
    "connection,close",
    "upgrade,websocket",
    "te,gzip",
    "content-length,99",
    "content-length,9",
    "content-length,1x",
    "X-Large,a",
  })
  void malformedRequestIsResetAndCounted(String name, String value) throws Exception {
    try (TestHttp2 client = client()) {
      client.head(
          1, "POST", "/v1/messages", false, "content-type", "application/json", name, value);
      client.data(1, TO_ALICE, true);
      TestHttp2.Answer answer = client.await(1);
      assertThat(answer.reset).isEqualTo(PROTOCOL_ERROR);
      assertThat(ingest.kafka.history()).isEmpty();
      assertThat(client.post(3, MESSAGES, TO_ALICE).await(3).status()).isEqualTo(202);
    }
    assertThat(ingest.metric("tidegate_ingest_http2_errors_total{error=\"PROTOCOL_ERROR\"}"))
        .isEqualTo(1);
  }

  @Test
  void noFrameAfterThePrefaceIsSettings() throws Exception {
    try (TestHttp2 client = TestHttp2.silent(ingest.service.port())) {
      client.write("PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n".getBytes(US_ASCII));
      client.frame(PING, 0, 0, new byte[8]);
      assertThat(client.awaitGoAway()).isEqualTo(PROTOCOL_ERROR);
      assertThat(client.ends()).isTrue();
    }
  }

  @Test
  void prefaceIsAnother() throws Exception {
    try (TestHttp2 client = TestHttp2.silent(ingest.service.port())) {
      client.write("PRI * HTTP/2.0\r\n\r\nXX\r\n\r\n".getBytes(US_ASCII));
      assertThat(client.awaitGoAway()).isEqualTo(PROTOCOL_ERROR);
      assertThat(client.ends()).isTrue();
    }
  }

  @Test
  void moreRequestsThanMayBeAtOnceAreRefused() throws Exception {
    restartSilent();
    try (TestHttp2 client = client()) {
      for (int i = 0; i < 200; i++) {
        client.post(2 * i + 1, MESSAGES, TO_ALICE.replace("m1", "m" + i));
        if (i < 100) {
          // Reset, but still being served.
          ingest.awaitSent(i + 1);
          client.number(RST_STREAM, 2 * i + 1, CANCEL);
        }
      }
      ingest.awaitSent(200);
      client.number(RST_STREAM, 201, CANCEL);
      client.post(401, MESSAGES, TO_ALICE);
      assertThat(client.await(401).reset).isEqualTo(REFUSED_STREAM);
      while (ingest.kafka.completeNext()) {
        // all of them
      }
      assertThat(client.await(399).status()).isEqualTo(202);
      await().until(() -> ingest.metric("tidegate_ingest_http2_streams") == 0);
      client.post(403, MESSAGES, TO_ALICE);
      ingest.awaitSent(201);
      assertThat(ingest.kafka.completeNext()).isTrue();
      assertThat(client.await(403).status()).isEqualTo(202);
    }
  }

  @Test
  void framesThatWereUnderWayWhenTheirRequestWasAnsweredHarmNobody() throws Exception {
    restartSilent();
    try (TestHttp2 client = client()) {
      client.post(1, MESSAGES, TO_ALICE);
      ingest.awaitSent(1);
      for (int i = 1; i <= 30; i++) {
        client.head(2 * i + 1, "POST", "/nowhere", false);
        assertThat(client.await(2 * i + 1).status()).isEqualTo(404);
        for (int j = 0; j < 16; j++) {
          client.data(2 * i + 1, "late", false);
        }
      }
      assertThat(ingest.kafka.completeNext()).isTrue();
      assertThat(client.await(1).status()).isEqualTo(202);
    }
    assertThat(ingest.get("/metrics").body()).doesNotContain("error=\"STREAM_CLOSED\"");
  }

  @Test
  void clientThatIsCutOffWithinABodyHoldsNothing() throws Exception {
    TestHttp2 client = client();
    client.head(1, "POST", "/v1/messages", false, "content-type", "application/json");
    client.data(1, "{", false);
    await().until(() -> ingest.metric("tidegate_ingest_inflight_requests") == 1);
    client.socket().setSoLinger(true, 0);
    client.close();
    await()
        .atMost(Duration.ofSeconds(5))
        .until(() -> ingest.metric("tidegate_ingest_http2_streams") == 0);
  }

  @Test
  void bodyThatNobodyWantsTakesNoRoomWhileItsAnswerWaits() throws Exception {
    try (TestHttp2 client = client()) {
      client.frame(SETTINGS, 0, 0, ByteBuffer.allocate(6).putShort((short) 4).putInt(0).array());
      client.head(1, "POST", "/nowhere", false);
      while (first(client).status() == 0) {
        client.read();
      }
      for (int i = 0; i < 8; i++) {
        client.data(1, "x".repeat(16_000), false);
      }
      // Room for all of it again: it was dropped.
      while (client.awaitFrame(WINDOW_UPDATE).stream() != 1) {
        // another's
      }
      assertThat(ingest.metric("tidegate_ingest_inflight_bytes")).isLessThan(16_000);
      client.number(WINDOW_UPDATE, 1, 10_000);
      assertThat(client.await(1).ended).isTrue();
    }
  }

  @Test
  void answersThatAreNotTakenCount() throws Exception {
    try (TestHttp2 client = client()) {
      client.frame(SETTINGS, 0, 0, ByteBuffer.allocate(6).putShort((short) 4).putInt(0).array());
      client.head(1, "GET", "/openapi.yaml", true);
      await().until(() -> ingest.metric("tidegate_ingest_inflight_bytes") > 50_000);
    }
  }

  @Test
  void bodyThatGoesOnAfterItsLengthIsNotAccepted() throws Exception {
    try (TestHttp2 client = client()) {
      String length = Integer.toString(TO_ALICE.length());
      client.head(
          1,
          "POST",
          "/v1/messages",
          false,
          "content-type",
          "application/json",
          "content-length",
          length);
      client.data(1, TO_ALICE, false);
      Thread.sleep(SHORT);
      client.data(1, "more", true);
      assertThat(client.await(1).reset).isEqualTo(PROTOCOL_ERROR);
      assertThat(ingest.kafka.history()).isEmpty();
    }
  }

  @Test
  void manyResetsEndTheConnection() throws Exception {
    try (TestHttp2 client = client()) {
      TestHttp2.Frame frame = client.frame(PING, 0, 0, new byte[8]).awaitFrame(PING);
      for (int i = 0; frame != null && frame.type() != GOAWAY; i++) {
        client.head(2 * i + 1, "POST", "/v1/messages", false, "content-type", "application/json");
        client.number(RST_STREAM, 2 * i + 1, CANCEL);
        // At a pace at which few of them are refused, for those do not count.
        if (i % 20 == 0) {
          client.frame(PING, 0, 0, new byte[8]);
          do {
            frame = client.read();
          } while (frame != null && frame.type() != PING && frame.type() != GOAWAY);
        }
      }
      assertThat(frame == null ? -1 : ByteBuffer.wrap(frame.payload()).getInt(4))
          .isEqualTo(ENHANCE_YOUR_CALM);
    } catch (IOException e) {
      // The rest of what was written came to a closed port.
    }
    await()
        .until(
            () -> ingest.metric("tidegate_ingest_http2_errors_total{error=\"ENHANCE_YOUR_CALM\"}"),
            count -> count >= 1);
  }

  @Test
  void headIsLargerThanMayBe() throws Exception {
    try (TestHttp2 client = client()) {
      // One frame has 16 KiB.
      byte[] block =
          TestHttp2.block(
              ":method",
              "GET",
              ":scheme",
              "http",
              ":authority",
              "x",
              ":path",
              "/health/live",
              "x-a",
              "a".repeat(15_000));
      client.frame(HEADERS, END_STREAM, 1, block);
      client.frame(CONTINUATION, END_HEADERS, 1, TestHttp2.block("x-b", "b".repeat(5_000)));
      TestHttp2.Answer answer = client.await(1);
      assertThat(answer.status()).isEqualTo(431);
      assertThat(answer.headers).containsEntry("content-type", "application/problem+json");
      client.frame(HEADERS, END_STREAM, 3, block);
      client.frame(CONTINUATION, 0, 3, TestHttp2.block("x-b", "b".repeat(10_000)));
      client.frame(CONTINUATION, END_HEADERS, 3, TestHttp2.block("x-c", "c".repeat(10_000)));
      assertThat(client.await(3).status()).isEqualTo(431);
      assertThat(client.head(5, "GET", "/health/live", true).await(5).status()).isEqualTo(200);
    }
  }

  @Test
  void headThatDoesNotEndIsCutOff() throws Exception {
    try (TestHttp2 client = client()) {
      client.frame(HEADERS, END_STREAM, 1, TestHttp2.block(":method", "GET"));
      byte[] more = TestHttp2.block("x-a", "a".repeat(10_000));
      for (int i = 0; i < 10; i++) {
        client.frame(CONTINUATION, i == 9 ? END_HEADERS : 0, 1, more);
      }
      assertThat(client.ends()).isTrue();
    } catch (IOException e) {
      // The rest of what was written came to a closed port.
    }
  }

  @Test
  void preambleThatDoesNotComeIsEnded() throws Exception {
    restart(
        config -> config.withReadTimeouts(SHORT, Duration.ofSeconds(30), Duration.ofSeconds(30)));
    try (TestHttp2 client = TestHttp2.silent(ingest.service.port())) {
      client.write("PRI * HTTP/2.0\r\n\r\nSM".getBytes(US_ASCII));
      assertThat(client.ends()).isTrue();
    }
    await()
        .until(
            () -> ingest.metric("tidegate_ingest_connections_overdue_total{phase=\"head\"}") == 1);
  }

  @Test
  void idleConnectionIsToldToGo() throws Exception {
    restart(
        config -> config.withReadTimeouts(Duration.ofSeconds(30), Duration.ofSeconds(30), SHORT));
    try (TestHttp2 client = client()) {
      assertThat(client.post(1, MESSAGES, TO_ALICE).await(1).status()).isEqualTo(202);
      assertThat(client.awaitGoAway()).isEqualTo(NO_ERROR);
      assertThat(client.ends()).isTrue();
    }
  }

  @Test
  void pingsDoNotKeepAnIdleConnection() throws Exception {
    restart(
        config -> config.withReadTimeouts(Duration.ofSeconds(30), Duration.ofSeconds(30), SHORT));
    try (TestHttp2 client = client()) {
      client.frame(PING, 0, 0, new byte[8]);
      assertThat(client.awaitGoAway()).isEqualTo(NO_ERROR);
    }
  }

  @Test
  void connectionWithARequestIsNotIdle() throws Exception {
    restartSilent();
    ingest.close();
    ingest =
        TestIngest.silent(
            config ->
                config.withReadTimeouts(Duration.ofSeconds(30), Duration.ofSeconds(30), SHORT));
    try (TestHttp2 client = client()) {
      client.post(1, MESSAGES, TO_ALICE);
      ingest.awaitSent(1);
      Thread.sleep(SHORT.multipliedBy(3));
      assertThat(ingest.kafka.completeNext()).isTrue();
      assertThat(client.await(1).status()).isEqualTo(202);
    }
  }

  @Test
  void bodyThatDoesNotComeIsAnsweredAndTheOthersGoOn() throws Exception {
    restart(
        config -> config.withReadTimeouts(Duration.ofSeconds(30), SHORT, Duration.ofSeconds(30)));
    try (TestHttp2 client = client()) {
      client.head(1, "POST", "/v1/messages", false, "content-type", "application/json");
      client.data(1, "{", false);
      TestHttp2.Answer answer = client.await(1);
      assertThat(answer.status()).isEqualTo(408);
      assertThat(client.post(3, MESSAGES, TO_ALICE).await(3).status()).isEqualTo(202);
    }
  }

  @Test
  void clientWhoGoesWithinABodyLeavesNothing() throws Exception {
    try (TestHttp2 client = client()) {
      client.head(1, "POST", "/v1/messages", false, "content-type", "application/json");
      client.data(1, "{", false);
      await().until(() -> ingest.metric("tidegate_ingest_http2_streams") == 1);
    }
    await().until(() -> ingest.metric("tidegate_ingest_http2_streams") == 0);
    assertThat(ingest.kafka.history()).isEmpty();
  }

  @Test
  void clientWhoHasSentAllIsAnswered() throws Exception {
    restartSilent();
    try (TestHttp2 client = client()) {
      client.post(1, MESSAGES, TO_ALICE);
      ingest.awaitSent(1);
      client.socket().shutdownOutput();
      Thread.sleep(SHORT);
      assertThat(ingest.kafka.completeNext()).isTrue();
      assertThat(client.await(1).status()).isEqualTo(202);
      assertThat(client.ends()).isTrue();
    }
  }

  @Test
  void bytesThatNobodyReadsYetCount() throws Exception {
    restartSilent();
    try (TestHttp2 client = client()) {
      String line = "{\"to\":{\"user\":\"a\"},\"data\":\"" + "x".repeat(8_000) + "\"}\n";
      client.head(1, "POST", "/v1/messages", false, "content-type", "application/x-ndjson");
      int lines = 128 * KIB / line.length();
      for (int i = 0; i < lines; i++) {
        client.data(1, line, false);
      }
      int sent = lines * line.length();
      await().until(() -> ingest.metric("tidegate_ingest_inflight_bytes") >= sent);
    }
    await()
        .until(
            () -> {
              while (ingest.kafka.completeNext()) {
                // whatever was sent
              }
              return ingest.metric("tidegate_ingest_http2_streams") == 0;
            });
  }

  @Test
  void serverThatStopsLetsRequestsEnd() throws Exception {
    restartSilent();
    TestIngest stopping = ingest;
    try (TestHttp2 client = client()) {
      client.post(1, MESSAGES, TO_ALICE);
      ingest.awaitSent(1);
      Thread stop = Thread.ofVirtual().start(stopping::close);
      assertThat(client.awaitGoAway()).isEqualTo(NO_ERROR);
      assertThat(stopping.kafka.completeNext()).isTrue();
      assertThat(client.await(1).status()).isEqualTo(202);
      assertThat(client.ends()).isTrue();
      stop.join();
    } finally {
      ingest = TestIngest.start(UnaryOperator.identity());
    }
  }

  @Test
  void mayBeSwitchedOff() throws Exception {
    restart(config -> config.withHttp2(false));
    try (TestIngest.Raw raw = ingest.raw()) {
      raw.socket.getOutputStream().write("PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n".getBytes(US_ASCII));
      assertThat(new String(raw.socket.getInputStream().readAllBytes(), US_ASCII))
          .startsWith("HTTP/1.1 ");
    }
  }
}
