package io.tidegate.ingest;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.tidegate.contract.auth.ApiKey;
import io.tidegate.contract.auth.Auth;
import io.tidegate.contract.auth.Scope;
import io.tidegate.contract.auth.StoredKey;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.IntStream;
import org.apache.kafka.clients.producer.Callback;
import org.apache.kafka.clients.producer.MockProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.clients.producer.RecordMetadata;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** Policies, settings and members of one tenant do not keep those of another from being changed. */
class TenantsApartTest {
  private static final String POLICY = "/v1/policies/p";
  private static final String SETTINGS = "/v1/users/alice/policy";
  private static final String MEMBER = "/v1/groups/g/members/alice";
  private static final String QUOTA = "quota-exceeded";

  private static String bearer(TestIngest ingest, String tenant) {
    ApiKey key = ApiKey.random(new SecureRandom());
    StoredKey stored =
        StoredKey.of(key, tenant, EnumSet.allOf(Scope.class), "", 0, StoredKey.NEVER);
    ingest.keyring.changed(key.id().getBytes(UTF_8), stored.toBytes(), 0);
    return "Bearer " + key.text();
  }

  private static TestHttp.Answer call(
      TestIngest ingest, String bearer, String method, String path, @Nullable String json)
      throws Exception {
    return ingest.http().call(method, path, json, "Authorization", bearer);
  }

  /** A request whose answer waits for what the test does. */
  private static CompletableFuture<TestHttp.Answer> later(
      ExecutorService executor,
      TestIngest ingest,
      String method,
      String path,
      @Nullable String json,
      String... headers) {
    return CompletableFuture.supplyAsync(
        () -> {
          try {
            return ingest.http().call(method, path, json, headers);
          } catch (Exception e) {
            throw new IllegalStateException(e);
          }
        },
        executor);
  }

  /** Takes nothing that begins with {@code acme/} before it is told to. */
  private static final class Stuck extends MockProducer<byte[], byte[]> {
    final CountDownLatch begun = new CountDownLatch(1);
    final CountDownLatch free = new CountDownLatch(1);

    Stuck() {
      super(true, null, new ByteArraySerializer(), new ByteArraySerializer());
    }

    @Override
    @SuppressWarnings("UnsynchronizedOverridesSynchronized") // to wait holding nothing
    public Future<RecordMetadata> send(ProducerRecord<byte[], byte[]> record) {
      return send(record, null);
    }

    @Override
    @SuppressWarnings("UnsynchronizedOverridesSynchronized") // to wait holding nothing
    public Future<RecordMetadata> send(
        ProducerRecord<byte[], byte[]> record, @Nullable Callback callback) {
      if (new String(record.key(), UTF_8).startsWith("acme/")) {
        begun.countDown();
        try {
          free.await();
        } catch (InterruptedException e) {
          throw new IllegalStateException(e);
        }
      }
      return super.send(record, callback);
    }
  }

  @Test
  void policyOfOneTenantShouldNotWaitForThatOfAnother() throws Exception {
    Stuck stuck = new Stuck();
    try (TestIngest ingest = TestIngest.over(stuck, config -> config.withAuth(Auth.KEYS));
        ExecutorService executor = Executors.newVirtualThreadPerTaskExecutor()) {
      // Given
      String acme = bearer(ingest, "acme");
      String rival = bearer(ingest, "rival");
      var waiting = later(executor, ingest, "PUT", POLICY, "{}", "Authorization", acme);
      stuck.begun.await();

      // When
      var other = later(executor, ingest, "PUT", POLICY, "{}", "Authorization", rival);

      // Then
      try {
        await().until(other::isDone);
        assertThat(other.get().is(201).header("ETag")).isEqualTo("\"0\"");
        assertThat(waiting).isNotDone();
      } finally {
        stuck.free.countDown();
      }
      assertThat(waiting.get().is(201).header("ETag")).isEqualTo("\"1\"");
      assertThat(call(ingest, acme, "GET", POLICY, null).is(200).header("ETag")).isEqualTo("\"1\"");
      assertThat(call(ingest, rival, "GET", POLICY, null).is(200).header("ETag"))
          .isEqualTo("\"0\"");
    }
  }

  @Test
  void changesOfOneTenantShouldComeOneAfterTheOther() throws Exception {
    try (TestIngest ingest = TestIngest.silent(config -> config.withAuth(Auth.KEYS));
        ExecutorService executor = Executors.newVirtualThreadPerTaskExecutor()) {
      // Given
      String acme = bearer(ingest, "acme");
      String[] onlyNew = {"Authorization", acme, "If-None-Match", "*"};
      var one = later(executor, ingest, "PUT", POLICY, "{}", onlyNew);
      var two = later(executor, ingest, "PUT", POLICY, "{}", onlyNew);
      await().until(() -> ingest.metric("tidegate_ingest_inflight_requests") == 2);
      ingest.awaitSent(1);

      // When
      await().during(Duration.ofMillis(200)).until(() -> ingest.kafka.history().size() == 1);
      ingest.kafka.completeNext();

      // Then
      assertThat(List.of(one.get().status(), two.get().status()))
          .containsExactlyInAnyOrder(201, 412);
      assertThat(ingest.kafka.history()).hasSize(1);
    }
  }

  @Test
  void everyRequestShouldLeaveRequestsToOtherTenants() throws Exception {
    try (TestIngest ingest =
            TestIngest.silent(config -> config.withAuth(Auth.KEYS).withInFlight(8, 64L << 20));
        ExecutorService executor = Executors.newVirtualThreadPerTaskExecutor()) {
      // Given: half of what there may be is in flight, for one tenant
      String acme = bearer(ingest, "acme");
      List<CompletableFuture<TestHttp.Answer>> held =
          IntStream.range(0, 4)
              .mapToObj(_ -> later(executor, ingest, "PUT", MEMBER, null, "Authorization", acme))
              .toList();
      ingest.awaitSent(4);

      // When // Then
      for (String path : List.of(POLICY, SETTINGS, MEMBER)) {
        call(ingest, acme, "PUT", path, "{}").isProblem(429, QUOTA, null);
        call(ingest, acme, "DELETE", path, null).isProblem(429, QUOTA, null);
      }
      call(ingest, acme, "GET", "/v1/policies", null).isProblem(429, QUOTA, null);
      TestHttp.Answer refused = call(ingest, acme, "GET", POLICY, null);
      refused.isProblem(429, QUOTA, null);
      assertThat(refused.header("Retry-After")).isIn("1", "2", "3");
      call(ingest, bearer(ingest, "rival"), "GET", "/v1/policies", null).is(200);

      // When
      while (ingest.kafka.completeNext()) {}

      // Then
      for (CompletableFuture<TestHttp.Answer> each : held) {
        each.get().is(204);
      }
      call(ingest, acme, "GET", "/v1/policies", null).is(200);
      assertThat(ingest.metric("tidegate_ingest_inflight_requests")).isZero();
    }
  }

  @Test
  void nothingShouldBeReadWhereAllRequestsAreTaken() throws Exception {
    try (TestIngest ingest = TestIngest.silent(config -> config.withInFlight(1, 64L << 20));
        ExecutorService executor = Executors.newVirtualThreadPerTaskExecutor()) {
      // Given
      var held = later(executor, ingest, "PUT", MEMBER, null);
      ingest.awaitSent(1);

      // When // Then
      String kind = "temporary-reduced-capacity";
      ingest.http().get("/v1/policies").isProblem(503, kind, null);
      ingest.http().get(POLICY).isProblem(503, kind, null);

      // When
      ingest.kafka.completeNext();

      // Then
      held.get().is(204);
      ingest.http().get(POLICY).is(404);
      ingest.http().get("/v1/policies").is(200);
    }
  }

  /** Half a mebibyte of the producer's memory for a tenant that is alone. */
  private static TestIngest withSmallProducer(String deliveryTimeout) throws Exception {
    return TestIngest.silent(
        _ ->
            IngestConfig.from(
                Map.of(
                    "TIDEGATE_KAFKA", "mock:9092",
                    "TIDEGATE_INGEST_PORT", "0",
                    "TIDEGATE_INGEST_AUTH", "keys",
                    "TIDEGATE_INGEST_PRODUCER_BYTES", "1048576",
                    "TIDEGATE_INGEST_MAX_BLOCK", "10ms",
                    "TIDEGATE_INGEST_DELIVERY_TIMEOUT", deliveryTimeout)));
  }

  /** Has all that a tenant may have of it on the way. */
  private static void fill(ExecutorService executor, TestIngest ingest, String bearer) {
    String message =
        "{\"to\":{\"users\":[\"a\",\"b\",\"c\"]},\"data\":\"" + "x".repeat(180_000) + "\"}";
    var _ = later(executor, ingest, "POST", "/v1/messages", message, "Authorization", bearer);
    ingest.awaitSent(3);
  }

  private static List<CompletableFuture<TestHttp.Answer>> changes(
      ExecutorService executor, TestIngest ingest, String bearer) {
    String[] key = {"Authorization", bearer};
    return List.of(
        later(executor, ingest, "PUT", SETTINGS, "{}", key),
        later(executor, ingest, "DELETE", SETTINGS, null, key),
        later(executor, ingest, "PUT", POLICY, "{}", key));
  }

  @Test
  void changesShouldWaitForTheTenantsShareOfTheProducersMemory() throws Exception {
    try (TestIngest ingest = withSmallProducer("20s");
        ExecutorService executor = Executors.newVirtualThreadPerTaskExecutor()) {
      // Given
      String acme = bearer(ingest, "acme");
      String[] rival = {"Authorization", bearer(ingest, "rival")};
      fill(executor, ingest, acme);

      // When
      var waiting = changes(executor, ingest, acme);
      await().until(() -> ingest.metric("tidegate_ingest_producer_waits_total") == 3);
      var other = later(executor, ingest, "PUT", POLICY, "{}", rival);

      // Then
      ingest.awaitSent(4);
      assertThat(new String(ingest.kafka.history().getLast().key(), UTF_8)).isEqualTo("rival/p");

      // When
      await()
          .until(
              () -> {
                while (ingest.kafka.completeNext()) {}
                return other.isDone() && waiting.stream().allMatch(CompletableFuture::isDone);
              });

      // Then
      other.get().is(201);
      waiting.get(0).get().is(200);
      waiting.get(1).get().is(204);
      waiting.get(2).get().is(201);
      assertThat(ingest.metric("tidegate_ingest_producer_bytes")).isZero();
    }
  }

  @Test
  void changesShouldBeRefusedWhereTheShareIsNotFreeInTime() throws Exception {
    try (TestIngest ingest = withSmallProducer("100ms");
        ExecutorService executor = Executors.newVirtualThreadPerTaskExecutor()) {
      // Given
      String acme = bearer(ingest, "acme");
      fill(executor, ingest, acme);

      // When
      var refused = changes(executor, ingest, acme);

      // Then
      for (CompletableFuture<TestHttp.Answer> each : refused) {
        TestHttp.Answer answer = each.get();
        answer.isProblem(429, QUOTA, null);
        assertThat(answer.detail())
            .isEqualTo("the tenant's share of the producer's memory was not free in time");
        assertThat(answer.header("Retry-After")).isIn("5", "6", "7");
      }
      assertThat(ingest.kafka.history()).hasSize(3);
      assertThat(ingest.metric("tidegate_ingest_quota_exceeded_total{quota=\"share-of-producer\"}"))
          .isEqualTo(3);
    }
  }
}
