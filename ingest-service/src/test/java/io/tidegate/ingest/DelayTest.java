package io.tidegate.ingest;

import static org.assertj.core.api.Assertions.assertThat;

import io.tidegate.ingest.lag.Eta;
import java.time.Duration;
import java.util.List;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What is told of how long a message will take. */
class DelayTest {
  private static TestIngest acking() throws Exception {
    return TestIngest.acking(UnaryOperator.identity());
  }

  /** 100 a second, and 500 wait. */
  private static void behind(TestIngest ingest) {
    long now = System.nanoTime();
    ingest.eta.observe(new Eta.Sample(now - Duration.ofSeconds(2).toNanos(), 1_000, 500));
    ingest.eta.observe(new Eta.Sample(now, 1_200, 700));
  }

  private static TestHttp.Answer post(TestIngest ingest, String... headers) throws Exception {
    return ingest.http().call("POST", "/v1/messages", TestIngest.TO_ALICE, headers).is(202);
  }

  @ParameterizedTest
  @ValueSource(strings = {"respond-async", "Respond-Async; x=1", "wait=10, respond-async"})
  void delayShouldBeToldToWhoPrefersIt(String prefer) throws Exception {
    try (TestIngest ingest = acking()) {
      // Given
      behind(ingest);

      // When
      TestHttp.Answer answer = post(ingest, "Prefer", prefer);

      // Then
      assertThat(answer.json().get("expected_delay_ms").asLong()).isEqualTo(5_000);
      assertThat(answer.header("Preference-Applied")).isEqualTo("respond-async");
      assertThat(ingest.metric("tidegate_ingest_expected_delay_seconds")).isEqualTo(5);
    }
  }

  @Test
  void delayShouldNotBeToldToOthers() throws Exception {
    try (TestIngest ingest = acking()) {
      // Given
      behind(ingest);

      // When
      List<TestHttp.Answer> answers =
          List.of(post(ingest), post(ingest, "Prefer", "return=minimal, respond-asynchronously"));

      // Then
      for (TestHttp.Answer answer : answers) {
        assertThat(answer.body()).isEqualTo("{\"id\":\"m1\",\"accepted\":1}");
        assertThat(answer.header("Preference-Applied")).isNull();
      }
    }
  }

  @Test
  void delayThatIsNotKnownShouldBeLeftOut() throws Exception {
    try (TestIngest ingest = acking()) {
      // When
      TestHttp.Answer answer = post(ingest, "Prefer", "respond-async");

      // Then
      assertThat(answer.body()).isEqualTo("{\"id\":\"m1\",\"accepted\":1}");
      assertThat(answer.header("Preference-Applied")).isNull();
      assertThat(ingest.metric("tidegate_ingest_expected_delay_seconds")).isNaN();
    }
  }

  @Test
  void keptAnswerShouldNotClaimToSayWhatIsKnownNow() throws Exception {
    try (TestIngest ingest = acking()) {
      // Given
      post(ingest, "Idempotency-Key", "\"k\"");
      behind(ingest);

      // When
      TestHttp.Answer again = post(ingest, "Idempotency-Key", "\"k\"", "Prefer", "respond-async");

      // Then
      assertThat(again.header("Idempotency-Replayed")).isEqualTo("true");
      assertThat(again.header("Preference-Applied")).isNull();
    }
  }

  @Test
  void linesOfABatchShouldBeToldToo() throws Exception {
    try (TestIngest ingest = acking()) {
      // Given
      behind(ingest);

      // When
      var answer =
          ingest.send(
              ingest
                  .request("/v1/messages")
                  .header("Content-Type", "application/x-ndjson")
                  .header("Prefer", "respond-async")
                  .POST(
                      java.net.http.HttpRequest.BodyPublishers.ofString(
                          TestIngest.TO_ALICE + "\n{}\n"))
                  .build());

      // Then
      assertThat(answer.body().lines().toList().getFirst())
          .isEqualTo("{\"id\":\"m1\",\"accepted\":1,\"expected_delay_ms\":5000}");
      assertThat(answer.body().lines().toList().getLast()).doesNotContain("expected_delay_ms");
    }
  }
}
