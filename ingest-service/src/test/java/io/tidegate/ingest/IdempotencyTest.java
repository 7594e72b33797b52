package io.tidegate.ingest;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.tidegate.contract.CloudEventHeaders;
import io.tidegate.contract.auth.ApiKey;
import io.tidegate.contract.auth.Auth;
import io.tidegate.contract.auth.Scope;
import io.tidegate.contract.auth.StoredKey;
import io.tidegate.contract.rate.Rate;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.EnumSet;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;
import org.apache.kafka.common.errors.TimeoutException;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Requests with an Idempotency-Key. */
class IdempotencyTest {
  private static final String WITHOUT_ID = "{\"to\":{\"user\":\"alice\"},\"data\":{\"n\":1}}";
  private static final String JSON = "application/json";
  private static final String NDJSON = "application/x-ndjson";

  private static TestIngest acking() throws Exception {
    return TestIngest.acking(UnaryOperator.identity());
  }

  private static HttpRequest request(
      TestIngest ingest, String path, String type, String key, String body) {
    return ingest
        .request(path)
        .header("Content-Type", type)
        .header("Idempotency-Key", key)
        .POST(BodyPublishers.ofString(body))
        .build();
  }

  private static HttpResponse<String> send(TestIngest ingest, String type, String key, String body)
      throws Exception {
    return ingest.send(request(ingest, "/v1/messages", type, key, body));
  }

  private static boolean isReplayed(HttpResponse<String> response) {
    return response.headers().firstValue("Idempotency-Replayed").isPresent();
  }

  private static List<String> ids(TestIngest ingest) {
    return ingest.kafka.history().stream()
        .map(
            record ->
                new String(
                    Objects.requireNonNull(record.headers().lastHeader(CloudEventHeaders.ID))
                        .value(),
                    UTF_8))
        .toList();
  }

  @Test
  void repetitionShouldBeAnsweredAsBeforeAndSendNothing() throws Exception {
    try (TestIngest ingest = acking()) {
      // When
      HttpResponse<String> first = send(ingest, JSON, "\"k\"", WITHOUT_ID);
      HttpResponse<String> again = send(ingest, JSON, "\"k\"", WITHOUT_ID);
      HttpResponse<String> other = send(ingest, JSON, "\"l\"", WITHOUT_ID);

      // Then
      assertThat(first.statusCode()).isEqualTo(202);
      assertThat(isReplayed(first)).isFalse();
      assertThat(again.statusCode()).isEqualTo(202);
      assertThat(again.body()).isEqualTo(first.body());
      assertThat(again.headers().firstValue("Content-Type")).contains(JSON);
      assertThat(isReplayed(again)).isTrue();
      assertThat(isReplayed(other)).isFalse();
      assertThat(ids(ingest)).hasSize(2).doesNotHaveDuplicates();
      assertThat(ingest.metric("tidegate_ingest_requests_repeated_total{as=\"replayed\"}"))
          .isEqualTo(1);
      assertThat(ingest.metric("tidegate_ingest_replays")).isEqualTo(2);
    }
  }

  @Test
  void problemThatComesAgainShouldNameTheRequestThatItAnswersNow() throws Exception {
    try (TestIngest ingest = acking()) {
      // When
      HttpResponse<String> first = send(ingest, JSON, "\"k\"", "{\"to\":{}}");
      HttpResponse<String> again = send(ingest, JSON, "\"k\"", "{\"to\":{}}");

      // Then
      assertThat(first.statusCode()).isEqualTo(400);
      assertThat(again.headers().firstValue("Idempotency-Replayed")).contains("true");
      for (HttpResponse<String> each : List.of(first, again)) {
        assertThat(TestIngest.json(each.body()).get("instance").asString())
            .isEqualTo(
                "urn:tidegate:request:" + each.headers().firstValue("X-Request-Id").orElse(""));
      }
      assertThat(TestIngest.json(again.body()).get("detail"))
          .isEqualTo(TestIngest.json(first.body()).get("detail"));
    }
  }

  @Test
  void anotherRequestWithTheKeyShouldBeRefused() throws Exception {
    try (TestIngest ingest = acking()) {
      // Given
      send(ingest, JSON, "\"k\"", WITHOUT_ID);

      // When
      HttpResponse<String> otherBody = send(ingest, JSON, "\"k\"", WITHOUT_ID + " ");
      HttpResponse<String> otherType = send(ingest, NDJSON, "\"k\"", WITHOUT_ID);

      // Then
      for (HttpResponse<String> refused : List.of(otherBody, otherType)) {
        assertThat(refused.statusCode()).isEqualTo(422);
        assertThat(refused.body()).contains("idempotency-key-reused");
      }
      assertThat(ingest.kafka.history()).hasSize(1);
    }
  }

  @Test
  void bodyShouldBeComparedAsItIsUnpacked() throws Exception {
    try (TestIngest ingest = acking()) {
      // Given
      send(ingest, JSON, "\"k\"", WITHOUT_ID);

      // When
      java.io.ByteArrayOutputStream packed = new java.io.ByteArrayOutputStream();
      try (var gzip = new java.util.zip.GZIPOutputStream(packed)) {
        gzip.write(WITHOUT_ID.getBytes(UTF_8));
      }
      HttpResponse<String> again =
          ingest.send(
              ingest
                  .request("/v1/messages")
                  .header("Content-Type", JSON)
                  .header("Content-Encoding", "gzip")
                  .header("Idempotency-Key", "\"k\"")
                  .POST(BodyPublishers.ofByteArray(packed.toByteArray()))
                  .build());

      // Then
      assertThat(again.statusCode()).isEqualTo(202);
      assertThat(isReplayed(again)).isTrue();
    }
  }

  @Test
  void repetitionOfWhatIsBeingServedShouldBeToldSo() throws Exception {
    try (TestIngest ingest = TestIngest.silent(UnaryOperator.identity())) {
      // Given
      CompletableFuture<HttpResponse<String>> first =
          ingest.sendLater(request(ingest, "/v1/messages", JSON, "\"k\"", WITHOUT_ID));
      ingest.awaitSent(1);

      // When
      HttpResponse<String> meanwhile = send(ingest, JSON, "\"k\"", WITHOUT_ID);
      ingest.kafka.completeNext();
      HttpResponse<String> done = first.get();
      HttpResponse<String> after = send(ingest, JSON, "\"k\"", WITHOUT_ID);

      // Then
      assertThat(meanwhile.statusCode()).isEqualTo(409);
      assertThat(meanwhile.body()).contains("idempotency-key-in-flight");
      assertThat(meanwhile.headers().firstValue("Retry-After")).contains("1");
      assertThat(after.body()).isEqualTo(done.body());
      assertThat(isReplayed(after)).isTrue();
      assertThat(ingest.kafka.history()).hasSize(1);
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"k", "\"", "\"\"", "\"a\"; x=1", "\"a\", \"b\""})
  void whatIsNoKeyShouldBeRefused(String key) throws Exception {
    try (TestIngest ingest = acking()) {
      // When
      HttpResponse<String> answer = send(ingest, JSON, key, WITHOUT_ID);

      // Then
      assertThat(answer.statusCode()).isEqualTo(400);
      assertThat(TestIngest.json(answer.body()).get("field").asString())
          .isEqualTo("Idempotency-Key");
      assertThat(ingest.kafka.history()).isEmpty();
    }
  }

  @Test
  void batchShouldBeAnsweredAsBeforeWithItsRefusals() throws Exception {
    try (TestIngest ingest = acking()) {
      // Given
      String lines = WITHOUT_ID + "\n{}\n" + WITHOUT_ID + "\n";

      // When
      HttpResponse<String> first = send(ingest, NDJSON, "\"k\"", lines);
      HttpResponse<String> again = send(ingest, NDJSON, "\"k\"", lines);
      HttpResponse<String> array =
          send(ingest, JSON, "\"a\"", "[" + WITHOUT_ID + "," + WITHOUT_ID + "] ");
      HttpResponse<String> arrayAgain =
          send(ingest, JSON, "\"a\"", "[" + WITHOUT_ID + "," + WITHOUT_ID + "] ");

      // Then
      assertThat(first.body().lines()).hasSize(3);
      assertThat(again.body()).isEqualTo(first.body());
      assertThat(isReplayed(again)).isTrue();
      assertThat(arrayAgain.body()).isEqualTo(array.body());
      assertThat(isReplayed(arrayAgain)).isTrue();
      assertThat(ids(ingest)).hasSize(4).doesNotHaveDuplicates();
    }
  }

  @Test
  void idsShouldBeTheSameAtAnotherInstance() throws Exception {
    try (TestIngest one = acking();
        TestIngest two = acking()) {
      // Given: line 2 is refused by both, at two also for another reason
      String lines = WITHOUT_ID + "\n{}\n" + WITHOUT_ID + "\n";

      // When
      send(one, NDJSON, "\"k\"", lines);
      send(one, JSON, "\"s\"", WITHOUT_ID);
      send(two, NDJSON, "\"k\"", lines.replace("{}", "[]"));
      send(two, JSON, "\"s\"", WITHOUT_ID);

      // Then
      assertThat(ids(one)).hasSize(3).doesNotHaveDuplicates();
      assertThat(ids(two)).isEqualTo(ids(one));
    }
  }

  @Test
  void lineThatAQuotaRefusedShouldNotShiftTheIdsOfOthers() throws Exception {
    try (TestIngest limited =
            TestIngest.acking(config -> config.withQuotas(Rate.parse("1/1d"), 0, Rate.NONE, 0));
        TestIngest free = acking()) {
      // When
      HttpResponse<String> cut =
          send(limited, NDJSON, "\"k\"", WITHOUT_ID + "\n" + WITHOUT_ID + "\n");
      send(free, NDJSON, "\"k\"", WITHOUT_ID + "\n" + WITHOUT_ID + "\n");

      // Then: what a quota refused is not kept, or it would be refused for ever
      assertThat(cut.body().lines().toList().get(1)).contains("quota-exceeded");
      assertThat(limited.metric("tidegate_ingest_replays")).isZero();
      assertThat(ids(free)).startsWith(ids(limited).getFirst()).hasSize(2);
    }
  }

  @Test
  void refusalForTheContentShouldBeKeptAndForTheMomentNot() throws Exception {
    try (TestIngest ingest =
        TestIngest.silent(
            config ->
                config.withKafkaTimeouts(
                    Duration.ofSeconds(1), Duration.ofSeconds(1), Duration.ofSeconds(20)))) {
      // When
      HttpResponse<String> bad = send(ingest, JSON, "\"bad\"", "{}");
      HttpResponse<String> badAgain = send(ingest, JSON, "\"bad\"", "{}");

      // Then
      assertThat(badAgain.statusCode()).isEqualTo(bad.statusCode()).isEqualTo(400);
      assertThat(TestIngest.json(badAgain.body()).get("detail"))
          .isEqualTo(TestIngest.json(bad.body()).get("detail"));
      assertThat(isReplayed(badAgain)).isTrue();

      // When
      CompletableFuture<HttpResponse<String>> failing =
          ingest.sendLater(request(ingest, "/v1/messages", JSON, "\"k\"", WITHOUT_ID));
      ingest.awaitSent(1);
      ingest.kafka.errorNext(new TimeoutException("no answer"));
      HttpResponse<String> busy = failing.get();
      CompletableFuture<HttpResponse<String>> retry =
          ingest.sendLater(request(ingest, "/v1/messages", JSON, "\"k\"", WITHOUT_ID));
      ingest.awaitSent(2);
      ingest.kafka.completeNext();

      // Then: the retry has the id of before, so that fan-out knows it
      assertThat(busy.statusCode()).isEqualTo(503);
      assertThat(retry.get().statusCode()).isEqualTo(202);
      assertThat(isReplayed(retry.get())).isFalse();
      assertThat(ids(ingest)).hasSize(2).containsOnly(ids(ingest).getFirst());
    }
  }

  @Test
  void repetitionShouldUseNoneOfTheQuota() throws Exception {
    try (TestIngest ingest =
        TestIngest.acking(config -> config.withQuotas(Rate.parse("1/1d"), 0, Rate.NONE, 0))) {
      // When
      send(ingest, JSON, "\"k\"", WITHOUT_ID);
      HttpResponse<String> again = send(ingest, JSON, "\"k\"", WITHOUT_ID);
      HttpResponse<String> next = send(ingest, JSON, "\"l\"", WITHOUT_ID);

      // Then
      assertThat(isReplayed(again)).isTrue();
      assertThat(again.statusCode()).isEqualTo(202);
      assertThat(next.statusCode()).isEqualTo(429);
    }
  }

  @Test
  void keysShouldBeATenantsOwn() throws Exception {
    try (TestIngest ingest = TestIngest.acking(config -> config.withAuth(Auth.KEYS))) {
      // When
      TestHttp.Answer acme = as(ingest, bearer(ingest, "acme"));
      TestHttp.Answer rival = as(ingest, bearer(ingest, "rival"));

      // Then: not even the ids are the same
      assertThat(rival.header("Idempotency-Replayed")).isNull();
      assertThat(rival.json().get("id")).isNotEqualTo(acme.json().get("id"));
      assertThat(ingest.kafka.history()).hasSize(2);
    }
  }

  private static TestHttp.Answer as(TestIngest ingest, String bearer) throws Exception {
    return ingest
        .http()
        .call(
            "POST", "/v1/messages", WITHOUT_ID, "Authorization", bearer, "Idempotency-Key", "\"k\"")
        .is(202);
  }

  private static String bearer(TestIngest ingest, String tenant) {
    ApiKey key = ApiKey.random(new SecureRandom());
    StoredKey stored = StoredKey.of(key, tenant, EnumSet.of(Scope.SEND), "", 0, StoredKey.NEVER);
    ingest.keyring.changed(key.id().getBytes(UTF_8), stored.toBytes(), 0);
    return "Bearer " + key.text();
  }

  @Test
  void eventsShouldBeComparedWithTheirAttributes() throws Exception {
    try (TestIngest ingest = acking()) {
      // When
      TestHttp.Answer first = event(ingest, "e1");
      TestHttp.Answer again = event(ingest, "e1");
      TestHttp.Answer other = event(ingest, "e2");

      // Then
      first.is(202);
      assertThat(again.is(202).header("Idempotency-Replayed")).isEqualTo("true");
      other.isProblem(422, "idempotency-key-reused", "Idempotency-Key");
      assertThat(ingest.kafka.history()).hasSize(1);
    }
  }

  /** The whole of it says what the data is. */
  @Test
  void contentTypeOfAnEventShouldBePartOfIt() throws Exception {
    try (TestIngest ingest = acking()) {
      // When
      TestHttp.Answer first = event(ingest, "e1", null, "text/plain; charset=iso-8859-1");
      TestHttp.Answer other = event(ingest, "e1", null, "text/html; charset=iso-8859-1");

      // Then
      first.is(202);
      other.isProblem(422, "idempotency-key-reused", "Idempotency-Key");
    }
  }

  private static TestHttp.Answer event(TestIngest ingest, String id) throws Exception {
    return event(ingest, id, "1", "application/json");
  }

  private static TestHttp.Answer event(
      TestIngest ingest, String id, @Nullable String json, String type) throws Exception {
    String[] typed = json == null ? new String[] {"Content-Type", type} : new String[0];
    return ingest
        .http()
        .call(
            "POST",
            "/v1/events",
            json,
            Stream.concat(
                    Stream.of(typed),
                    Stream.of(
                        "Idempotency-Key",
                        "\"k\"",
                        "ce-specversion",
                        "1.0",
                        "ce-id",
                        id,
                        "ce-source",
                        "/s",
                        "ce-type",
                        "t",
                        "ce-subject",
                        "all"))
                .toArray(String[]::new));
  }

  @Test
  void bodyThatWasNotReadToItsEndShouldNotBeKept() throws Exception {
    try (TestIngest ingest = acking()) {
      // Given: a batch that is refused behind its 1,000th line
      String lines = (WITHOUT_ID + "\n").repeat(1_001);

      // When
      send(ingest, NDJSON, "\"k\"", lines);
      HttpResponse<String> again = send(ingest, NDJSON, "\"k\"", lines);

      // Then
      assertThat(again.statusCode()).isEqualTo(200);
      assertThat(isReplayed(again)).isFalse();
    }
  }
}
