package io.tidegate.ingest;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.tidegate.contract.Membership;
import java.io.ByteArrayInputStream;
import java.net.http.HttpRequest.BodyPublisher;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.function.UnaryOperator;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.apache.kafka.common.errors.NetworkException;
import org.apache.kafka.common.errors.RecordTooLargeException;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.JsonNode;

/** Who is in a group, through HTTP; where the records lie is in {@link MembersIT}. */
class MembersTest {
  private static final String MEMBERS = "/v1/groups/g/members";
  private static final String ALICE = MEMBERS + "/alice";
  private static final String NDJSON = "application/x-ndjson";
  private static final String BUSY = "temporary-reduced-capacity";

  /** Of about a kilobyte each in the window of 4 MiB. */
  private static final IngestConfig MANY_LINES =
      IngestConfig.from(
          Map.of(
              "TIDEGATE_KAFKA", "mock:9092",
              "TIDEGATE_INGEST_PORT", "0",
              "TIDEGATE_INGEST_MAX_BATCH_LINES", "9000"));

  /** A request whose answer waits for what the test does. */
  private static CompletableFuture<TestHttp.Answer> later(
      ExecutorService executor, TestIngest ingest, String method) {
    return CompletableFuture.supplyAsync(
        () -> {
          try {
            return ingest.http().call(method, ALICE, null);
          } catch (Exception e) {
            throw new IllegalStateException(e);
          }
        },
        executor);
  }

  private static HttpResponse<String> post(TestIngest ingest, BodyPublisher body) throws Exception {
    return ingest.send(ingest.request(MEMBERS).header("Content-Type", NDJSON).POST(body).build());
  }

  private static HttpResponse<String> post(TestIngest ingest, String lines) throws Exception {
    return post(ingest, BodyPublishers.ofString(lines));
  }

  private static List<JsonNode> results(HttpResponse<String> response) {
    assertThat(response.statusCode()).describedAs(response.body()).isEqualTo(200);
    assertThat(response.headers().firstValue("Content-Type")).hasValue(NDJSON);
    return response.body().lines().map(TestIngest::json).toList();
  }

  private static String joins(int count) {
    return IntStream.range(0, count)
        .mapToObj(i -> "{\"user\":\"u" + i + "\"}")
        .collect(Collectors.joining("\n"));
  }

  private static List<String> written(TestIngest ingest) {
    return ingest.kafka.history().stream()
        .map(record -> text(record.key()) + " " + text(record.value()))
        .toList();
  }

  private static @Nullable String text(byte @Nullable [] bytes) {
    return bytes == null ? null : new String(bytes, UTF_8);
  }

  private static double changed(TestIngest ingest, String change) throws Exception {
    return ingest.metric("tidegate_ingest_memberships_changed_total{change=\"" + change + "\"}");
  }

  @Test
  void joiningAndLeavingShouldBeRecordsAndMayBeRepeated() throws Exception {
    try (TestIngest ingest = TestIngest.acking(UnaryOperator.identity())) {
      // When
      for (String method : List.of("PUT", "PUT", "DELETE", "DELETE")) {
        TestHttp.Answer answer = ingest.http().call(method, ALICE, null).is(204);
        assertThat(answer.body()).isEmpty();
      }

      // Then
      assertThat(written(ingest))
          .containsExactly(
              "default/g/alice {}",
              "default/g/alice {}",
              "default/g/alice null",
              "default/g/alice null");
      assertThat(ingest.kafka.history())
          .allMatch(record -> record.topic().equals("tidegate.members"))
          .allMatch(
              record -> record.partition() == Membership.parse(record.key()).user().partition(12));
      assertThat(changed(ingest, "joined")).isEqualTo(2);
      assertThat(changed(ingest, "left")).isEqualTo(2);
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"PUT", "DELETE"})
  void changeShouldBeAnsweredOnlyAfterTheAck(String method) throws Exception {
    try (TestIngest ingest = TestIngest.silent(UnaryOperator.identity());
        ExecutorService executor = Executors.newVirtualThreadPerTaskExecutor()) {
      // Given
      var answer = later(executor, ingest, method);
      ingest.awaitSent(1);

      // When
      boolean early = answer.isDone();
      ingest.kafka.completeNext();

      // Then
      assertThat(early).isFalse();
      answer.get().is(204);
    }
  }

  @Test
  void changeThatKafkaDoesNotTakeShouldBeAskedToTryAgain() throws Exception {
    try (TestIngest ingest = TestIngest.silent(UnaryOperator.identity());
        ExecutorService executor = Executors.newVirtualThreadPerTaskExecutor()) {
      // Given
      var lost = later(executor, ingest, "PUT");
      ingest.awaitSent(1);
      ingest.kafka.errorNext(new NetworkException("gone"));
      var large = later(executor, ingest, "DELETE");
      ingest.awaitSent(2);

      // When
      ingest.kafka.errorNext(new RecordTooLargeException("message.max.bytes"));

      // Then
      lost.get().isProblem(503, BUSY, null);
      assertThat(lost.get().header("Retry-After")).isNotNull();
      assertThat(lost.get().detail()).contains("to ask again is safe");
      large.get().isProblem(413, "too-large", null);
      assertThat(changed(ingest, "joined")).isZero();
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
      TestHttp.Answer one = ingest.http().call("PUT", ALICE, null);
      List<JsonNode> many = results(post(ingest, joins(2)));

      // Then
      one.isProblem(503, BUSY, null);
      assertThat(many).hasSize(2).allMatch(result -> result.get("status").asInt() == 503);
      assertThat(ingest.metric("tidegate_ingest_inflight_requests")).isZero();
      assertThat(ingest.metric("tidegate_ingest_inflight_bytes")).isZero();
    }
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      textBlock =
          """
          g/members/a%2Fb%20%C3%A9      | default/g/a/b é
          %2E%2E/members/%2e%2e         | default/../..
          %2e/members/..%2e             | default/./...
          room%3A42/members/a+b         | default/room:42/a+b
          A.z_~@+-:9/members/members    | default/A.z_~@+-:9/members
          members/members/%E2%82%AC     | default/members/€
          """)
  void namesInThePathShouldBePercentDecoded(String path, String key) throws Exception {
    try (TestIngest ingest = TestIngest.acking(UnaryOperator.identity())) {
      // When
      ingest.http().call("PUT", "/v1/groups/" + path, null).is(204);

      // Then
      assertThat(written(ingest)).containsExactly(key + " {}");
    }
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      nullValues = "-",
      textBlock =
          """
          PUT    | a%2Fb/members/alice  | 400 | invalid-request    | group | -
          PUT    | a%20b/members/alice  | 400 | invalid-request    | group | -
          POST   | %C3/members          | 400 | invalid-request    | group | -
          PUT    | /members/alice       | 400 | invalid-request    | group | -
          PUT    | g/members/           | 400 | invalid-request    | user  | -
          DELETE | g/members/a%00b      | 400 | invalid-request    | user  | -
          PUT    | ../members/alice     | 404 | not-found          | -     | -
          PUT    | g/members/..         | 404 | not-found          | -     | -
          PUT    | ./members/alice      | 404 | not-found          | -     | -
          PUT    | g/members/%FF        | 400 | invalid-request    | user  | -
          PUT    | g/members/a/b        | 404 | not-found          | -     | -
          PUT    | g/member/a           | 404 | not-found          | -     | -
          GET    | g                    | 404 | not-found          | -     | -
          GET    | g/members            | 405 | method-not-allowed | -     | POST
          DELETE | g/members            | 405 | method-not-allowed | -     | POST
          GET    | g/members/alice      | 405 | method-not-allowed | -     | PUT, DELETE
          POST   | g/members/alice      | 405 | method-not-allowed | -     | PUT, DELETE
          """)
  void badRequestShouldBeToldByField(
      String method,
      String path,
      int status,
      String kind,
      @Nullable String field,
      @Nullable String allow)
      throws Exception {
    try (TestIngest ingest = TestIngest.acking(UnaryOperator.identity())) {
      // When
      TestHttp.Answer answer = ingest.http().call(method, "/v1/groups/" + path, null);

      // Then
      answer.isProblem(status, kind, field);
      assertThat(answer.header("Allow")).isEqualTo(allow);
      assertThat(ingest.kafka.history()).isEmpty();
    }
  }

  @Test
  void overlongNamesShouldBeRefused() throws Exception {
    try (TestIngest ingest = TestIngest.acking(UnaryOperator.identity())) {
      // Given
      String most = "/v1/groups/" + "g".repeat(128) + "/members/";

      // When
      TestHttp.Answer fits = ingest.http().call("PUT", most + "u".repeat(256), null);
      TestHttp.Answer group =
          ingest.http().call("PUT", "/v1/groups/" + "g".repeat(129) + "/members/u", null);
      TestHttp.Answer user = ingest.http().call("PUT", most + "u".repeat(257), null);

      // Then
      fits.is(204);
      group.isProblem(400, "invalid-request", "group");
      user.isProblem(400, "invalid-request", "user");
    }
  }

  @Test
  void bodyThatNobodyAskedForShouldNotBeTheNextRequest() throws Exception {
    try (TestIngest ingest = TestIngest.acking(UnaryOperator.identity())) {
      // When
      TestHttp.Answer put = ingest.http().put(ALICE, "{\"GET\":\"/\"}");

      // Then
      assertThat(put.is(204).header("Connection")).isEqualTo("close");
    }
  }

  @Test
  void requestsBeyondTheBoundShouldBeRefused() throws Exception {
    try (TestIngest ingest = TestIngest.silent(c -> c.withInFlight(1, 64L << 20));
        ExecutorService executor = Executors.newVirtualThreadPerTaskExecutor()) {
      // Given
      var first = later(executor, ingest, "PUT");
      ingest.awaitSent(1);

      // When
      TestHttp.Answer one = ingest.http().call("DELETE", ALICE, null);
      HttpResponse<String> many = post(ingest, joins(1));
      ingest.kafka.completeNext();

      // Then
      one.isProblem(503, BUSY, null);
      assertThat(many.statusCode()).isEqualTo(503);
      first.get().is(204);
    }
  }

  @Test
  void badLinesShouldNotFailTheOthers() throws Exception {
    try (TestIngest ingest = TestIngest.acking(UnaryOperator.identity())) {
      // Given
      String overlong = "{\"user\":\"a\"}" + " ".repeat(1 << 20);
      String body =
          String.join(
              "\n",
              "{\"user\":\"a/b é\"}\r",
              "",
              overlong,
              "{\"user\":\"a\",\"role\":\"admin\"}",
              "{\"user\":\"\"}",
              "alice",
              "{\"user\":\"bob\",\"remove\":true}",
              "");

      // When
      HttpResponse<String> response = post(ingest, body);

      // Then
      List<JsonNode> results = results(response);
      assertThat(results).hasSize(6);
      assertThat(results.get(0)).hasToString("{\"user\":\"a/b é\",\"member\":true}");
      assertThat(results.get(1).get("status").asInt()).isEqualTo(413);
      assertThat(results.get(2).get("field").asString()).isEqualTo("role");
      assertThat(results.get(3).get("field").asString()).isEqualTo("user");
      assertThat(results.get(4).get("detail").asString()).startsWith("not JSON");
      assertThat(results.get(5)).hasToString("{\"user\":\"bob\",\"member\":false}");
      assertThat(written(ingest)).containsExactly("default/g/a/b é {}", "default/g/bob null");
      assertThat(changed(ingest, "joined")).isEqualTo(1);
      assertThat(changed(ingest, "left")).isEqualTo(1);
      assertThat(
              ingest.metric("tidegate_ingest_requests_rejected_total{problem=\"invalid-request\"}"))
          .isEqualTo(3);
      assertThat(ingest.metric("tidegate_ingest_requests_accepted_total")).isZero();
    }
  }

  @Test
  void lineThatIsNotUtf8ShouldNotFailTheOthers() throws Exception {
    try (TestIngest ingest = TestIngest.acking(UnaryOperator.identity())) {
      // Given
      byte[] body = "{\"user\":\"a\"}\n{\"user\":\"é\"}\n{\"user\":\"b\"}".getBytes(ISO_8859_1);

      // When
      List<JsonNode> results = results(post(ingest, BodyPublishers.ofByteArray(body)));

      // Then
      assertThat(results.get(1).get("detail").asString()).isEqualTo("not UTF-8 at byte 9");
      assertThat(written(ingest)).containsExactly("default/g/a {}", "default/g/b {}");
    }
  }

  @Test
  void thousandLinesShouldPassAndTheNextShouldBeRefused() throws Exception {
    try (TestIngest ingest = TestIngest.acking(UnaryOperator.identity())) {
      // When
      List<JsonNode> most = results(post(ingest, joins(1000)));
      List<JsonNode> over = results(post(ingest, joins(1003)));

      // Then
      assertThat(most).hasSize(1000).allMatch(result -> result.get("member").asBoolean());
      assertThat(over).hasSize(1001);
      assertThat(over.getLast().get("status").asInt()).isEqualTo(413);
      assertThat(over.getLast().get("detail").asString()).contains("more than 1000 lines");
      assertThat(ingest.kafka.history()).hasSize(2000);
    }
  }

  @Test
  void bodyOverTheLimitShouldBeRefusedOrEndInAProblem() throws Exception {
    try (TestIngest ingest = TestIngest.acking(UnaryOperator.identity())) {
      // Given
      String line = "{\"user\":\"a\"}";
      byte[] nineMebibytes =
          (line + " ".repeat((1 << 20) - line.length() - 1) + "\n").repeat(9).getBytes(UTF_8);

      // When
      HttpResponse<String> announced = post(ingest, BodyPublishers.ofByteArray(nineMebibytes));
      int sentOfIt = ingest.kafka.history().size();
      HttpResponse<String> chunked =
          post(ingest, BodyPublishers.ofInputStream(() -> new ByteArrayInputStream(nineMebibytes)));

      // Then
      assertThat(announced.statusCode()).isEqualTo(413);
      assertThat(sentOfIt).isZero();
      List<JsonNode> results = results(chunked);
      assertThat(results.getFirst().get("member").asBoolean()).isTrue();
      assertThat(results.getLast().get("status").asInt()).isEqualTo(413);
    }
  }

  @Test
  void bodyThatIsNotNdjsonShouldBeUnsupported() throws Exception {
    try (TestIngest ingest = TestIngest.acking(UnaryOperator.identity())) {
      // When
      TestHttp.Answer answer = ingest.http().call("POST", MEMBERS, "{\"user\":\"a\"}");

      // Then
      answer.isProblem(415, "unsupported-media-type", null);
      assertThat(answer.detail()).isEqualTo("want Content-Type: application/x-ndjson, in UTF-8");
    }
  }

  @Test
  void fullProducerShouldEndTheSendingOfABatch() throws Exception {
    FullProducer full = new FullProducer(2);
    try (TestIngest ingest = TestIngest.over(full, UnaryOperator.identity())) {
      // When
      HttpResponse<String> response = post(ingest, joins(1000));

      // Then
      List<JsonNode> results = results(response);
      assertThat(results).hasSize(1000);
      assertThat(results.subList(0, 2)).allMatch(result -> result.has("member"));
      assertThat(results.subList(2, 1000)).allMatch(result -> result.get("status").asInt() == 503);
      assertThat(results.get(2).get("detail").asString()).contains("to ask again is safe");
      assertThat(results.getLast().get("detail").asString()).startsWith("not sent");
      assertThat(response.headers().firstValue("Retry-After")).isPresent();
      assertThat(full.sends.get()).isEqualTo(3);
      assertThat(ingest.metric("tidegate_ingest_inflight_bytes")).isZero();
    }
  }

  @Test
  void batchShouldHoldNoMoreUnackedThanItsWindow() throws Exception {
    try (TestIngest ingest = TestIngest.silent(_ -> MANY_LINES);
        ExecutorService executor = Executors.newVirtualThreadPerTaskExecutor()) {
      // Given
      var answer =
          CompletableFuture.supplyAsync(
              () -> {
                try {
                  return post(ingest, joins(9000));
                } catch (Exception e) {
                  throw new IllegalStateException(e);
                }
              },
              executor);

      // When: what is on the way, and 512 bytes for each
      await().until(() -> onTheWay(ingest) > (4 << 20) - 1_000);
      int sent = ingest.kafka.history().size();
      await().during(Duration.ofMillis(200)).until(() -> ingest.kafka.history().size() == sent);
      assertThat(onTheWay(ingest)).isLessThanOrEqualTo(4 << 20);
      await()
          .until(
              () -> {
                while (ingest.kafka.completeNext()) {}
                return answer.isDone();
              });

      // Then
      assertThat(results(answer.get())).hasSize(9000).allMatch(result -> result.has("member"));
    }
  }

  /** Of records that Kafka has not acknowledged, where it has acknowledged none. */
  private static long onTheWay(TestIngest ingest) {
    return ingest.kafka.history().stream()
        .mapToLong(
            record ->
                512 + record.key().length + (record.value() == null ? 0 : record.value().length))
        .sum();
  }

  @Test
  void routesShouldHaveLabelsWithoutNames() throws Exception {
    try (TestIngest ingest = TestIngest.acking(UnaryOperator.identity())) {
      // Given
      ingest.http().call("PUT", "/v1/groups/secret/members/alice", null).is(204);
      results(post(ingest, joins(1)));
      ingest.http().get("/v1/groups/secret/else").is(404);

      // When
      String metrics = ingest.http().get("/metrics").body();

      // Then
      String count = "tidegate_ingest_request_seconds_count{route=\"";
      assertThat(metrics)
          .contains(
              count + "/v1/groups/{group}/members/{user}\",status=\"204\"} 1",
              count + "/v1/groups/{group}/members\",status=\"200\"} 1",
              count + "other\",status=\"404\"} 1")
          .doesNotContain("secret", "alice");
    }
  }
}
