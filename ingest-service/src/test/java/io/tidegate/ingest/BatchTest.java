package io.tidegate.ingest;

import static io.tidegate.ingest.TestIngest.TO_ALICE;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.io.ByteArrayInputStream;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.UnaryOperator;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.apache.kafka.clients.producer.Callback;
import org.apache.kafka.clients.producer.MockProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.clients.producer.RecordMetadata;
import org.apache.kafka.common.errors.NetworkException;
import org.apache.kafka.common.errors.RecordTooLargeException;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;

class BatchTest {
  private static String line(int n) {
    return "{\"to\":{\"user\":\"u" + n + "\"},\"data\":" + n + ",\"id\":\"m" + n + "\"}";
  }

  private static String lines(int count) {
    return IntStream.range(0, count)
        .mapToObj(BatchTest::line)
        .collect(Collectors.joining("\n", "", "\n"));
  }

  private static List<JsonNode> results(HttpResponse<String> response) {
    assertThat(response.statusCode()).describedAs(response.body()).isEqualTo(200);
    assertThat(response.headers().firstValue("Content-Type")).hasValue("application/x-ndjson");
    assertThat(response.body()).endsWith("\n");
    return response.body().lines().map(TestIngest::json).toList();
  }

  @Test
  void eachLineShouldGetItsResultInOrder() throws Exception {
    try (TestIngest ingest = TestIngest.acking(UnaryOperator.identity())) {
      // When
      HttpResponse<String> response =
          ingest.postBatch(
              line(0)
                  + "\r\n\n"
                  + "{\"to\":{\"user\":\"a\"}}\n"
                  + "nonsense\n"
                  + "{\"to\":{\"users\":[\"a\",\"b\"]},\"data\":1,\"id\":\"two\"}\n"
                  + line(4)
                  + "\n{\"to\":{\"group\":\"g\"},\"data\":1,\"id\":\"g\"}\n"
                  + "{\"to\":{\"all\":true},\"data\":1,\"id\":\"a\"}\n");

      // Then
      List<JsonNode> results = results(response);
      assertThat(results).hasSize(7);
      assertThat(results.get(0)).hasToString("{\"id\":\"m0\",\"accepted\":1}");
      assertThat(results.get(1).get("status").asInt()).isEqualTo(400);
      assertThat(results.get(1).get("field").asString()).isEqualTo("data");
      assertThat(results.get(2).get("status").asInt()).isEqualTo(400);
      assertThat(results.get(3)).hasToString("{\"id\":\"two\",\"accepted\":2}");
      assertThat(results.get(4)).hasToString("{\"id\":\"m4\",\"accepted\":1}");
      assertThat(results.get(5)).hasToString("{\"id\":\"g\",\"group\":\"g\"}");
      assertThat(results.get(6)).hasToString("{\"id\":\"a\",\"all\":true}");
      assertThat(ingest.kafka.history()).hasSize(6);
      assertThat(ingest.metric("tidegate_ingest_requests_accepted_total")).isEqualTo(5);
      assertThat(ingest.metric("tidegate_ingest_messages_accepted_total")).isEqualTo(4);
      assertThat(
              ingest.metric("tidegate_ingest_requests_rejected_total{problem=\"invalid-request\"}"))
          .isEqualTo(2);
    }
  }

  @Test
  void linesShouldBeSentWithoutWaitingForTheAckBefore() throws Exception {
    try (TestIngest ingest = TestIngest.silent(UnaryOperator.identity())) {
      // Given
      CompletableFuture<HttpResponse<String>> answer =
          ingest.postLater("application/x-ndjson", lines(3));
      ingest.awaitSent(3);

      // When
      ingest.kafka.completeNext();
      ingest.kafka.errorNext(new NetworkException("gone"));
      boolean early = answer.isDone();
      ingest.kafka.completeNext();

      // Then
      assertThat(early).isFalse();
      List<JsonNode> results = results(answer.get());
      assertThat(results.get(0).get("id").asString()).isEqualTo("m0");
      assertThat(results.get(1).get("status").asInt()).isEqualTo(503);
      assertThat(results.get(1).get("detail").asString()).contains("\"m1\"");
      assertThat(results.get(2).get("id").asString()).isEqualTo("m2");
    }
  }

  @Test
  void linesShouldBeSentWhileTheBodyIsStillComing() throws Exception {
    try (TestIngest ingest = TestIngest.acking(UnaryOperator.identity());
        TestIngest.Raw raw = ingest.raw()) {
      // Given
      String first = line(0) + "\n";
      String second = line(1) + "\n";
      raw.write(
          "POST /v1/messages HTTP/1.1\r\nHost: x\r\nContent-Type: application/x-ndjson\r\n"
              + "Connection: close\r\nContent-Length: "
              + (first.length() + second.length())
              + "\r\n\r\n"
              + first);

      // When
      ingest.awaitSent(1);
      raw.write(second);

      // Then
      assertThat(raw.readToEnd())
          .startsWith("HTTP/1.1 200")
          .endsWith("{\"id\":\"m0\",\"accepted\":1}\n{\"id\":\"m1\",\"accepted\":1}\n");
    }
  }

  @Test
  void thousandLinesShouldPassAndTheNextShouldBeRefused() throws Exception {
    try (TestIngest ingest = TestIngest.acking(UnaryOperator.identity())) {
      // When
      List<JsonNode> most = results(ingest.postBatch(lines(1000)));
      List<JsonNode> over = results(ingest.postBatch(lines(1003)));

      // Then
      assertThat(most).hasSize(1000).allMatch(result -> result.has("accepted"));
      assertThat(over).hasSize(1001);
      assertThat(over.subList(0, 1000)).allMatch(result -> result.has("accepted"));
      assertThat(over.getLast().get("status").asInt()).isEqualTo(413);
      assertThat(over.getLast().get("detail").asString()).contains("more than 1000 lines");
      assertThat(ingest.kafka.history()).hasSize(2000);
    }
  }

  @Test
  void lineOverOneMebibyteShouldNotFailTheOthers() throws Exception {
    try (TestIngest ingest = TestIngest.acking(UnaryOperator.identity())) {
      // Given
      String long1 = line(1) + " ".repeat((1 << 20) + 1 - line(1).length());

      // When
      List<JsonNode> results = results(ingest.postBatch(line(0) + "\n" + long1 + "\n" + line(2)));

      // Then
      assertThat(results).hasSize(3);
      assertThat(results.get(1).get("status").asInt()).isEqualTo(413);
      assertThat(results.get(2).get("id").asString()).isEqualTo("m2");
    }
  }

  @Test
  void announcedBodyOverTheLimitShouldBeRefusedWhole() throws Exception {
    try (TestIngest ingest = TestIngest.acking(UnaryOperator.identity())) {
      // When
      HttpResponse<String> response = ingest.postBatch(tooMany());

      // Then
      assertThat(response.statusCode()).isEqualTo(413);
      assertThat(response.headers().firstValue("Content-Type"))
          .hasValue("application/problem+json");
      assertThat(ingest.kafka.history()).isEmpty();
    }
  }

  @Test
  void chunkedBodyOverTheLimitShouldEndInAProblemBehindTheResults() throws Exception {
    try (TestIngest ingest = TestIngest.acking(UnaryOperator.identity())) {
      // Given
      byte[] body = tooMany().getBytes(UTF_8);

      // When
      HttpResponse<String> response =
          ingest.send(
              ingest.post(
                  "application/x-ndjson",
                  BodyPublishers.ofInputStream(() -> new ByteArrayInputStream(body))));

      // Then
      List<JsonNode> results = results(response);
      assertThat(results).hasSizeBetween(8, 12);
      assertThat(results.getFirst().has("accepted")).isTrue();
      assertThat(results.getLast().get("status").asInt()).isEqualTo(413);
      assertThat(results.getLast().get("detail").asString()).contains("8388608 bytes");
    }
  }

  /** Nine lines and more than 8 MiB. */
  private static String tooMany() {
    String line = TO_ALICE + " ".repeat((1 << 20) - TO_ALICE.length() - 1) + "\n";
    return line.repeat(9);
  }

  @Test
  void emptyBatchShouldHaveNoResults() throws Exception {
    try (TestIngest ingest = TestIngest.acking(UnaryOperator.identity())) {
      // When
      HttpResponse<String> response = ingest.postBatch("\n\n");

      // Then
      assertThat(response.statusCode()).isEqualTo(200);
      assertThat(response.body()).isEmpty();
    }
  }

  @Test
  void lackOfRoomShouldEndTheBatchButNotLoseItsResults() throws Exception {
    try (TestIngest ingest = TestIngest.silent(c -> c.withInFlight(100, 16L << 20))) {
      // Given
      String line = TO_ALICE + " ".repeat((1 << 20) - TO_ALICE.length() - 1) + "\n";
      CompletableFuture<HttpResponse<String>> first =
          ingest.postLater("application/x-ndjson", line.repeat(5));
      ingest.awaitSent(5);

      // When
      CompletableFuture<HttpResponse<String>> second =
          ingest.postLater("application/x-ndjson", line.repeat(5));
      await()
          .until(
              () -> {
                ingest.kafka.completeNext();
                return second.isDone() && first.isDone();
              });

      // Then
      assertThat(results(first.get())).allMatch(result -> result.has("accepted"));
      List<JsonNode> results = results(second.get());
      assertThat(results).isNotEmpty();
      await()
          .untilAsserted(
              () -> assertThat(ingest.metric("tidegate_ingest_inflight_bytes")).isZero());
    }
  }

  @Test
  void batchShouldGiveItsBytesBackAsKafkaAcks() throws Exception {
    try (TestIngest ingest = TestIngest.silent(UnaryOperator.identity());
        TestIngest.Raw raw = ingest.raw()) {
      // Given
      String large = TO_ALICE + " ".repeat(900_000) + "\n";
      String small = line(0) + "\n";
      raw.write(
          "POST /v1/messages HTTP/1.1\r\nHost: x\r\nContent-Type: application/x-ndjson\r\n"
              + "Content-Length: "
              + (4 * large.length() + 2 * small.length())
              + "\r\n\r\n"
              + large.repeat(4));
      ingest.awaitSent(4);
      double held = ingest.metric("tidegate_ingest_inflight_bytes");

      // When
      for (int i = 0; i < 4; i++) {
        ingest.kafka.completeNext();
      }
      raw.write(small);
      ingest.awaitSent(5);

      // Then
      assertThat(held).isGreaterThan(7_000_000);
      await()
          .untilAsserted(
              () ->
                  assertThat(ingest.metric("tidegate_ingest_inflight_bytes")).isLessThan(500_000));
    }
  }

  @Test
  void fullProducerShouldEndTheSendingOfABatch() throws Exception {
    FullProducer full = new FullProducer(2);
    try (TestIngest ingest = TestIngest.over(full, UnaryOperator.identity())) {
      // When
      HttpResponse<String> response = ingest.postBatch(lines(1000));

      // Then
      List<JsonNode> results = results(response);
      assertThat(results).hasSize(1000);
      assertThat(results.subList(0, 2)).allMatch(result -> result.has("accepted"));
      assertThat(results.get(2).get("detail").asString())
          .isEqualTo(
              "Kafka did not acknowledge the message in time; a retry with the id \"m2\" is safe");
      assertThat(results.subList(2, 1000)).allMatch(result -> result.get("status").asInt() == 503);
      assertThat(results.subList(3, 1000))
          .allMatch(result -> result.get("detail").asString().startsWith("not sent"));
      assertThat(response.headers().firstValue("Retry-After")).isPresent();
      assertThat(full.sends.get()).isEqualTo(3);
      assertThat(ingest.metric("tidegate_ingest_inflight_bytes")).isZero();
    }
  }

  @Test
  void lateFailureShouldEndTheSendingOfABatch() throws Exception {
    try (TestIngest ingest = TestIngest.silent(UnaryOperator.identity());
        TestIngest.Raw raw = ingest.raw()) {
      // Given
      String first = line(0) + "\n";
      String second = line(1) + "\n";
      raw.write(
          "POST /v1/messages HTTP/1.1\r\nHost: x\r\nContent-Type: application/x-ndjson\r\n"
              + "Connection: close\r\nContent-Length: "
              + (first.length() + second.length())
              + "\r\n\r\n"
              + first);
      ingest.awaitSent(1);

      // When
      ingest.kafka.errorNext(new NetworkException("gone"));
      raw.write(second);

      // Then
      assertThat(raw.readToEnd())
          .contains("\"m0\\\"")
          .contains("\"not sent")
          .contains("Retry-After");
      assertThat(ingest.kafka.history()).hasSize(1);
    }
  }

  @Test
  void messageThatIsTooLargeForKafkaShouldNotEndTheBatch() throws Exception {
    try (TestIngest ingest = TestIngest.over(new PickyProducer(), UnaryOperator.identity())) {
      // When
      HttpResponse<String> response = ingest.postBatch(lines(3));

      // Then
      List<JsonNode> results = results(response);
      assertThat(results.get(1).get("status").asInt()).isEqualTo(413);
      assertThat(results.get(2).has("accepted")).isTrue();
      assertThat(response.headers().firstValue("Retry-After")).isEmpty();
    }
  }

  @Test
  void eachItemOfAnArrayShouldGetItsResultInOrder() throws Exception {
    try (TestIngest ingest = TestIngest.acking(UnaryOperator.identity())) {
      // When
      HttpResponse<String> response =
          ingest.post(
              " \n[" + line(0) + ",\n7,{\"to\":{\"user\":\"a\"}},nonsense, " + line(4) + " ]\n");

      // Then
      List<JsonNode> results = results(response);
      assertThat(results).hasSize(5);
      assertThat(results.get(0)).hasToString("{\"id\":\"m0\",\"accepted\":1}");
      assertThat(results.get(1).get("detail").asString()).isEqualTo("want an object, got a number");
      assertThat(results.get(2).get("field").asString()).isEqualTo("data");
      assertThat(results.get(3).get("status").asInt()).isEqualTo(400);
      assertThat(results.get(4)).hasToString("{\"id\":\"m4\",\"accepted\":1}");
      assertThat(ingest.kafka.history()).hasSize(2);
      assertThat(ingest.metric("tidegate_ingest_requests_accepted_total")).isEqualTo(2);
      assertThat(ingest.metric("tidegate_ingest_inflight_bytes")).isZero();
    }
  }

  @Test
  void arrayShouldBeSentWhileItIsStillComingAndMayBeLargerThanAMessage() throws Exception {
    try (TestIngest ingest = TestIngest.acking(UnaryOperator.identity());
        TestIngest.Raw raw = ingest.raw()) {
      // Given
      String large = TO_ALICE + " ".repeat(900_000);
      String first = "[" + large + "," + large + "," + large + ",";
      String second = line(1) + "]";
      raw.write(
          "POST /v1/messages HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\n"
              + "Connection: close\r\nContent-Length: "
              + (first.length() + second.length())
              + "\r\n\r\n"
              + first);

      // When
      ingest.awaitSent(3);
      raw.write(second);

      // Then
      assertThat(raw.readToEnd())
          .startsWith("HTTP/1.1 200")
          .endsWith("{\"id\":\"m1\",\"accepted\":1}\n");
    }
  }

  @Test
  void brokenArrayShouldEndInAProblemBehindTheResults() throws Exception {
    try (TestIngest ingest = TestIngest.acking(UnaryOperator.identity())) {
      for (String end : List.of(",", "", ", \"]", "]]", "] 1")) {
        // When
        List<JsonNode> results = results(ingest.post("[" + line(0) + "," + line(1) + end));

        // Then
        assertThat(results.getFirst()).hasToString("{\"id\":\"m0\",\"accepted\":1}");
        assertThat(results.getLast().get("status").asInt()).isEqualTo(400);
        assertThat(results.getLast().get("detail").asString())
            .isIn("the array ends early", "something follows the array");
      }
    }
  }

  @Test
  void boundsOfAnArrayShouldBeThoseOfABatch() throws Exception {
    try (TestIngest ingest = TestIngest.acking(UnaryOperator.identity())) {
      // Given
      String many = lines(1003).strip().replace("\n", ",");
      byte[] tooMuch = ("[" + tooMany().strip().replace("\n", ",") + "]").getBytes(UTF_8);

      // When
      List<JsonNode> items = results(ingest.post("[" + many + "]"));
      HttpResponse<String> announced = ingest.post(new String(tooMuch, UTF_8));
      List<JsonNode> chunked =
          results(
              ingest.send(
                  ingest.post(
                      "application/json",
                      BodyPublishers.ofInputStream(() -> new ByteArrayInputStream(tooMuch)))));

      // Then
      assertThat(items).hasSize(1001);
      assertThat(items.getLast().get("detail").asString()).startsWith("more than 1000 items");
      assertThat(announced.statusCode()).isEqualTo(413);
      assertThat(chunked.getFirst().has("accepted")).isTrue();
      assertThat(chunked.getLast().get("detail").asString()).contains("8388608 bytes");
    }
  }

  /** Finds the second record too large. */
  private static final class PickyProducer extends MockProducer<byte[], byte[]> {
    private final AtomicInteger sends = new AtomicInteger();

    PickyProducer() {
      super(true, null, new ByteArraySerializer(), new ByteArraySerializer());
    }

    @Override
    public synchronized Future<RecordMetadata> send(
        ProducerRecord<byte[], byte[]> record, Callback callback) {
      return sends.incrementAndGet() == 2
          ? FullProducer.refuse(
              callback, new RecordTooLargeException("larger than max.request.size"))
          : super.send(record, callback);
    }
  }
}
