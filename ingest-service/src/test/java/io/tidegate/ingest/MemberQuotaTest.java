package io.tidegate.ingest;

import static org.assertj.core.api.Assertions.assertThat;

import io.tidegate.contract.rate.Rate;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Changes of who is in a group count for the rate as messages do; a window is a day. */
class MemberQuotaTest {
  private static final String MEMBERS = "/v1/groups/g/members";
  private static final String ALICE = MEMBERS + "/alice";
  private static final String QUOTA = "quota-exceeded";

  private static TestIngest withRate(String rate) throws Exception {
    return TestIngest.acking(config -> config.withQuotas(Rate.parse(rate), 0, Rate.NONE, 0));
  }

  private static HttpResponse<String> post(TestIngest ingest, String... users) throws Exception {
    String lines = "{\"user\":\"" + String.join("\"}\n{\"user\":\"", users) + "\"}";
    return ingest.send(
        ingest
            .request(MEMBERS)
            .header("Content-Type", "application/x-ndjson")
            .POST(BodyPublishers.ofString(lines))
            .build());
  }

  private static List<Integer> statuses(HttpResponse<String> batch) {
    return batch
        .body()
        .lines()
        .map(line -> TestIngest.json(line).path("status").asInt(200))
        .toList();
  }

  @Test
  void linesBeyondTheRateShouldBeRefusedOneByOne() throws Exception {
    try (TestIngest ingest = withRate("1/1d")) {
      // When
      HttpResponse<String> batch = post(ingest, "a", "b", "c");

      // Then
      assertThat(batch.statusCode()).isEqualTo(200);
      assertThat(statuses(batch)).containsExactly(200, 429, 429);
      assertThat(batch.headers().firstValue("RateLimit-Policy"))
          .contains("\"tenant\";q=1;w=86400;qu=\"messages\"");
      assertThat(batch.headers().firstValue("RateLimit").orElse(""))
          .matches("\"tenant\";r=0;t=86(400|39[0-9])");
      assertThat(batch.headers().firstValueAsLong("Retry-After").orElse(0))
          .isBetween(86_300L, 86_400L);
      assertThat(ingest.kafka.history()).hasSize(1);
      assertThat(ingest.metric("tidegate_ingest_quota_exceeded_total{quota=\"tenant-rate\"}"))
          .isEqualTo(2);

      // When
      HttpResponse<String> next = post(ingest, "d");

      // Then: as a whole, since there is room for none
      assertThat(next.statusCode()).isEqualTo(429);
    }
  }

  @Test
  void joiningAndLeavingShouldCountWithMessages() throws Exception {
    try (TestIngest ingest = withRate("3/1d")) {
      // When // Then
      TestHttp.Answer joined = ingest.http().call("PUT", ALICE, null).is(204);
      assertThat(joined.header("RateLimit")).isEqualTo("\"tenant\";r=2;t=28800");
      assertThat(ingest.post(TestIngest.TO_ALICE).statusCode()).isEqualTo(202);
      ingest.http().call("DELETE", ALICE, null).is(204);
      for (String method : List.of("PUT", "DELETE")) {
        TestHttp.Answer refused = ingest.http().call(method, ALICE, null);
        refused.isProblem(429, QUOTA, null);
        assertThat(refused.header("Retry-After")).matches("(28[78]|57[56])[0-9]{2}");
        assertThat(refused.header("RateLimit")).startsWith("\"tenant\";r=0;");
      }
      assertThat(ingest.post(TestIngest.TO_ALICE).statusCode()).isEqualTo(429);
      assertThat(ingest.kafka.history()).hasSize(3);
    }
  }

  @Test
  void badLinesShouldCountToo() throws Exception {
    try (TestIngest ingest = withRate("2/1d")) {
      // When
      HttpResponse<String> batch = post(ingest, "", "a", "b");

      // Then
      assertThat(statuses(batch)).containsExactly(400, 200, 429);
    }
  }
}
