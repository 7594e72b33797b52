package io.tidegate.ingest;

import static java.nio.charset.StandardCharsets.UTF_8;
import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;

import io.tidegate.contract.Topics;
import io.tidegate.contract.UserKey;
import io.tidegate.contract.auth.ApiKey;
import io.tidegate.contract.auth.Auth;
import io.tidegate.contract.auth.Scope;
import io.tidegate.contract.auth.StoredKey;
import io.tidegate.contract.webhook.Endpoint;
import io.tidegate.contract.webhook.EndpointKey;
import io.tidegate.contract.webhook.EndpointStatus;
import io.tidegate.contract.webhook.Networks;
import io.tidegate.contract.webhook.WebhookKeyFile;
import io.tidegate.contract.webhook.WebhookRules;
import java.io.IOException;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.apache.kafka.clients.producer.Callback;
import org.apache.kafka.clients.producer.MockProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.clients.producer.RecordMetadata;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;

/** Users and groups that are URLs, over a Kafka that acknowledges at once. */
final class EndpointsTest {
  private static final String PATH = "/v1/users/al%2Fice/endpoints";
  private static final String URL = "{\"url\":\"https://example.com/hook\"}";
  private static final EndpointKey CRM = new EndpointKey(new UserKey("default", "al/ice"), "crm");

  @TempDir Path folder;

  private String keyFile = "";
  private TestIngest ingest = TestIngest.start(config -> config);

  @BeforeEach
  void start() throws IOException {
    ingest.close();
    Path file = folder.resolve("webhook-key");
    new WebhookKeyFile(file).makeWhereMissing();
    keyFile = file.toString();
    ingest =
        TestIngest.start(
            config -> config.withWebhooks(new WebhookRules(keyFile, false, Networks.PUBLIC)));
  }

  @AfterEach
  void stop() {
    ingest.close();
  }

  private TestHttp http() {
    return ingest.http();
  }

  private List<String> written(String topic) {
    return ingest.kafka.history().stream()
        .filter(record -> record.topic().equals(topic))
        .map(r -> (r.value() == null ? "-" : "+") + new String(r.key(), UTF_8))
        .toList();
  }

  @Test
  void endpointShouldBePutShownListedAndDeleted() throws Exception {
    // When
    JsonNode put = http().put(PATH + "/crm", URL).is(201).json();
    JsonNode again = http().put(PATH + "/crm", "{\"url\":\"https://example.org/\"}").is(200).json();
    JsonNode shown = http().get(PATH + "/crm").is(200).json();

    // Then
    assertThat(put.get("secret").stringValue()).matches("whsec_[A-Za-z0-9+/]{43}=");
    assertThat(again.get("secret")).isEqualTo(put.get("secret"));
    assertThat(shown.has("secret")).isFalse();
    assertThat(shown.get("url").stringValue()).isEqualTo("https://example.org/");
    assertThat(shown.get("generation").intValue()).isEqualTo(1);
    assertThat(http().get(PATH).is(200).json().get("endpoints")).hasSize(1);
    http().delete(PATH + "/crm").is(204);
    assertThat(http().get(PATH).is(200).body()).isEqualTo("{\"endpoints\":[]}");
    http().get(PATH + "/crm").isProblem(404, "not-found", "name");
    http().delete(PATH + "/crm").is(204);
    assertThat(written(Topics.DEFAULT.members())).isEmpty();
  }

  @Test
  void oneThatIsMadeAnewShouldHaveAnotherSecret() throws Exception {
    // Given
    JsonNode first = http().put(PATH + "/crm", URL).is(201).json();
    http().delete(PATH + "/crm").is(204);

    // When
    JsonNode second = http().put(PATH + "/crm", URL).is(201).json();

    // Then
    assertThat(second.get("secret")).isNotEqualTo(first.get("secret"));
    assertThat(ingest.kafka.history())
        .noneMatch(
            r ->
                r.value() != null
                    && new String(r.value(), UTF_8)
                        .contains(first.get("secret").stringValue().substring(6)));
  }

  @Test
  void rotationShouldShowTheNewSecretAndUntilWhenTheOldSigns() throws Exception {
    // Given
    JsonNode put = http().put(PATH + "/crm", URL).is(201).json();

    // When
    JsonNode rotated = http().call("POST", PATH + "/crm/rotate", null).is(200).json();

    // Then
    assertThat(rotated.get("secret")).isNotEqualTo(put.get("secret"));
    assertThat(rotated.get("generation").intValue()).isEqualTo(2);
    assertThat(rotated.has("previous_until")).isTrue();
    http().call("POST", PATH + "/none/rotate", null).isProblem(404, "not-found", "name");
    http().get(PATH + "/crm/rotate").is(405);
  }

  @Test
  void repeatedRotationShouldKeepBothSecretsUntilTheFormerIsOver() throws Exception {
    // Given
    http().put(PATH + "/crm", URL).is(201);
    JsonNode rotated = http().call("POST", PATH + "/crm/rotate", null).is(200).json();

    // When
    JsonNode again = http().call("POST", PATH + "/crm/rotate", null).is(200).json();

    // Then
    assertThat(again).isEqualTo(rotated);
    assertThat(written(Topics.DEFAULT.endpoints())).hasSize(2);
    Endpoint now = requireNonNull(ingest.known.find(CRM)).endpoint();
    Endpoint over = new Endpoint(now.url(), now.createdMillis(), now.salt(), now.generation(), 1);
    var _ = ingest.known.changed(CRM.toBytes(), over.toBytes(), 2);
    JsonNode next = http().call("POST", PATH + "/crm/rotate", null).is(200).json();
    assertThat(next.get("generation").intValue()).isEqualTo(3);
  }

  @Test
  void urlThatMayNotBeShouldBeRefusedWithTheReason() throws Exception {
    for (String url :
        List.of(
            "http://example.com/",
            "https://127.0.0.1/",
            "https://169.254.169.254/",
            "https://[::1]/",
            "https://u:p@example.com/",
            "not a url",
            "")) {
      http()
          .put(PATH + "/crm", "{\"url\":\"" + url + "\"}")
          .isProblem(400, "invalid-request", "url");
    }
    http().put(PATH + "/crm", "{}").isProblem(400, "invalid-request", "url");
    http().put(PATH + "/crm", "{\"url\":1}").isProblem(400, "invalid-request", "url");
    http().put(PATH + "/a%20b", URL).isProblem(400, "invalid-request", "name");
    assertThat(ingest.kafka.history()).isEmpty();
  }

  @Test
  void userShouldHaveNoMoreThanMayBe() throws Exception {
    // Given
    for (int i = 0; i < 10; i++) {
      http().put(PATH + "/e" + i, URL).is(201);
    }

    // When // Then
    http().put(PATH + "/e10", URL).isProblem(409, "too-many-endpoints", null);
    http().put(PATH + "/e9", URL).is(200);
    http().put("/v1/users/bob/endpoints/e10", URL).is(201);
  }

  @Test
  void groupShouldHaveAMemberAsLongAsItHasAnEndpoint() throws Exception {
    // When
    http().put("/v1/groups/team/endpoints/a", URL).is(201);
    http().put("/v1/groups/team/endpoints/b", URL).is(201);
    http().put("/v1/groups/team/endpoints/b", URL).is(200);
    http().delete("/v1/groups/team/endpoints/a").is(204);
    List<String> members = written(Topics.DEFAULT.members());
    http().delete("/v1/groups/team/endpoints/b").is(204);

    // Then
    String member = "default/team/webhook:group:team";
    assertThat(members).containsExactly("+" + member, "+" + member, "+" + member);
    assertThat(written(Topics.DEFAULT.members())).hasSize(4).endsWith("-" + member);
  }

  @Test
  void memberShouldNotLeaveAfterHeJoinedWithAnotherEndpoint() throws Exception {
    CountDownLatch leaves = new CountDownLatch(1);
    CountDownLatch joined = new CountDownLatch(2);
    MockProducer<byte[], byte[]> slow =
        new MockProducer<>(true, null, new ByteArraySerializer(), new ByteArraySerializer()) {
          @Override
          @SuppressWarnings("UnsynchronizedOverridesSynchronized") // Others go on meanwhile.
          public Future<RecordMetadata> send(
              ProducerRecord<byte[], byte[]> record, Callback callback) {
            boolean member = record.topic().equals(Topics.DEFAULT.members());
            if (member && record.value() == null) {
              leaves.countDown();
              pause(joined);
            }
            Future<RecordMetadata> sent = super.send(record, callback);
            if (member && record.value() != null) {
              joined.countDown();
            }
            return sent;
          }
        };
    ingest.close();
    ingest =
        TestIngest.over(
            slow, config -> config.withWebhooks(new WebhookRules(keyFile, false, Networks.PUBLIC)));
    // Given
    http().put("/v1/groups/team/endpoints/a", URL).is(201);

    // When
    var deleted = ingest.sendLater(ingest.request("/v1/groups/team/endpoints/a").DELETE().build());
    assertThat(leaves.await(20, TimeUnit.SECONDS)).isTrue();
    http().put("/v1/groups/team/endpoints/b", URL).is(201);

    // Then
    assertThat(deleted.get(20, TimeUnit.SECONDS).statusCode()).isEqualTo(204);
    String member = "default/team/webhook:group:team";
    assertThat(written(Topics.DEFAULT.members()))
        .containsExactly("+" + member, "-" + member, "+" + member);
  }

  /** As long as another could come before it. */
  private static void pause(CountDownLatch until) {
    try {
      var _ = until.await(500, TimeUnit.MILLISECONDS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  @Test
  void memberShouldStayWhileItIsNotKnownWhetherThereIsAnotherEndpoint() throws Exception {
    // Given
    ingest.readsBack = false;
    http().put("/v1/groups/team/endpoints/b", URL).is(202);

    // When
    http().delete("/v1/groups/team/endpoints/a").is(202);
    List<String> members = written(Topics.DEFAULT.members());
    ingest.readsBack = true;
    http().delete("/v1/groups/team/endpoints/b").is(204);

    // Then
    String member = "default/team/webhook:group:team";
    assertThat(members).containsExactly("+" + member);
    assertThat(written(Topics.DEFAULT.members())).hasSize(2).endsWith("-" + member);
  }

  @Test
  void memberOfAGroupsEndpointsShouldBeNamedNowhereElse() throws Exception {
    String member = "webhook:group:team";
    http()
        .call("POST", "/v1/messages", "{\"to\":{\"user\":\"" + member + "\"},\"data\":1}")
        .isProblem(400, "invalid-request", "to.user");
    http()
        .call("PUT", "/v1/groups/team/members/" + member, null)
        .isProblem(400, "invalid-request", "user");
    http()
        .put("/v1/users/" + member + "/endpoints/a", URL)
        .isProblem(400, "invalid-request", "user");
    http().put("/v1/users/" + member + "/policy", "{}").is(200);
  }

  @Test
  void oneThatIsGoneShouldSayWhyUntilItIsPutAgain() throws Exception {
    // Given
    http().put(PATH + "/crm", URL).is(201);
    var _ =
        ingest.known.changed(
            EndpointStatus.key(CRM),
            new EndpointStatus(0, EndpointStatus.Reason.GONE, 1_000).toBytes(),
            1);

    // When
    JsonNode shown = http().get(PATH + "/crm").is(200).json();
    http().put(PATH + "/crm", URL).is(200);

    // Then
    assertThat(shown.get("disabled").toString())
        .isEqualTo("{\"reason\":\"gone\",\"time\":\"1970-01-01T00:00:01Z\"}");
    assertThat(http().get(PATH + "/crm").json().has("disabled")).isFalse();
    assertThat(written(Topics.DEFAULT.endpoints()))
        .containsExactly("+" + CRM, "+" + CRM, "-!" + CRM);
  }

  @Test
  void nothingShouldBeSaidBeforeAllIsRead() throws Exception {
    // Given
    ingest.caughtUp = false;

    // When // Then
    String kind = "temporary-reduced-capacity";
    http().get(PATH).isProblem(503, kind, null);
    http().get(PATH + "/crm").isProblem(503, kind, null);
    http().put(PATH + "/crm", URL).isProblem(503, kind, null);
    http().delete(PATH + "/crm").isProblem(503, kind, null);
  }

  @Test
  void withoutAKeyThereShouldBeNoEndpoints() throws Exception {
    try (TestIngest without = TestIngest.acking(config -> config)) {
      assertThat(without.http().put(PATH + "/crm", URL).isProblem(404, "not-found", null).detail())
          .contains("TIDEGATE_INGEST_WEBHOOK_KEY");
    }
  }

  @Test
  void keyShouldNeedItsOwnScope() throws Exception {
    try (TestIngest guarded =
        TestIngest.acking(
            config ->
                config
                    .withAuth(Auth.KEYS)
                    .withWebhooks(new WebhookRules(keyFile, false, Networks.PUBLIC)))) {
      // Given
      ApiKey key = ApiKey.random(new SecureRandom());
      StoredKey stored =
          StoredKey.of(key, "acme", Set.of(Scope.POLICIES, Scope.SEND), "", 0, StoredKey.NEVER);
      guarded.keyring.changed(key.id().getBytes(UTF_8), stored.toBytes(), 0);

      // When
      var answer =
          guarded.send(
              guarded.request(PATH).header("Authorization", "Bearer " + key.text()).GET().build());

      // Then
      assertThat(answer.statusCode()).isEqualTo(403);
      assertThat(answer.body()).contains("endpoints");
    }
  }
}
