package io.tidegate.ingest;

import static io.tidegate.ingest.TestIngest.TO_ALICE;
import static io.tidegate.ingest.TestIngest.json;
import static java.nio.charset.StandardCharsets.UTF_8;
import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.tidegate.contract.CloudEventHeaders;
import java.io.ByteArrayInputStream;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.function.UnaryOperator;
import org.apache.kafka.common.errors.NetworkException;
import org.apache.kafka.common.errors.RecordTooLargeException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.JsonNode;

class MessagesTest {
  private static final String TO_THREE =
      "{\"to\":{\"users\":[\"a\",\"b\",\"c\"]},\"data\":1,\"id\":\"m3\"}";

  private static void assertProblem(HttpResponse<String> response, int status) {
    assertThat(response.statusCode()).describedAs(response.body()).isEqualTo(status);
    assertThat(response.headers().firstValue("Content-Type")).hasValue("application/problem+json");
    assertThat(json(response.body()).get("status").asInt()).isEqualTo(status);
  }

  @Test
  void acceptedShouldBeAnsweredOnlyAfterTheAck() throws Exception {
    try (TestIngest ingest = TestIngest.silent(UnaryOperator.identity())) {
      // Given
      CompletableFuture<HttpResponse<String>> answer =
          ingest.postLater("application/json", TO_ALICE);
      ingest.awaitSent(1);
      await().during(Duration.ofMillis(200)).until(() -> !answer.isDone());

      // When
      ingest.kafka.completeNext();

      // Then
      HttpResponse<String> response = answer.get();
      assertThat(response.statusCode()).isEqualTo(202);
      assertThat(response.body()).isEqualTo("{\"id\":\"m1\",\"accepted\":1}");
      assertThat(response.headers().firstValue("Content-Type")).hasValue("application/json");
    }
  }

  @Test
  void acceptedShouldWaitForTheLastOfTheUsers() throws Exception {
    try (TestIngest ingest = TestIngest.silent(UnaryOperator.identity())) {
      // Given
      CompletableFuture<HttpResponse<String>> answer =
          ingest.postLater("application/json", TO_THREE);
      ingest.awaitSent(3);

      // When
      ingest.kafka.completeNext();
      ingest.kafka.completeNext();
      await().during(Duration.ofMillis(200)).until(() -> !answer.isDone());
      ingest.kafka.completeNext();

      // Then
      assertThat(answer.get().statusCode()).isEqualTo(202);
      assertThat(json(answer.get().body()).get("accepted").asInt()).isEqualTo(3);
    }
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      textBlock =
          """
          {"group":"g"} | {"id":"m1","group":"g"} | {to="group"} | default/group/g
          {"all":true}  | {"id":"m1","all":true}  | {to="all"}   | default/all
          """)
  void broadcastShouldBeOneRecordAndItsAnswerShouldSayWhomItIsFor(
      String to, String answered, String label, String key) throws Exception {
    try (TestIngest ingest = TestIngest.silent(UnaryOperator.identity())) {
      // Given
      CompletableFuture<HttpResponse<String>> answer =
          ingest.postLater("application/json", "{\"to\":" + to + ",\"data\":1,\"id\":\"m1\"}");
      ingest.awaitSent(1);
      boolean early = answer.isDone();

      // When
      ingest.kafka.completeNext();

      // Then
      assertThat(early).isFalse();
      assertThat(answer.get().statusCode()).isEqualTo(202);
      assertThat(answer.get().body()).isEqualTo(answered);
      assertThat(ingest.kafka.history()).hasSize(1);
      assertThat(ingest.kafka.history().getFirst().key()).asString(UTF_8).isEqualTo(key);
      assertThat(ingest.metric("tidegate_ingest_broadcasts_accepted_total" + label)).isEqualTo(1);
      assertThat(ingest.metric("tidegate_ingest_messages_accepted_total")).isZero();
      assertThat(ingest.metric("tidegate_ingest_requests_accepted_total")).isEqualTo(1);
    }
  }

  @Test
  void broadcastThatKafkaDoesNotTakeShouldBeAskedToTryAgain() throws Exception {
    try (TestIngest ingest = TestIngest.silent(UnaryOperator.identity())) {
      // Given
      CompletableFuture<HttpResponse<String>> answer =
          ingest.postLater("application/json", "{\"to\":{\"all\":true},\"data\":1,\"id\":\"m1\"}");
      ingest.awaitSent(1);

      // When
      ingest.kafka.errorNext(new NetworkException("gone"));

      // Then
      assertProblem(answer.get(), 503);
      assertThat(json(answer.get().body()).get("detail").asString())
          .isEqualTo(
              "Kafka did not acknowledge the message in time; a retry with the id \"m1\" is safe");
      assertThat(ingest.metric("tidegate_ingest_broadcasts_accepted_total{to=\"all\"}")).isZero();
    }
  }

  @Test
  void payloadShouldReachKafkaByteForByte() throws Exception {
    try (TestIngest ingest = TestIngest.acking(UnaryOperator.identity())) {
      // Given
      String data = "{ \"b\" : [1,2 ,\t3], \"ä\":1.50e+1 }";

      // When
      HttpResponse<String> response =
          ingest.post("{\"data\": " + data + " ,\"to\":{\"user\":\"alice\"}}");

      // Then
      assertThat(response.statusCode()).isEqualTo(202);
      assertThat(ingest.kafka.history().getFirst().value()).asString(UTF_8).isEqualTo(data);
      assertThat(UUID.fromString(json(response.body()).get("id").asString()).version())
          .isEqualTo(7);
    }
  }

  @ParameterizedTest
  @CsvSource({
    "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01, true",
    "00-nonsense, false",
  })
  void traceParentShouldBeCarriedWhenValid(String header, boolean carried) throws Exception {
    try (TestIngest ingest = TestIngest.acking(UnaryOperator.identity())) {
      // Given
      HttpRequest request =
          ingest
              .request("/v1/messages")
              .header("Content-Type", "application/json")
              .header("traceparent", header)
              .header("tracestate", "a=b")
              .header("tracestate", "c=d")
              .POST(BodyPublishers.ofString(TO_ALICE))
              .build();

      // When
      HttpResponse<String> response = ingest.send(request);

      // Then
      assertThat(response.statusCode()).isEqualTo(202);
      var kept =
          ingest.kafka.history().getFirst().headers().lastHeader(CloudEventHeaders.TRACE_PARENT);
      assertThat(kept == null ? null : new String(kept.value(), UTF_8))
          .isEqualTo(carried ? header : null);
      var state =
          ingest.kafka.history().getFirst().headers().lastHeader(CloudEventHeaders.TRACE_STATE);
      assertThat(state == null ? null : new String(state.value(), UTF_8))
          .isEqualTo(carried ? "a=b,c=d" : null);
    }
  }

  @Test
  void failureShouldBeAskedToTryAgain() throws Exception {
    try (TestIngest ingest = TestIngest.silent(UnaryOperator.identity())) {
      // Given
      CompletableFuture<HttpResponse<String>> answer =
          ingest.postLater("application/json", TO_ALICE);
      ingest.awaitSent(1);

      // When
      ingest.kafka.errorNext(new NetworkException("gone"));

      // Then
      HttpResponse<String> response = answer.get();
      assertProblem(response, 503);
      assertThat(Integer.parseInt(response.headers().firstValue("Retry-After").orElseThrow()))
          .isBetween(1, 5);
      JsonNode problem = json(response.body());
      assertThat(problem.get("type").asString())
          .isEqualTo("urn:tidegate:problem:temporary-reduced-capacity");
      assertThat(problem.get("detail").asString()).contains("\"m1\"").contains("safe");
    }
  }

  @Test
  void partialFailureShouldSayHowManyAreAccepted() throws Exception {
    try (TestIngest ingest = TestIngest.silent(UnaryOperator.identity())) {
      // Given
      CompletableFuture<HttpResponse<String>> answer =
          ingest.postLater("application/json", TO_THREE);
      ingest.awaitSent(3);

      // When
      ingest.kafka.completeNext();
      ingest.kafka.errorNext(new NetworkException("gone"));
      ingest.kafka.completeNext();

      // Then
      assertProblem(answer.get(), 503);
      assertThat(json(answer.get().body()).get("detail").asString())
          .contains("accepted for 2 of 3 users")
          .contains("retry with the id \"m3\" is safe");
      assertThat(ingest.metric("tidegate_ingest_messages_accepted_total")).isEqualTo(2);
      assertThat(ingest.metric("tidegate_ingest_requests_accepted_total")).isZero();
    }
  }

  @Test
  void messageThatKafkaFindsTooLargeShouldBeTooLarge() throws Exception {
    try (TestIngest ingest = TestIngest.silent(UnaryOperator.identity())) {
      // Given
      CompletableFuture<HttpResponse<String>> answer =
          ingest.postLater("application/json", TO_ALICE);
      ingest.awaitSent(1);

      // When
      ingest.kafka.errorNext(new RecordTooLargeException("message.max.bytes"));

      // Then
      assertProblem(answer.get(), 413);
      assertThat(json(answer.get().body()).get("field").asString()).isEqualTo("data");
    }
  }

  @Test
  void silentKafkaShouldEndIn503() throws Exception {
    try (TestIngest ingest =
        TestIngest.silent(
            c ->
                c.withKafkaTimeouts(
                    Duration.ofSeconds(1), Duration.ofMillis(10), Duration.ofMillis(100)))) {
      // When
      HttpResponse<String> response = ingest.post(TO_ALICE);

      // Then
      assertProblem(response, 503);
      assertThat(ingest.metric("tidegate_ingest_inflight_requests")).isZero();
      assertThat(ingest.metric("tidegate_ingest_inflight_bytes")).isZero();
    }
  }

  @Test
  void requestsBeyondTheBoundShouldBeRefusedAtOnce() throws Exception {
    try (TestIngest ingest = TestIngest.silent(c -> c.withInFlight(2, 64L << 20))) {
      // Given
      CompletableFuture<HttpResponse<String>> first =
          ingest.postLater("application/json", TO_ALICE);
      CompletableFuture<HttpResponse<String>> second =
          ingest.postLater("application/json", TO_ALICE);
      ingest.awaitSent(2);

      // When
      HttpResponse<String> third = ingest.post(TO_ALICE);
      ingest.kafka.completeNext();
      ingest.kafka.completeNext();

      // Then
      assertProblem(third, 503);
      assertThat(third.headers().firstValue("Retry-After")).isPresent();
      assertThat(first.get().statusCode()).isEqualTo(202);
      assertThat(second.get().statusCode()).isEqualTo(202);
      assertThat(ingest.kafka.history()).hasSize(2);
    }
  }

  @Test
  void bytesBeyondTheBoundShouldBeRefusedUntilOthersAreDone() throws Exception {
    try (TestIngest ingest = TestIngest.silent(c -> c.withInFlight(100, 16L << 20))) {
      // Given
      String large =
          "{\"to\":{\"user\":\"a\"},\"data\":\""
              + "x".repeat(250_000)
              + "\""
              + " ".repeat(700_000)
              + "}";
      int fit = 0;
      CompletableFuture<HttpResponse<String>> refused = null;

      // When
      for (int i = 0; i < 20 && refused == null; i++) {
        CompletableFuture<HttpResponse<String>> answer =
            ingest.postLater("application/json", large);
        int sent = fit;
        await().until(() -> answer.isDone() || ingest.kafka.history().size() > sent);
        if (answer.isDone()) {
          refused = answer;
        } else {
          fit++;
        }
      }

      // Then
      assertThat(fit).isBetween(6, 9);
      assertProblem(requireNonNull(refused).get(), 503);
      for (int i = 0; i < fit; i++) {
        ingest.kafka.completeNext();
      }
      await()
          .untilAsserted(
              () -> assertThat(ingest.metric("tidegate_ingest_inflight_bytes")).isZero());
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"text/plain", "application/jsonp", "application/json; charset=iso-8859-1", "*/*"})
  void otherContentTypesShouldBeUnsupported(String contentType) throws Exception {
    try (TestIngest ingest = TestIngest.acking(UnaryOperator.identity())) {
      // When
      HttpResponse<String> response =
          ingest.send(ingest.post(contentType, BodyPublishers.ofString(TO_ALICE)));

      // Then
      assertProblem(response, 415);
      assertThat(ingest.kafka.history()).isEmpty();
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"application/json;charset=UTF-8", "Application/JSON; charset=\"utf-8\""})
  void contentTypeMayNameUtf8(String contentType) throws Exception {
    try (TestIngest ingest = TestIngest.acking(UnaryOperator.identity())) {
      // When
      HttpResponse<String> response =
          ingest.send(ingest.post(contentType, BodyPublishers.ofString(TO_ALICE)));

      // Then
      assertThat(response.statusCode()).isEqualTo(202);
    }
  }

  @Test
  void missingContentTypeAndEmptyBodyShouldBeTold() throws Exception {
    try (TestIngest ingest = TestIngest.acking(UnaryOperator.identity())) {
      // When
      HttpResponse<String> untyped =
          ingest.send(
              ingest.request("/v1/messages").POST(BodyPublishers.ofString(TO_ALICE)).build());
      HttpResponse<String> empty = ingest.post("");

      // Then
      assertProblem(untyped, 415);
      assertProblem(empty, 400);
      assertThat(json(empty.body()).get("detail").asString()).isEqualTo("the body is empty");
    }
  }

  @Test
  void badFieldShouldBeNamed() throws Exception {
    try (TestIngest ingest = TestIngest.acking(UnaryOperator.identity())) {
      // When
      HttpResponse<String> response = ingest.post("{\"to\":{\"users\":[\"a\",7]},\"data\":1}");

      // Then
      assertProblem(response, 400);
      assertThat(json(response.body()).get("field").asString()).isEqualTo("to.users[1]");
      assertThat(ingest.kafka.history()).isEmpty();
      assertThat(
              ingest.metric("tidegate_ingest_requests_rejected_total{problem=\"invalid-request\"}"))
          .isEqualTo(1);
    }
  }

  @Test
  void bodyAtTheLimitShouldPassAndOneByteMoreShouldNot() throws Exception {
    try (TestIngest ingest = TestIngest.acking(UnaryOperator.identity())) {
      // Given
      String most = TO_ALICE + " ".repeat((1 << 20) - TO_ALICE.length());

      for (boolean chunked : new boolean[] {false, true}) {
        // When
        HttpResponse<String> fits = post(ingest, most, chunked);
        HttpResponse<String> over = post(ingest, most + " ", chunked);

        // Then
        assertThat(fits.statusCode()).describedAs("chunked: %s", chunked).isEqualTo(202);
        assertProblem(over, 413);
        assertThat(json(over.body()).get("detail").asString()).contains("1048576 bytes");
      }
    }
  }

  private static HttpResponse<String> post(TestIngest ingest, String body, boolean chunked)
      throws Exception {
    return ingest.send(
        ingest.post(
            "application/json",
            chunked
                ? BodyPublishers.ofInputStream(() -> new ByteArrayInputStream(body.getBytes(UTF_8)))
                : BodyPublishers.ofString(body)));
  }

  @Test
  void expectContinueShouldBeServed() throws Exception {
    try (TestIngest ingest = TestIngest.acking(UnaryOperator.identity())) {
      // Given
      HttpRequest request =
          ingest
              .request("/v1/messages")
              .header("Content-Type", "application/json")
              .expectContinue(true)
              .POST(BodyPublishers.ofString(TO_ALICE))
              .build();

      // When
      HttpResponse<String> response = ingest.send(request);

      // Then
      assertThat(response.statusCode()).isEqualTo(202);
    }
  }

  @Test
  void closeShouldLetARequestEndThatIsUnderWay() throws Exception {
    // Given
    TestIngest ingest = TestIngest.silent(UnaryOperator.identity());
    CompletableFuture<HttpResponse<String>> answer = ingest.postLater("application/json", TO_ALICE);
    ingest.awaitSent(1);

    // When
    CompletableFuture<Void> closing = CompletableFuture.runAsync(ingest.service::close);
    await().until(() -> !ingest.service.ready());
    ingest.kafka.completeNext();

    // Then
    assertThat(answer.get().statusCode()).isEqualTo(202);
    closing.get();
    assertThat(ingest.kafka.closed()).isTrue();
    ingest.close();
  }

  @Test
  void closeShouldNotHangOnASilentKafka() throws Exception {
    // Given
    TestIngest ingest = TestIngest.silent(c -> c.withDrainTimeout(Duration.ofSeconds(1)));
    CompletableFuture<HttpResponse<String>> answer = ingest.postLater("application/json", TO_ALICE);
    ingest.awaitSent(1);

    // When
    long start = System.nanoTime();
    ingest.service.close();
    Duration took = Duration.ofNanos(System.nanoTime() - start);

    // Then
    assertThat(took).isLessThan(Duration.ofSeconds(3));
    await().until(answer::isDone);
    assertThat(answer.handle((response, e) -> e != null || response.statusCode() == 503).get())
        .isTrue();
    ingest.close();
  }
}
