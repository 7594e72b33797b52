package io.tidegate.ingest;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.tidegate.contract.auth.ApiKey;
import io.tidegate.contract.auth.Auth;
import io.tidegate.contract.auth.Quota;
import io.tidegate.contract.auth.Scope;
import io.tidegate.contract.auth.StoredKey;
import io.tidegate.contract.auth.TenantQuotas;
import io.tidegate.contract.rate.Rate;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.security.SecureRandom;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/**
 * What is answered where tenants and keys have quotas; windows are a day, so nothing comes back.
 */
class QuotaRequestsTest {
  private static final String QUOTA_KIND = "urn:tidegate:problem:quota-exceeded";
  private static final Rate TWO = Rate.parse("2/1d");

  private static TestIngest ofTenants(Rate rate, long bytes) throws Exception {
    return TestIngest.acking(config -> config.withQuotas(rate, bytes, Rate.NONE, 0));
  }

  private static String lines(int count) {
    return IntStream.range(0, count)
        .mapToObj(n -> "{\"to\":{\"user\":\"u" + n + "\"},\"data\":" + n + "}")
        .collect(Collectors.joining("\n"));
  }

  private static String bearer(TestIngest ingest, String tenant, Quota quota) {
    ApiKey key = ApiKey.random(new SecureRandom());
    StoredKey stored =
        StoredKey.of(key, tenant, EnumSet.allOf(Scope.class), "", 0, StoredKey.NEVER)
            .withQuota(quota);
    ingest.keyring.changed(key.id().getBytes(UTF_8), stored.toBytes(), 0);
    return "Bearer " + key.text();
  }

  private static List<Integer> statuses(HttpResponse<String> batch) {
    return batch
        .body()
        .lines()
        .map(line -> TestIngest.json(line).path("status").asInt(202))
        .toList();
  }

  @Test
  void messagesBeyondTheRateShouldBeRefusedAndToldWhenToComeAgain() throws Exception {
    try (TestIngest ingest = ofTenants(TWO, 0)) {
      // When
      HttpResponse<String> first = ingest.post(TestIngest.TO_ALICE);
      HttpResponse<String> second = ingest.post(TestIngest.TO_ALICE);
      HttpResponse<String> third = ingest.post(TestIngest.TO_ALICE);

      // Then
      assertThat(List.of(first.statusCode(), second.statusCode(), third.statusCode()))
          .containsExactly(202, 202, 429);
      assertThat(first.headers().firstValue("RateLimit-Policy"))
          .contains("\"tenant\";q=2;w=86400;qu=\"messages\"");
      assertThat(first.headers().firstValue("RateLimit")).contains("\"tenant\";r=1;t=43200");
      assertThat(third.headers().firstValue("RateLimit").orElse(""))
          .matches("\"tenant\";r=0;t=86(400|39[0-9])");
      assertThat(third.headers().firstValueAsLong("Retry-After").orElse(0))
          .isBetween(43_100L, 43_200L);
      assertThat(TestIngest.json(third.body()).get("type").asString()).isEqualTo(QUOTA_KIND);
      assertThat(TestIngest.json(third.body()).get("detail").asString())
          .isEqualTo("the tenant's rate of messages would be more than the quota, 2/1d");
      assertThat(ingest.kafka.history()).hasSize(2);
      assertThat(ingest.metric("tidegate_ingest_quota_exceeded_total{quota=\"tenant-rate\"}"))
          .isEqualTo(1);
      assertThat(
              ingest.metric("tidegate_ingest_requests_rejected_total{problem=\"quota-exceeded\"}"))
          .isEqualTo(1);
    }
  }

  @Test
  void linesBeyondTheRateShouldBeRefusedOneByOne() throws Exception {
    try (TestIngest ingest = ofTenants(Rate.parse("3/1d"), 0)) {
      // When
      HttpResponse<String> batch = ingest.postBatch(lines(5));

      // Then: two were refused, and three come at once a day, so that in two thirds of one two may
      assertThat(batch.statusCode()).isEqualTo(200);
      assertThat(statuses(batch)).containsExactly(202, 202, 202, 429, 429);
      assertThat(batch.headers().firstValueAsLong("Retry-After").orElse(0))
          .isBetween(57_500L, 57_600L);
      assertThat(ingest.kafka.history()).hasSize(3);

      // When
      HttpResponse<String> array =
          ingest.send(
              ingest.post(
                  "application/json", BodyPublishers.ofString("[" + TestIngest.TO_ALICE + "]")));

      // Then: as a whole, since there is room for none
      assertThat(array.statusCode()).isEqualTo(429);
    }
  }

  @Test
  void itemsOfAnArrayShouldCountAsLinesDo() throws Exception {
    try (TestIngest ingest = ofTenants(TWO, 0)) {
      // When
      HttpResponse<String> array =
          ingest.send(
              ingest.post(
                  "application/json",
                  BodyPublishers.ofString("[" + lines(3).replace("\n", ",") + "]")));

      // Then
      assertThat(statuses(array)).containsExactly(202, 202, 429);
    }
  }

  @Test
  void badMessagesShouldCountToo() throws Exception {
    try (TestIngest ingest = ofTenants(TWO, 0)) {
      // When // Then
      assertThat(ingest.post("{}").statusCode()).isEqualTo(400);
      assertThat(ingest.post("{}").statusCode()).isEqualTo(400);
      assertThat(ingest.post(TestIngest.TO_ALICE).statusCode()).isEqualTo(429);
    }
  }

  @Test
  void requestBeyondTheRateShouldBeAnsweredBeforeItsBody() throws Exception {
    try (TestIngest ingest = ofTenants(Rate.parse("1/1d"), 0)) {
      ingest.post(TestIngest.TO_ALICE);
      try (TestIngest.Raw raw = ingest.raw()) {
        // When: of a million bytes, none are sent
        raw.write(
            String.join(
                "\r\n",
                "POST /v1/messages HTTP/1.1",
                "Host: h",
                "Content-Type: application/json",
                "Content-Length: 1000000",
                "",
                ""));

        // Then
        assertThat(raw.readToEnd()).startsWith("HTTP/1.1 429 ").contains("Connection: close");
      }
    }
  }

  @Test
  void eventsShouldCountWithMessages() throws Exception {
    try (TestIngest ingest = ofTenants(TWO, 0)) {
      // Given
      String event =
          "{\"specversion\":\"1.0\",\"id\":\"1\",\"source\":\"/s\",\"type\":\"t\","
              + "\"subject\":\"all\"}";
      String[] binary = {
        "ce-specversion",
        "1.0",
        "ce-id",
        "2",
        "ce-source",
        "/s",
        "ce-type",
        "t",
        "ce-subject",
        "all"
      };

      // When // Then
      assertThat(events(ingest, "application/cloudevents+json", event).statusCode()).isEqualTo(202);
      ingest.http().call("POST", "/v1/events", "1", binary).is(202);
      ingest.http().call("POST", "/v1/events", "1", binary).isProblem(429, "quota-exceeded", null);
      assertThat(events(ingest, "application/cloudevents+json", event).statusCode()).isEqualTo(429);
      assertThat(
              events(ingest, "application/cloudevents-batch+json", "[" + event + "]").statusCode())
          .isEqualTo(429);
      assertThat(ingest.post(TestIngest.TO_ALICE).statusCode()).isEqualTo(429);
    }
  }

  private static HttpResponse<String> events(TestIngest ingest, String type, String body)
      throws Exception {
    return ingest.send(
        ingest
            .request("/v1/events")
            .header("Content-Type", type)
            .POST(BodyPublishers.ofString(body))
            .build());
  }

  @Test
  void keysShouldHaveRatesOfTheirOwnUnderThatOfTheTenant() throws Exception {
    try (TestIngest ingest =
        TestIngest.acking(
            config ->
                config
                    .withAuth(Auth.KEYS)
                    .withQuotas(Rate.parse("4/1d"), 0, Rate.parse("2/1d"), 0))) {
      // Given
      String one = bearer(ingest, "acme", Quota.UNSET);
      String two = bearer(ingest, "acme", new Quota(Rate.parse("3/1d"), null));
      String ofRival = bearer(ingest, "rival", Quota.UNSET);

      // When // Then
      send(ingest, one).is(202);
      TestHttp.Answer last = send(ingest, one).is(202);
      assertThat(last.header("RateLimit-Policy"))
          .isEqualTo("\"tenant\";q=4;w=86400;qu=\"messages\", \"key\";q=2;w=86400;qu=\"messages\"");
      assertThat(last.header("RateLimit"))
          .matches("\"tenant\";r=2;t=43[0-9]{3}, \"key\";r=0;t=86[0-9]{3}");
      assertThat(send(ingest, one).is(429).detail()).startsWith("the key's rate of messages");
      send(ingest, two).is(202);
      send(ingest, two).is(202);
      assertThat(send(ingest, two).is(429).detail()).startsWith("the tenant's rate of messages");
      send(ingest, ofRival).is(202);
    }
  }

  @Test
  void whatIsSetForATenantShouldGoBeforeTheSettings() throws Exception {
    try (TestIngest ingest =
        TestIngest.acking(
            config -> config.withAuth(Auth.KEYS).withQuotas(Rate.parse("1/1d"), 0, Rate.NONE, 0))) {
      // Given
      String key = bearer(ingest, "acme", Quota.UNSET);
      send(ingest, key).is(202);
      send(ingest, key).is(429);

      // When
      byte[] none = TenantQuotas.toBytes(new Quota(Rate.NONE, null));
      ingest.keyring.changed(TenantQuotas.key("acme"), none, 1);

      // Then
      TestHttp.Answer free = send(ingest, key).is(202);
      assertThat(free.header("RateLimit")).isNull();
      assertThat(free.header("RateLimit-Policy")).isNull();

      // When
      ingest.keyring.changed(TenantQuotas.key("acme"), null, 2);

      // Then: that is as it was
      send(ingest, key).is(429);
    }
  }

  private static TestHttp.Answer send(TestIngest ingest, String bearer) throws Exception {
    return ingest.http().call("POST", "/v1/messages", TestIngest.TO_ALICE, "Authorization", bearer);
  }

  @Test
  void tenantAtItsQuotaOfBytesShouldNotHinderAnother() throws Exception {
    try (TestIngest ingest =
            TestIngest.silent(
                config -> config.withAuth(Auth.KEYS).withQuotas(Rate.NONE, 2 << 20, Rate.NONE, 0));
        TestIngest.Raw first = ingest.raw()) {
      // Given: a tenant that has most of its bytes in flight, in a body that does not end
      String acme = bearer(ingest, "acme", Quota.UNSET);
      String rival = bearer(ingest, "rival", Quota.UNSET);
      String head =
          "POST /v1/messages HTTP/1.1\r\nHost: h\r\nContent-Type: application/json\r\n"
              + "Content-Length: 1000000\r\nAuthorization: ";
      first.write(head + acme + "\r\n\r\n" + "{" + " ".repeat(900_000));
      org.awaitility.Awaitility.await()
          .until(() -> ingest.metric("tidegate_ingest_inflight_bytes") >= 1_700_000);

      // When
      String large = "{\"to\":{\"user\":\"bob\"},\"data\":1" + " ".repeat(250_000) + "}";
      TestHttp.Answer refused =
          ingest.http().call("POST", "/v1/messages", large, "Authorization", acme);

      // Then
      refused.isProblem(429, "quota-exceeded", null);
      assertThat(refused.detail())
          .isEqualTo("the tenant's bytes in flight would be more than the quota, 2097152");
      assertThat(refused.header("Retry-After")).isIn("1", "2", "3");
      assertThat(ingest.metric("tidegate_ingest_quota_exceeded_total{quota=\"tenant-bytes\"}"))
          .isEqualTo(1);

      // When: another sends as much
      var answer = ingest.sendLater(message(ingest, rival, large));
      ingest.awaitSent(1);
      ingest.kafka.completeNext();

      // Then
      assertThat(answer.get().statusCode()).isEqualTo(202);
    }
  }

  @Test
  void tenantShouldLeaveRequestsToOthers() throws Exception {
    try (TestIngest ingest =
        TestIngest.silent(config -> config.withAuth(Auth.KEYS).withInFlight(8, 64L << 20))) {
      // Given: half of what there may be is in flight, for one tenant
      String acme = bearer(ingest, "acme", Quota.UNSET);
      String rival = bearer(ingest, "rival", Quota.UNSET);
      for (int i = 0; i < 4; i++) {
        var _ = ingest.sendLater(toAlice(ingest, acme));
      }
      ingest.awaitSent(4);

      // When
      TestHttp.Answer refused = send(ingest, acme);
      var other = ingest.sendLater(toAlice(ingest, rival));
      ingest.awaitSent(5);

      // Then
      refused.isProblem(429, "quota-exceeded", null);
      assertThat(refused.header("Retry-After")).isIn("1", "2", "3");
      assertThat(refused.detail())
          .isEqualTo("the tenant's share of requests in flight would be more than the quota, 50 %");
      assertThat(ingest.metric("tidegate_ingest_quota_exceeded_total{quota=\"share-of-requests\"}"))
          .isEqualTo(1);

      // When
      while (ingest.kafka.completeNext()) {}

      // Then
      assertThat(other.get().statusCode()).isEqualTo(202);
    }
  }

  @Test
  void tenantShouldLeaveTheProducersMemoryToOthers() throws Exception {
    try (TestIngest ingest = TestIngest.silent(config -> config.withAuth(Auth.KEYS))) {
      // Given: messages for many users each, of which Kafka acknowledges nothing
      String acme = bearer(ingest, "acme", Quota.UNSET);
      String rival = bearer(ingest, "rival", Quota.UNSET);
      String users =
          IntStream.range(0, 40).mapToObj(n -> "\"u" + n + "\"").collect(Collectors.joining(","));
      String large =
          "{\"to\":{\"users\":[" + users + "]},\"data\":\"" + "x".repeat(200_000) + "\"}";
      List<CompletableFuture<HttpResponse<String>>> answers = new ArrayList<>();
      for (int i = 0; i < 6; i++) {
        answers.add(ingest.sendLater(message(ingest, acme, large)));
      }
      int half = (16 << 20) / 201_000;
      org.awaitility.Awaitility.await().until(() -> ingest.kafka.history().size() >= half);
      org.awaitility.Awaitility.await()
          .until(() -> ingest.metric("tidegate_ingest_producer_waits_total") > 0);
      int sent = ingest.kafka.history().size();
      assertThat(sent).isBetween(half, half + 1);
      assertThat(ingest.metric("tidegate_ingest_producer_bytes"))
          .isBetween(half * 200_000.0, (16 << 20) + 101_000.0);

      // When
      answers.add(ingest.sendLater(toAlice(ingest, rival)));

      // Then
      ingest.awaitSent(sent + 1);

      // When
      org.awaitility.Awaitility.await()
          .until(
              () -> {
                while (ingest.kafka.completeNext()) {}
                return answers.stream().allMatch(CompletableFuture::isDone);
              });

      // Then: nothing was refused, it only waited
      for (CompletableFuture<HttpResponse<String>> answer : answers) {
        assertThat(answer.get().statusCode()).isEqualTo(202);
      }
      assertThat(ingest.kafka.history()).hasSize(6 * 40 + 1);
    }
  }

  private static HttpRequest toAlice(TestIngest ingest, String bearer) {
    return message(ingest, bearer, TestIngest.TO_ALICE);
  }

  private static HttpRequest message(TestIngest ingest, String bearer, String json) {
    return ingest
        .request("/v1/messages")
        .header("Content-Type", "application/json")
        .header("Authorization", bearer)
        .POST(BodyPublishers.ofString(json))
        .build();
  }

  @Test
  void tenantShouldLeaveStreamsToOthers() throws Exception {
    try (TestIngest ingest =
        TestIngest.acking(config -> config.withAuth(Auth.KEYS).withMaxStreams(4))) {
      // Given
      String acme = "Authorization: " + bearer(ingest, "acme", Quota.UNSET);
      String rival = "Authorization: " + bearer(ingest, "rival", Quota.UNSET);
      try (TestStream first = TestStream.open(ingest, acme);
          TestStream second = TestStream.open(ingest, acme)) {

        // When // Then
        assertThat(TestStream.handshake(ingest, TestStream.with(acme)))
            .startsWith("HTTP/1.1 429 ")
            .containsPattern("Retry-After: [123]\r\n");
        assertThat(
                ingest.metric("tidegate_ingest_quota_exceeded_total{quota=\"share-of-streams\"}"))
            .isEqualTo(1);
        TestStream.open(ingest, rival).close();

        // When
        first.frame(TestStream.CLOSE, new byte[0]);
        assertThat(first.farewell()).startsWith("close 1000");

        // Then
        org.awaitility.Awaitility.await()
            .until(() -> ingest.metric("tidegate_ingest_streams") <= 1);
        TestStream.open(ingest, acme).close();
        second.frame(TestStream.CLOSE, new byte[0]);
        assertThat(second.farewell()).startsWith("close 1000");
      }
    }
  }

  @Test
  void oldestStreamOfWhoHasMostShouldMakeRoomForWhoHasNone() throws Exception {
    try (TestIngest ingest =
        TestIngest.acking(config -> config.withAuth(Auth.KEYS).withMaxStreams(4))) {
      // Given
      String acme = "Authorization: " + bearer(ingest, "acme", Quota.UNSET);
      String one = "Authorization: " + bearer(ingest, "one", Quota.UNSET);
      String two = "Authorization: " + bearer(ingest, "two", Quota.UNSET);
      String late = TestStream.with("Authorization: " + bearer(ingest, "late", Quota.UNSET));
      try (TestStream oldest = TestStream.open(ingest, acme);
          TestStream second = TestStream.open(ingest, acme);
          TestStream ofOne = TestStream.open(ingest, one);
          TestStream ofTwo = TestStream.open(ingest, two)) {

        // When
        assertThat(TestStream.handshake(ingest, late)).startsWith("HTTP/1.1 503 ");

        // Then
        assertThat(oldest.farewell()).isEqualTo("close 1001 its place is for another tenant");
        oldest.frame(TestStream.CLOSE, new byte[0]);
        org.awaitility.Awaitility.await()
            .until(() -> TestStream.handshake(ingest, late).startsWith("HTTP/1.1 101 "));
        for (TestStream kept : List.of(second, ofOne, ofTwo)) {
          kept.send(TestIngest.TO_ALICE);
          assertThat(kept.next().get("op").asString()).isNotEqualTo("refused");
        }
      }
    }
  }

  @Test
  void requestThatAloneIsMoreThanTheQuotaOfBytesShouldNotBeToldToWait() throws Exception {
    try (TestIngest ingest =
        TestIngest.acking(
            config -> config.withAuth(Auth.KEYS).withQuotas(Rate.NONE, 0, Rate.NONE, 0))) {
      // Given
      String key = bearer(ingest, "acme", new Quota(null, 100_000L));

      // When
      TestHttp.Answer answer =
          ingest
              .http()
              .call("POST", "/v1/messages", "{" + " ".repeat(60_000) + "}", "Authorization", key);

      // Then
      answer.isProblem(413, "too-large", null);
      assertThat(answer.header("Retry-After")).isNull();
      assertThat(answer.detail()).contains("100000, of the key's bytes in flight");
      send(ingest, key).is(202);
    }
  }
}
