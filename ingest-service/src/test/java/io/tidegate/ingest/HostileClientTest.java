package io.tidegate.ingest;

import static io.tidegate.ingest.TestIngest.TO_ALICE;
import static io.tidegate.ingest.TestIngest.json;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.net.SocketException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import tools.jackson.databind.JsonNode;

/** Bytes on a socket that no client library would send. */
class HostileClientTest {
  private static final String POST =
      "POST /v1/messages HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\n";
  private static final String EVENT =
      "POST /v1/events HTTP/1.1\r\nHost: x\r\nContent-Type: application/cloudevents+json\r\n";
  private static final Duration SHORT = Duration.ofMillis(300);
  private static final Duration LONG = Duration.ofSeconds(30);

  private TestIngest ingest = TestIngest.start(UnaryOperator.identity());

  private void restart(UnaryOperator<IngestConfig> change) {
    ingest.close();
    ingest = TestIngest.start(change);
  }

  @BeforeEach
  void freshKafka() {
    ingest.kafka.clear();
  }

  @AfterEach
  void shouldStillServe() throws Exception {
    try (TestIngest closing = ingest) {
      assertThat(closing.post(TO_ALICE).statusCode()).isEqualTo(202);
      await()
          .untilAsserted(
              () -> {
                assertThat(closing.metric("tidegate_ingest_inflight_bytes")).isZero();
                assertThat(closing.metric("tidegate_ingest_inflight_requests")).isZero();
              });
    }
  }

  private String answer(String request) throws IOException {
    try (TestIngest.Raw raw = ingest.raw()) {
      return raw.write(request).readToEnd();
    }
  }

  private static void assertProblem(String answer, int status) {
    assertThat(answer).startsWith("HTTP/1.1 " + status + " ");
    assertThat(answer).containsIgnoringCase("\r\nContent-Type: application/problem+json\r\n");
    JsonNode problem = json(answer.substring(answer.indexOf("\r\n\r\n") + 4));
    assertThat(problem.get("status").asInt()).isEqualTo(status);
    assertThat(problem.get("title").asString()).isNotEmpty();
  }

  @ParameterizedTest
  @CsvSource(
      value = {
        "GET / HTTP/1.1|Host: x, 404",
        "GET /v1/messages/1 HTTP/1.1|Host: x, 404",
        "GET /v1/messages HTTP/1.1|Host: x, 405",
        "DELETE /v1/messages HTTP/1.1|Host: x, 405",
        "POST /health/live HTTP/1.1|Host: x, 405",
        "BREW /v1/messages HTTP/1.1|Host: x, 405",
        "GET / HTTP/1.0|Host: x, 505",
        "GET / HTTP/3|Host: x, 400",
        "GET /, 400",
        "nonsense, 400",
        "GET / HTTP/1.1|Nohost: x, 400",
        "GET / HTTP/1.1|Host: x|Host: y, 400",
        "GET / HTTP/1.1|Host: x|no colon, 400",
        "GET / HTTP/1.1|Host: x|Content-Length: -1, 400",
        "GET / HTTP/1.1|Host: x|Content-Length: 1x, 400",
        "POST /v1/messages HTTP/1.1|Host: x|Content-Length: 5|Transfer-Encoding: chunked, 400",
        "POST /v1/messages HTTP/1.1|Host: x|Transfer-Encoding: gzip, 400",
        "POST /v1/messages HTTP/1.1|Host: x|Transfer-Encoding: gzip& chunked, 501",
        "POST /v1/messages HTTP/1.1|Host: x|Content-Length: 99999999999, 413",
        "POST /v1/messages HTTP/1.1|Host: x|Content-Type: application/json|Content-Length: 8388609,"
            + " 413",
        "POST /v1/messages HTTP/1.1|Host: x|Content-Type: application/json|Content-Length: 0, 400",
        "POST /v1/messages HTTP/1.1|Host: x|Content-Type: application/json, 400",
        "POST /v1/messages HTTP/1.1|Host: x|Content-Type: text/plain|Content-Length: 9, 415",
        "POST /v1/messages HTTP/1.1|Host: x|Content-Type: application/json|Content-Encoding:"
            + " br|Content-Length: 9, 415",
      })
  void badRequestsShouldBeAnsweredWithProblems(String lines, int status) throws Exception {
    // When
    String answer =
        answer(lines.replace("&", ",").replace("|", "\r\n") + "\r\nConnection: close\r\n\r\n");

    // Then
    assertProblem(answer, status);
    if (status == 413) {
      assertThat(answer).contains("\"no request may be larger than 8388608 bytes\"");
    }
  }

  @Test
  void notAllowedShouldSayWhatIs() throws Exception {
    // When
    String answer = answer("PUT /v1/messages HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n");

    // Then
    assertThat(answer).contains("Allow: POST\r\n");
  }

  @Test
  void headShouldHaveNoBody() throws Exception {
    // When
    String answer = answer("HEAD /nothing HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n");

    // Then
    assertThat(answer).startsWith("HTTP/1.1 404").endsWith("\r\n\r\n");
  }

  @Test
  void headerFloodShouldBeRefused() throws Exception {
    // Given
    StringBuilder flood = new StringBuilder("GET /health/live HTTP/1.1\r\nHost: x\r\n");
    for (int i = 0; flood.length() < 20_000; i++) {
      flood.append("X-").append(i).append(": y\r\n");
    }

    // When
    String answer = answer(flood.toString());

    // Then
    assertProblem(answer, 431);
    assertThat(answer).contains("\"the headers are larger than 16384 bytes\"");
  }

  @Test
  void oneLongHeaderAndALongUriShouldBeRefused() throws Exception {
    // When
    String header = answer("GET / HTTP/1.1\r\nHost: x\r\nX: " + "y".repeat(20_000) + "\r\n\r\n");
    String uri = answer("GET /" + "y".repeat(5000) + " HTTP/1.1\r\nHost: x\r\n\r\n");

    // Then
    assertProblem(header, 431);
    assertThat(header).contains("\"the headers are larger than 16384 bytes\"");
    assertProblem(uri, 414);
    assertThat(uri).contains("\"the request line is longer than 4096 bytes\"");
  }

  @ParameterizedTest
  @CsvSource({"application/json", "application/x-ndjson"})
  void truncatedBodyShouldNotBeAccepted(String contentType) throws Exception {
    // When
    String answer;
    try (TestIngest.Raw raw = ingest.raw()) {
      raw.write(
          "POST /v1/messages HTTP/1.1\r\nHost: x\r\nContent-Type: "
              + contentType
              + "\r\nContent-Length: 500\r\n\r\n{\"to\":{\"user\"");
      raw.socket.shutdownOutput();
      answer = raw.readToEnd();
    }

    // Then
    assertThat(answer).contains("\"status\":400").contains("the body ends early");
    assertThat(ingest.kafka.history()).isEmpty();
  }

  @Test
  void truncatedChunkShouldNotBeAccepted() throws Exception {
    // When
    String answer;
    try (TestIngest.Raw raw = ingest.raw()) {
      raw.write(POST + "Transfer-Encoding: chunked\r\n\r\n64\r\n" + TO_ALICE);
      raw.socket.shutdownOutput();
      answer = raw.readToEnd();
    }

    // Then
    assertProblem(answer, 400);
    assertThat(ingest.kafka.history()).isEmpty();
  }

  @Test
  void clientThatGoesAwayShouldLeaveNothingBehind() throws Exception {
    // When
    for (int i = 0; i < 50; i++) {
      try (TestIngest.Raw raw = ingest.raw()) {
        raw.socket.setSoLinger(true, 0);
        raw.write(POST + "Content-Length: 1000\r\n\r\n{\"to\":");
      }
    }

    // Then
    await()
        .untilAsserted(
            () -> assertThat(ingest.metric("tidegate_ingest_connections")).isLessThan(3));
    assertThat(ingest.kafka.history()).isEmpty();
  }

  @ParameterizedTest
  @CsvSource({"zz", "-1", "'1;ext=1'", "7fffffff", "ffffffff", "ffffffffffffffff", "''"})
  void badChunkSizesShouldBeRefused(String size) throws Exception {
    // When
    String answer = answer(POST + "Transfer-Encoding: chunked\r\n\r\n" + size + "\r\nxx\r\n");

    // Then
    assertThat(answer).startsWith("HTTP/1.1 4").contains("application/problem+json");
    assertThat(ingest.kafka.history()).isEmpty();
  }

  /**
   * More comes than is read of an event's body, which is 2 MiB with its framing, but less than what
   * is read beyond that only to be dropped, so that no race decides whether the answer arrives.
   */
  @ParameterizedTest
  @CsvSource({"'', 0", "1ffffff, ' '"})
  void chunkSizeLineWithoutEndAndHugeChunkShouldBeCutOff(String size, String what)
      throws Exception {
    // When
    String answer;
    try (TestIngest.Raw raw = ingest.raw()) {
      raw.write(
          EVENT + "Transfer-Encoding: chunked\r\n\r\n" + size + (size.isEmpty() ? "" : "\r\n"));
      String piece = what.repeat(64 * 1024);
      for (int i = 0; i < 40; i++) {
        raw.write(piece);
      }
      answer = raw.readToEnd();
    }

    // Then
    assertProblem(answer, 413);
  }

  /** On a reset, some TCP stacks throw away an answer that the client has not read yet. */
  @Test
  void refusedClientShouldBeLetFinishWriting() throws Exception {
    // Given: more than one message may have, but less than what is read of it only to be dropped
    String piece = " ".repeat(64 * 1024);
    int pieces = 20;
    String answer;
    try (TestIngest.Raw raw = ingest.raw()) {
      raw.write(POST + "Content-Length: " + pieces * piece.length() + "\r\n\r\n" + piece);
      await().until(() -> raw.socket.getInputStream().available() > 0);

      // When
      for (int sent = 1; sent < pieces; sent++) {
        raw.write(piece);
      }
      answer = raw.readToEnd();
    }

    // Then
    assertProblem(answer, 413);
  }

  @Test
  void manyTinyChunksShouldBeReadAsOneBody() throws Exception {
    // Given
    StringBuilder chunks = new StringBuilder();
    for (byte b : TO_ALICE.getBytes(UTF_8)) {
      chunks.append("1\r\n").append((char) b).append("\r\n");
    }

    // When
    String answer =
        answer(
            POST
                + "Connection: close\r\nTransfer-Encoding: chunked\r\n\r\n"
                + chunks
                + "0\r\n\r\n");

    // Then
    assertThat(answer).startsWith("HTTP/1.1 202").endsWith("{\"id\":\"m1\",\"accepted\":1}");
  }

  @Test
  void pipelinedRequestsShouldBeAnsweredInOrder() throws Exception {
    // Given
    String one = POST + "Content-Length: " + TO_ALICE.length() + "\r\n\r\n" + TO_ALICE;
    String live = "GET /health/live HTTP/1.1\r\nHost: x\r\n";

    // When
    String answer = answer(one + live + "\r\n" + one + live + "Connection: close\r\n\r\n");

    // Then
    assertThat(answer.split("HTTP/1.1 ", -1))
        .extracting(part -> part.isEmpty() ? "" : part.substring(0, 3))
        .containsExactly("", "202", "200", "202", "200");
  }

  @Test
  void slowHeadShouldEndIn408() throws Exception {
    // Given
    restart(c -> c.withReadTimeouts(SHORT, LONG, LONG));

    // When
    String answer = drip("", "POST /v1/messages HTTP/1.1\r\nHost: x\r\nX: " + "y".repeat(1000));

    // Then
    assertProblem(answer, 408);
    assertThat(ingest.metric("tidegate_ingest_connections_overdue_total{phase=\"head\"}"))
        .isPositive();
  }

  /** What it still sends would make the kernel send a reset, which destroys what is not read. */
  @Test
  void clientWhoReadsLateShouldReadThe408() throws Exception {
    // Given
    restart(c -> c.withReadTimeouts(LONG, SHORT, LONG));

    // When
    String answer;
    try (TestIngest.Raw raw = ingest.raw()) {
      raw.write(POST + "Content-Length: 1000\r\n\r\n ");
      await()
          .until(
              () -> ingest.metric("tidegate_ingest_connections_overdue_total{phase=\"body\"}") > 0);
      for (int i = 0; i < 5; i++) {
        Thread.sleep(50);
        raw.write(" ");
      }
      answer = raw.readWhatIsThere();
    }

    // Then
    assertProblem(answer, 408);
  }

  @Test
  void slowBodyShouldEndIn408() throws Exception {
    // Given
    restart(c -> c.withReadTimeouts(LONG, SHORT, LONG));

    // When
    String answer = drip(POST + "Content-Length: 1000\r\n\r\n", " ".repeat(1000));

    // Then
    assertProblem(answer, 408);
    assertThat(ingest.metric("tidegate_ingest_connections_overdue_total{phase=\"body\"}"))
        .isPositive();
    assertThat(timed(408)).isEqualTo(1);
    assertThat(timed(200)).isZero();
  }

  private double timed(int status) throws Exception {
    String line =
        "tidegate_ingest_request_seconds_count{route=\"/v1/messages\",status=\"" + status + "\"}";
    return ingest.get("/metrics").body().contains(line) ? ingest.metric(line) : 0;
  }

  @Test
  void silentConnectionShouldBeClosedWithoutAWord() throws Exception {
    // Given
    restart(c -> c.withReadTimeouts(LONG, LONG, SHORT));

    // When
    String never = answer("");
    String afterwards = answer("GET /health/live HTTP/1.1\r\nHost: x\r\n\r\n");

    // Then
    assertThat(never).isEmpty();
    assertThat(afterwards).startsWith("HTTP/1.1 200").endsWith("}");
  }

  @Test
  void connectionsBeyondTheBoundShouldWaitAndThenBeServed() throws Exception {
    // Given
    restart(c -> c.withMaxConnections(2).withReadTimeouts(LONG, LONG, Duration.ofSeconds(2)));
    List<TestIngest.Raw> idle = new ArrayList<>();
    for (int i = 0; i < 2; i++) {
      idle.add(ingest.raw());
    }

    // When
    String answer = answer("GET /health/live HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n");

    // Then
    assertThat(answer).startsWith("HTTP/1.1 200");
    for (TestIngest.Raw raw : idle) {
      raw.close();
    }
  }

  /**
   * What the server says when it has enough of bytes that come now and then. Where a byte meets its
   * close on the way, the reset may take the answer with it (RFC 9112, 9.6); then once more.
   */
  private String drip(String atOnce, String slowly) throws IOException {
    String answer = "";
    for (int attempt = 0; attempt < 5 && answer.isEmpty(); attempt++) {
      try (TestIngest.Raw raw = ingest.raw()) {
        raw.write(atOnce);
        drip(raw, slowly);
        answer = raw.readWhatIsThere();
      }
    }
    return answer;
  }

  /** Sends a byte now and then until the server has enough of it. */
  private static void drip(TestIngest.Raw raw, String text) {
    int[] next = {0};
    await()
        .pollInterval(Duration.ofMillis(20))
        .atMost(Duration.ofSeconds(15))
        .until(
            () -> {
              if (raw.socket.getInputStream().available() > 0) {
                return true;
              }
              try {
                raw.write(text.substring(next[0], next[0] + 1));
              } catch (SocketException e) {
                return true; // answered and closed since it was looked at; the answer is there
              }
              next[0] = Math.min(next[0] + 1, text.length() - 1);
              return false;
            });
  }
}
