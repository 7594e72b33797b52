package io.tidegate.ingest;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.function.UnaryOperator;
import org.apache.kafka.common.errors.NetworkException;
import org.apache.kafka.common.errors.RecordTooLargeException;
import org.junit.jupiter.api.Test;

/** Policies over a Kafka that does not do as one would like; the rest is in {@link PoliciesIT}. */
class PolicyRoutesTest {
  private static final String PATH = "/v1/policies/p";

  /** A request whose answer waits for what the test does. */
  private static CompletableFuture<TestHttp.Answer> later(
      ExecutorService executor, TestIngest ingest, String method, String path, String json) {
    return CompletableFuture.supplyAsync(
        () -> {
          try {
            return ingest.http().call(method, path, json);
          } catch (Exception e) {
            throw new IllegalStateException(e);
          }
        },
        executor);
  }

  @Test
  void changeShouldBeAnsweredOnlyAfterTheAck() throws Exception {
    try (TestIngest ingest = TestIngest.silent(UnaryOperator.identity());
        ExecutorService executor = Executors.newVirtualThreadPerTaskExecutor()) {
      // Given
      var answer = later(executor, ingest, "PUT", PATH, "{}");
      ingest.awaitSent(1);

      // When
      boolean early = answer.isDone();
      ingest.kafka.completeNext();

      // Then
      assertThat(early).isFalse();
      answer.get().is(201);
    }
  }

  @Test
  void changeThatKafkaDoesNotTakeShouldBeAskedToTryAgain() throws Exception {
    try (TestIngest ingest = TestIngest.silent(UnaryOperator.identity());
        ExecutorService executor = Executors.newVirtualThreadPerTaskExecutor()) {
      // Given
      var policy = later(executor, ingest, "PUT", PATH, "{}");
      ingest.awaitSent(1);
      ingest.kafka.errorNext(new NetworkException("gone"));
      var user = later(executor, ingest, "PUT", "/v1/users/alice/policy", "{}");
      ingest.awaitSent(2);

      // When
      ingest.kafka.errorNext(new NetworkException("gone"));

      // Then
      for (var answer : List.of(policy, user)) {
        answer.get().isProblem(503, "temporary-reduced-capacity", null);
        assertThat(answer.get().header("Retry-After")).isNotNull();
        assertThat(answer.get().detail()).contains("safe");
      }
      ingest.http().get(PATH).is(404);
    }
  }

  @Test
  void policyThatKafkaFindsTooLargeShouldBeTooLarge() throws Exception {
    try (TestIngest ingest = TestIngest.silent(UnaryOperator.identity());
        ExecutorService executor = Executors.newVirtualThreadPerTaskExecutor()) {
      // Given
      var answer = later(executor, ingest, "PUT", PATH, "{}");
      ingest.awaitSent(1);

      // When
      ingest.kafka.errorNext(new RecordTooLargeException("message.max.bytes"));

      // Then
      answer.get().isProblem(413, "too-large", null);
    }
  }

  @Test
  void silentKafkaShouldEndInA503AlsoForThoseWhoWaitBehind() throws Exception {
    try (TestIngest ingest =
            TestIngest.silent(
                c ->
                    c.withKafkaTimeouts(
                        Duration.ofSeconds(1), Duration.ofMillis(10), Duration.ofMillis(100)));
        ExecutorService executor = Executors.newVirtualThreadPerTaskExecutor()) {
      // When
      var first = later(executor, ingest, "PUT", PATH, "{}");
      var second = later(executor, ingest, "PUT", PATH, "{}");

      // Then
      first.get().isProblem(503, "temporary-reduced-capacity", null);
      second.get().isProblem(503, "temporary-reduced-capacity", null);
      assertThat(ingest.metric("tidegate_ingest_inflight_requests")).isZero();
      assertThat(ingest.metric("tidegate_ingest_inflight_bytes")).isZero();
    }
  }

  @Test
  void nothingShouldBeSaidOfPoliciesBeforeTheyAreRead() throws Exception {
    try (TestIngest ingest = TestIngest.acking(UnaryOperator.identity())) {
      // Given
      ingest.caughtUp = false;
      TestHttp http = ingest.http();

      // When
      // Then
      String kind = "temporary-reduced-capacity";
      http.get("/v1/policies").isProblem(503, kind, null);
      http.get(PATH).isProblem(503, kind, null);
      http.put(PATH, "{}").isProblem(503, kind, null);
      http.delete(PATH).isProblem(503, kind, null);
      http.put("/v1/users/alice/policy", "{}").isProblem(503, kind, null);
      http.delete("/v1/users/alice/policy").is(204);
      http.call("POST", "/v1/messages", TestIngest.TO_ALICE).is(202);
      assertThat(ingest.kafka.history()).hasSize(2);
    }
  }

  @Test
  void durableButNotReadBackShouldBeAcceptedOnly() throws Exception {
    try (TestIngest ingest = TestIngest.acking(UnaryOperator.identity())) {
      // Given
      ingest.http().put("/v1/policies/before", "{}").is(201);
      ingest.readsBack = false;

      // When
      TestHttp.Answer put = ingest.http().put(PATH, "{}");
      TestHttp.Answer deleted = ingest.http().delete("/v1/policies/before");

      // Then
      assertThat(put.is(202).header("ETag")).isEqualTo("\"1\"");
      assertThat(put.body()).isEqualTo("{\"name\":\"p\",\"version\":1,\"policy\":{}}");
      assertThat(deleted.is(202).body()).isEmpty();
    }
  }

  @Test
  void bodyThatNobodyAskedForShouldNotBeTheNextRequest() throws Exception {
    try (TestIngest ingest = TestIngest.acking(UnaryOperator.identity())) {
      // Given
      ingest.http().put(PATH, "{}").is(201);
      TestHttp http = ingest.http();

      // When
      TestHttp.Answer deleted = http.call("DELETE", PATH, "{\"GET\":\"/\"}");

      // Then
      assertThat(deleted.is(204).header("Connection")).isEqualTo("close");
      http.get("/health/live").is(200);
    }
  }

  @Test
  void requestsBeyondTheBoundShouldBeRefused() throws Exception {
    try (TestIngest ingest = TestIngest.silent(c -> c.withInFlight(1, 64L << 20));
        ExecutorService executor = Executors.newVirtualThreadPerTaskExecutor()) {
      // Given
      var first = later(executor, ingest, "PUT", PATH, "{}");
      ingest.awaitSent(1);

      // When
      TestHttp.Answer second = ingest.http().put("/v1/users/alice/policy", "{}");
      ingest.kafka.completeNext();

      // Then
      second.isProblem(503, "temporary-reduced-capacity", null);
      first.get().is(201);
    }
  }

  @Test
  void routesShouldHaveLabelsWithoutNames() throws Exception {
    try (TestIngest ingest = TestIngest.acking(UnaryOperator.identity())) {
      // Given
      ingest.http().put("/v1/policies/gentle", "{}").is(201);
      ingest.http().put("/v1/users/al%2Fice/policy", "{\"policy\":\"gentle\"}").is(200);
      ingest.http().get("/v1/policies").is(200);
      ingest.http().get("/v1/users/al/ice/policy").is(404);

      // When
      String metrics = ingest.http().get("/metrics").body();

      // Then
      assertThat(metrics)
          .contains(
              "tidegate_ingest_request_seconds_count{route=\"/v1/policies/{name}\",status=\"201\"}"
                  + " 1",
              "tidegate_ingest_request_seconds_count{route=\"/v1/users/{user}/policy\",status=\"200\"}"
                  + " 1",
              "tidegate_ingest_request_seconds_count{route=\"/v1/policies\",status=\"200\"} 1",
              "tidegate_ingest_request_seconds_count{route=\"other\",status=\"404\"} 1")
          .doesNotContain("gentle", "ice");
    }
  }
}
