package io.tidegate.ingest;

import static io.tidegate.ingest.TestIngest.TO_ALICE;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.tidegate.contract.auth.ApiKey;
import io.tidegate.contract.auth.Auth;
import io.tidegate.contract.auth.Scope;
import io.tidegate.contract.auth.StoredKey;
import io.tidegate.contract.rate.Rate;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.WebSocket;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.Set;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.function.UnaryOperator;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.apache.kafka.common.errors.RecordTooLargeException;
import org.apache.kafka.common.errors.TimeoutException;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import tools.jackson.databind.JsonNode;

class StreamTest {
  private static final UnaryOperator<IngestConfig> AS_IS = UnaryOperator.identity();

  private static String message(String id) {
    return "{\"to\":{\"user\":\"alice\"},\"data\":{\"n\":1},\"id\":\"" + id + "\"}";
  }

  private static String messages(int from, int count) {
    return IntStream.range(from, from + count)
        .mapToObj(i -> message("m" + i))
        .collect(Collectors.joining("\n"));
  }

  private static void isAck(JsonNode frame, long number) {
    assertThat(frame.toString()).isEqualTo("{\"op\":\"ack\",\"n\":" + number + "}");
  }

  @Test
  void clientOfTheJdkShouldBeAnsweredToItsClose() throws Exception {
    // Given
    BlockingQueue<String> received = new LinkedBlockingQueue<>();
    try (TestIngest ingest = TestIngest.acking(AS_IS);
        HttpClient client = HttpClient.newHttpClient()) {
      // When
      WebSocket socket =
          client
              .newWebSocketBuilder()
              .subprotocols("tidegate.ingest.v1")
              .buildAsync(
                  URI.create("ws://127.0.0.1:" + ingest.service.port() + "/v1/messages/stream"),
                  new Received(received))
              .join();
      socket.sendText(message("a"), true).join();
      socket.sendText(message("b").substring(0, 9), false).join();
      socket.sendText(message("b").substring(9), true).join();
      socket.sendClose(WebSocket.NORMAL_CLOSURE, "done").join();

      // Then
      assertThat(socket.getSubprotocol()).isEqualTo("tidegate.ingest.v1");
      assertThat(received.poll(20, TimeUnit.SECONDS))
          .isEqualTo(
              "{\"op\":\"ready\",\"messages\":1024,\"bytes\":4194304,\"message_bytes\":1048576}");
      String last = received.poll(20, TimeUnit.SECONDS);
      if ("{\"op\":\"ack\",\"n\":1}".equals(last)) {
        last = received.poll(20, TimeUnit.SECONDS);
      }
      assertThat(last).isEqualTo("{\"op\":\"ack\",\"n\":2}");
      assertThat(received.poll(20, TimeUnit.SECONDS)).isEqualTo("close 1000");
      assertThat(ingest.kafka.history()).hasSize(2);
      assertThat(ingest.kafka.history().getFirst().value()).isEqualTo("{\"n\":1}".getBytes(UTF_8));
    }
  }

  private record Received(BlockingQueue<String> frames) implements WebSocket.Listener {
    @Override
    public @Nullable CompletionStage<?> onText(WebSocket socket, CharSequence text, boolean last) {
      frames.add(text.toString());
      socket.request(1);
      return null;
    }

    @Override
    public @Nullable CompletionStage<?> onClose(WebSocket socket, int code, String reason) {
      frames.add("close " + code);
      return null;
    }
  }

  @Test
  void acceptShouldBeThatOfTheSpecification() throws Exception {
    try (TestIngest ingest = TestIngest.acking(AS_IS)) {
      // When
      String head = TestStream.handshake(ingest, TestStream.HANDSHAKE);

      // Then
      assertThat(head)
          .startsWith("HTTP/1.1 101 Switching Protocols\r\n")
          .contains("Sec-WebSocket-Accept: s3pPLMBiTxaQ9kYGzzhZRbK+xOo=\r\n")
          .contains("Sec-WebSocket-Protocol: tidegate.ingest.v1\r\n")
          .doesNotContain("Content-Length");
    }
  }

  @Test
  void ackShouldComeOnceKafkaHasTheMessageAndAllBeforeIt() throws Exception {
    try (TestIngest ingest = TestIngest.silent(AS_IS);
        TestStream stream = TestStream.open(ingest)) {
      // Given
      stream.send(messages(1, 3));
      ingest.awaitSent(3);
      stream.frame(TestStream.PING, "still there".getBytes(UTF_8));

      // When
      ingest.kafka.completeNext();
      JsonNode first = stream.next();
      ingest.kafka.completeNext();
      ingest.kafka.completeNext();

      // Then
      isAck(first, 1);
      assertThat(upTo(stream, 3)).isTrue();
    }
  }

  /** Whether the acks rise to that number, whatever their steps, with pongs between them. */
  private static boolean upTo(TestStream stream, long number) throws Exception {
    long acked = 0;
    while (acked < number) {
      String frame = stream.frame();
      if (frame.startsWith("{")) {
        JsonNode json = TestIngest.json(frame);
        assertThat(json.get("op").asString()).as(frame).isEqualTo("ack");
        assertThat(json.get("n").asLong()).isGreaterThan(acked);
        acked = json.get("n").asLong();
      }
    }
    return acked == number;
  }

  @Test
  void badMessageShouldBeRefusedInItsTurnAndTheOthersAccepted() throws Exception {
    try (TestIngest ingest = TestIngest.acking(AS_IS);
        TestStream stream = TestStream.open(ingest)) {
      // When
      stream.send(message("a") + "\n \r\n{\"to\":{\"user\":\"\"},\"data\":1}\n" + message("b"));

      // Then
      isAck(stream.next(), 1);
      JsonNode refused = stream.next();
      assertThat(refused.get("op").asString()).isEqualTo("refused");
      assertThat(refused.get("n").asLong()).isEqualTo(2);
      assertThat(refused.get("problem").get("type").asString())
          .isEqualTo("urn:tidegate:problem:invalid-request");
      assertThat(refused.get("problem").get("field").asString()).isEqualTo("to.user");
      assertThat(refused.has("retry_after")).isFalse();
      isAck(stream.next(), 3);
      assertThat(ingest.kafka.history()).hasSize(2);
      assertThat(ingest.metric("tidegate_ingest_requests_accepted_total")).isEqualTo(2);
      assertThat(
              ingest.metric("tidegate_ingest_requests_rejected_total{problem=\"invalid-request\"}"))
          .isEqualTo(1);
      assertThat(ingest.metric("tidegate_ingest_streams")).isEqualTo(1);
    }
  }

  @Test
  void messageThatKafkaRefusesAloneShouldNotEndTheStream() throws Exception {
    try (TestIngest ingest = TestIngest.silent(AS_IS);
        TestStream stream = TestStream.open(ingest)) {
      // Given
      stream.send(messages(1, 2));
      ingest.awaitSent(2);

      // When
      ingest.kafka.errorNext(new RecordTooLargeException("too large"));
      ingest.kafka.completeNext();

      // Then
      assertThat(stream.next().get("problem").get("status").asInt()).isEqualTo(413);
      isAck(stream.next(), 2);
    }
  }

  @Test
  void whatKafkaDoesNotTakeShouldBeRefusedAndTheStreamClosedAfterTheRest() throws Exception {
    try (TestIngest ingest = TestIngest.silent(AS_IS);
        TestStream stream = TestStream.open(ingest)) {
      // Given
      stream.send(messages(1, 3));
      ingest.awaitSent(3);

      // When
      ingest.kafka.completeNext();
      ingest.kafka.errorNext(new TimeoutException("no"));
      ingest.kafka.completeNext();

      // Then
      isAck(stream.next(), 1);
      JsonNode refused = stream.next();
      assertThat(refused.get("n").asLong()).isEqualTo(2);
      assertThat(refused.get("problem").get("status").asInt()).isEqualTo(503);
      assertThat(refused.get("problem").get("detail").asString()).contains("\"m2\" is safe");
      assertThat(refused.get("retry_after").asInt()).isBetween(1, 30);
      isAck(stream.next(), 3);
      assertThat(stream.frame()).matches("close 4006 Kafka does not keep up; come again in \\d+ s");
    }
  }

  @Test
  void clientThatGoesBeyondItsWindowShouldBeClosedAfterTheAnswers() throws Exception {
    try (TestIngest ingest = TestIngest.silent(AS_IS);
        TestStream stream = TestStream.open(ingest)) {
      // Given
      stream.send(messages(0, 1024));
      ingest.awaitSent(1024);

      // When
      stream.send(message("one too many"));
      await().until(() -> ingest.kafka.history().size() == 1024);
      while (ingest.kafka.completeNext()) {}

      // Then
      assertThat(upTo(stream, 1024)).isTrue();
      assertThat(stream.frame())
          .isEqualTo("close 4508 more than 1024 messages or 4194304 bytes unanswered");
    }
  }

  @Test
  void messagesOfAStreamShouldCountForTheQuotasOneByOne() throws Exception {
    UnaryOperator<IngestConfig> threeADay =
        config ->
            config.withQuotas(
                Rate.parse("3/24h"), config.tenantBytes(), config.keyRate(), config.keyBytes());
    try (TestIngest ingest = TestIngest.acking(threeADay);
        TestStream stream = TestStream.open(ingest)) {
      // When
      stream.send(messages(0, 5));

      // Then
      JsonNode ack = stream.next();
      while (ack.get("n").asLong() < 3) {
        ack = stream.next();
      }
      isAck(ack, 3);
      for (int number = 4; number <= 5; number++) {
        JsonNode refused = stream.next();
        assertThat(refused.get("op").asString()).isEqualTo("refused");
        assertThat(refused.get("n").asInt()).isEqualTo(number);
        assertThat(refused.get("problem").get("status").asInt()).isEqualTo(429);
      }
      assertThat(ingest.kafka.history()).hasSize(3);
    }
  }

  @Test
  void readyShouldPromiseNoMoreThanTheQuotaGives() throws Exception {
    UnaryOperator<IngestConfig> little =
        config ->
            config
                .withBodies(16 << 10, 1 << 20)
                .withQuotas(Rate.NONE, 64 << 10, Rate.NONE, config.keyBytes());
    try (TestIngest ingest = TestIngest.acking(little)) {
      // When
      JsonNode ready = TestStream.ready(ingest);

      // Then: half of it, for what is received counts twice, without a line feed each
      int window = (32 << 10) - 1024;
      assertThat(ready.get("bytes").asInt()).isEqualTo(window);
      assertThat(ready.get("message_bytes").asInt()).isEqualTo(16 << 10);
    }
    UnaryOperator<IngestConfig> less =
        config -> config.withQuotas(Rate.NONE, 2 << 20, Rate.NONE, config.keyBytes());
    try (TestIngest ingest = TestIngest.acking(less)) {
      int most = TestStream.ready(ingest).get("message_bytes").asInt();
      assertThat(most).isEqualTo((1 << 20) - 1024);
      try (TestStream stream = TestStream.open(ingest)) {
        stream.send(TO_ALICE + " ".repeat(most - TO_ALICE.length()));
        isAck(stream.next(), 1);
        // Not 4006, upon which it would be sent again and again.
        stream.send(TO_ALICE + " ".repeat(most));
        assertThat(stream.farewell()).startsWith("close 1009 want at most " + most + " bytes");
      }
    }
  }

  @Test
  void windowShouldOpenAgainWithTheAnswers() throws Exception {
    try (TestIngest ingest = TestIngest.acking(AS_IS);
        TestStream stream = TestStream.open(ingest)) {
      for (int round = 0; round < 5; round++) {
        // When
        stream.send(messages(round * 1000, 1000));

        // Then
        long last = 1000L * (round + 1);
        JsonNode ack = stream.next();
        while (ack.get("n").asLong() < last) {
          ack = stream.next();
        }
        isAck(ack, last);
      }
      await().until(() -> ingest.metric("tidegate_ingest_inflight_bytes") == 0);
    }
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          binary                      | 8281 01020304 00                       | close 1003 only text frames are understood
          not masked                  | 8101 41                                | close 1002 a client's frame must be masked
          reserved bit                | c181 01020304 00                       | close 1002 a reserved bit is set
          unknown opcode              | 8381 01020304 00                       | close 1002 an unknown opcode
          unknown control             | 8b80 01020304                          | close 1002 an unknown opcode
          continuation of nothing     | 8081 01020304 00                       | close 1002 parts of messages out of order
          message within a message    | 0181 01020304 00 8181 01020304 00      | close 1002 parts of messages out of order
          control frame in parts      | 0980 01020304                          | close 1002 a control frame in parts, or of over 125 bytes
          long ping                   | 89fe 0080                              | close 1002 a control frame in parts, or of over 125 bytes
          long length, few bytes      | 81fe 0001                              | close 1002 a length that is not written in short
          half a close code           | 8881 01020304 00                       | close 1002 half a close code
          close code not to be sent   | 8882 00000000 03ed                     | close 1002 a close code that may not be sent
          bad UTF-8                   | 8181 00000000 ff                       | close 1007 text is not UTF-8
          UTF-8 cut short             | 8182 00000000 41c3                     | close 1007 text is not UTF-8
          UTF-16 surrogate            | 8183 00000000 eda080                   | close 1007 text is not UTF-8
          too large                   | 81ff 0000000000100001                  | close 1009 want at most 1048576 bytes and 1000 parts a message
          length with the first bit   | 81ff 8000000000000001                  | close 1002 a length that is not written in short
          """)
  void illegalFrameShouldBeClosedWithWhatIsWrong(String what, String hex, String close)
      throws Exception {
    try (TestIngest ingest = TestIngest.acking(AS_IS);
        TestStream stream = TestStream.open(ingest)) {
      // When
      stream.raw(HexFormat.of().parseHex(hex.replace(" ", "")));

      // Then
      assertThat(stream.frame()).as(what).isEqualTo(close);
      assertThat(ingest.kafka.history()).isEmpty();
    }
  }

  @Test
  void messageInTooManyPartsShouldBeClosed() throws Exception {
    try (TestIngest ingest = TestIngest.acking(AS_IS);
        TestStream stream = TestStream.open(ingest)) {
      // When
      stream.frame(0x01, new byte[0]);
      for (int i = 0; i < 1000; i++) {
        stream.frame(0x00, new byte[0]);
      }

      // Then
      assertThat(stream.frame()).startsWith("close 1009 ");
    }
  }

  @Test
  void whatCameBeforeABadFrameShouldBeAnsweredBeforeTheClose() throws Exception {
    try (TestIngest ingest = TestIngest.silent(AS_IS);
        TestStream stream = TestStream.open(ingest)) {
      // Given
      stream.send(message("a"));
      ingest.awaitSent(1);
      stream.frame(0x82, new byte[] {1});

      // When
      ingest.kafka.completeNext();

      // Then
      isAck(stream.next(), 1);
      assertThat(stream.frame()).startsWith("close 1003 ");
      assertThat(stream.isEnded()).isTrue();
    }
  }

  @Test
  void closeOfTheClientShouldComeBackAfterTheAnswers() throws Exception {
    try (TestIngest ingest = TestIngest.silent(AS_IS);
        TestStream stream = TestStream.open(ingest)) {
      // Given
      stream.send(message("a"));
      stream.frame(TestStream.CLOSE, new byte[0]);
      ingest.awaitSent(1);

      // When
      ingest.kafka.completeNext();

      // Then
      isAck(stream.next(), 1);
      assertThat(stream.frame()).isEqualTo("close 1000 normal");
      assertThat(stream.isEnded()).isTrue();
      await()
          .until(
              () ->
                  ingest.metric("tidegate_ingest_streams_ended_total{cause=\"normal\"}") == 1
                      && ingest.metric("tidegate_ingest_inflight_requests") == 0
                      && ingest.metric("tidegate_ingest_inflight_bytes") == 0);
    }
  }

  @Test
  void pingShouldBeAnsweredBetweenThePartsOfAMessage() throws Exception {
    try (TestIngest ingest = TestIngest.acking(AS_IS);
        TestStream stream = TestStream.open(ingest)) {
      // When
      byte[] text = message("a").getBytes(UTF_8);
      stream.frame(0x01, Arrays.copyOf(text, 10));
      stream.frame(TestStream.PING, "hey".getBytes(UTF_8));
      String pong = stream.frame();
      stream.frame(0x80, Arrays.copyOfRange(text, 10, text.length));

      // Then
      assertThat(pong).isEqualTo("pong hey");
      isAck(stream.next(), 1);
    }
  }

  @Test
  void clientThatIsSilentShouldBeAskedAndThenClosed() throws Exception {
    // Given
    try (TestIngest ingest =
            TestIngest.acking(
                config ->
                    config.withReadTimeouts(
                        Duration.ofSeconds(5), Duration.ofSeconds(5), Duration.ofMillis(600)));
        TestStream stream = TestStream.open(ingest)) {
      // When
      String first = stream.frame();

      // Then
      assertThat(first).isEqualTo("ping");
      assertThat(stream.farewell()).isEqualTo("close 4002 nothing came in time");
      assertThat(stream.isEnded()).isTrue();
      await()
          .until(
              () ->
                  ingest.metric("tidegate_ingest_streams_ended_total{cause=\"ping_timeout\"}")
                      == 1);
    }
  }

  @Test
  void clientThatAnswersPingsShouldStay() throws Exception {
    // Given
    try (TestIngest ingest =
            TestIngest.acking(
                config ->
                    config.withReadTimeouts(
                        Duration.ofSeconds(5), Duration.ofSeconds(5), Duration.ofMillis(600)));
        TestStream stream = TestStream.open(ingest)) {
      // When
      for (int i = 0; i < 6; i++) {
        assertThat(stream.frame()).isEqualTo("ping");
        stream.frame(0x8a, new byte[0]);
      }
      stream.send(message("a"));

      // Then
      isAck(stream.next(), 1);
    }
  }

  @Test
  void frameThatDoesNotComeToItsEndShouldBeClosedWhateverElseComes() throws Exception {
    // Given
    try (TestIngest ingest =
            TestIngest.acking(
                config ->
                    config.withReadTimeouts(
                        Duration.ofSeconds(5), Duration.ofMillis(400), Duration.ofHours(1)));
        TestStream stream = TestStream.open(ingest)) {
      // When
      stream.frame(0x01, new byte[] {'{'});
      stream.frame(TestStream.PING, new byte[0]);

      // Then
      assertThat(stream.farewell()).isEqualTo("close 4002 nothing came in time");
    }
  }

  @Test
  void moreThanThereIsRoomForShouldCloseTheStream() throws Exception {
    // Given
    try (TestIngest ingest = TestIngest.silent(config -> config.withInFlight(8, 16 << 20));
        TestStream first = TestStream.open(ingest);
        TestStream second = TestStream.open(ingest);
        TestStream third = TestStream.open(ingest)) {
      String large = "{\"to\":{\"user\":\"alice\"},\"data\":\"" + "x".repeat(250_000) + "\"}\n";
      String almostFour = large.repeat(4);

      // When
      for (int i = 0; i < 3; i++) {
        first.send(almostFour);
        second.send(almostFour);
      }
      ingest.awaitSent(24);
      third.send(almostFour).send(almostFour).send(almostFour);

      // Then
      await().until(() -> ingest.kafka.history().size() > 24);
      // All the room is taken, so that the third is not let go on by what is given back.
      await()
          .during(Duration.ofMillis(300))
          .until(() -> ingest.metric("tidegate_ingest_inflight_bytes") > 14 << 20);
      while (ingest.kafka.completeNext()) {}
      assertThat(third.farewell()).isEqualTo("close 4006 too much is in flight now");
      assertThat(ingest.metric("tidegate_ingest_inflight_bytes")).isLessThanOrEqualTo(16 << 20);
    }
  }

  @Test
  void streamBeyondTheBoundShouldBeAnswered503() throws Exception {
    // Given
    try (TestIngest ingest = TestIngest.acking(config -> config.withMaxStreams(1));
        TestStream first = TestStream.open(ingest)) {
      // When
      String second = TestStream.handshake(ingest, TestStream.HANDSHAKE);
      first.frame(TestStream.CLOSE, new byte[0]);
      assertThat(first.farewell()).startsWith("close 1000");

      // Then
      assertThat(second).startsWith("HTTP/1.1 503 ").contains("Retry-After: ");
      await()
          .until(
              () -> TestStream.handshake(ingest, TestStream.HANDSHAKE).startsWith("HTTP/1.1 101 "));
      assertThat(ingest.metric("tidegate_ingest_inflight_requests")).isLessThanOrEqualTo(1);
    }
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          Upgrade: websocket                    | Upgrade: h2c                          | 426
          Connection: keep-alive, Upgrade       | Connection: keep-alive                | 426
          Sec-WebSocket-Version: 13             | Sec-WebSocket-Version: 8              | 426
          tidegate.ingest.v1                    | tidegate.v1                           | 400
          dGhlIHNhbXBsZSBub25jZQ==              | dGhl                                  | 400
          dGhlIHNhbXBsZSBub25jZQ==              | !                                     | 400
          Host: x                               | Origin: http://evil.example\\r\\nHost: x | 403
          Host: x                               | Content-Length: 2\\r\\nHost: x          | 400
          """)
  void handshakeThatIsNoneShouldBeAnsweredWithAProblem(String good, String bad, int status)
      throws Exception {
    try (TestIngest ingest = TestIngest.acking(AS_IS)) {
      // When
      String headers = TestStream.HANDSHAKE.replace(good, bad.replace("\\r\\n", "\r\n"));
      String head;
      try (TestIngest.Raw raw = ingest.raw()) {
        head =
            raw.write(
                    "GET /v1/messages/stream HTTP/1.1\r\n" + headers + "Connection: close\r\n\r\n")
                .readToEnd();
      }

      // Then
      assertThat(head).startsWith("HTTP/1.1 " + status + " ").contains("urn:tidegate:problem:");
    }
  }

  @Test
  void streamShouldBeOfTheTenantOfItsKeyAndEndWithIt() throws Exception {
    // Given
    try (TestIngest ingest = TestIngest.acking(config -> config.withAuth(Auth.KEYS))) {
      ApiKey key = ApiKey.random(new SecureRandom());
      byte[] id = key.id().getBytes(UTF_8);
      StoredKey stored = StoredKey.of(key, "acme", Set.of(Scope.SEND), "", 0, StoredKey.NEVER);
      ingest.keyring.changed(id, stored.toBytes(), 0);
      assertThat(TestStream.handshake(ingest, TestStream.HANDSHAKE)).startsWith("HTTP/1.1 401 ");
      try (TestStream stream = TestStream.open(ingest, "Authorization: Bearer " + key.text())) {
        // When
        stream.send(message("a"));
        isAck(stream.next(), 1);
        ingest.keyring.changed(id, null, 1);

        // Then
        assertThat(new String(ingest.kafka.history().getFirst().key(), UTF_8))
            .isEqualTo("acme/alice");
        await()
            .until(
                () -> {
                  stream.send(message("b"));
                  return stream
                      .frame()
                      .equals("close 4505 the key or token does not hold any more");
                });
      }
    }
  }

  @Test
  void serviceThatStopsShouldAnswerWhatItTookAndThenClose() throws Exception {
    try (TestIngest ingest = TestIngest.silent(AS_IS);
        TestStream stream = TestStream.open(ingest)) {
      // Given
      stream.send(message("a"));
      ingest.awaitSent(1);

      // When
      Thread stopping = Thread.ofVirtual().start(ingest.service::close);
      await().until(() -> !reachable(ingest));
      ingest.kafka.completeNext();

      // Then
      isAck(stream.next(), 1);
      assertThat(stream.frame()).isEqualTo("close 1001 the service is shutting down");
      stream.frame(TestStream.CLOSE, new byte[0]);
      stopping.join();
      assertThat(stream.isEnded()).isTrue();
    }
  }

  private static boolean reachable(TestIngest ingest) {
    try {
      ingest.get("/health/live");
      return true;
    } catch (Exception e) {
      return false;
    }
  }

  @Test
  void clientThatIsGoneShouldGiveBackWhatItHeldOnceKafkaHasAnswered() throws Exception {
    try (TestIngest ingest = TestIngest.silent(AS_IS)) {
      // Given
      TestStream stream = TestStream.open(ingest);
      stream.send(messages(1, 10));
      ingest.awaitSent(10);

      // When
      stream.close();
      while (ingest.kafka.completeNext()) {}

      // Then
      await()
          .until(
              () ->
                  ingest.metric("tidegate_ingest_streams_ended_total{cause=\"lost\"}") == 1
                      && ingest.metric("tidegate_ingest_inflight_bytes") == 0
                      && ingest.metric("tidegate_ingest_inflight_requests") == 0
                      && ingest.metric("tidegate_ingest_streams") == 0);
      assertThat(ingest.metric("tidegate_ingest_requests_accepted_total")).isEqualTo(10);
    }
  }
}
