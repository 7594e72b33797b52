package io.tidegate.ingest;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.tidegate.contract.StartupException;
import io.tidegate.contract.auth.ApiKey;
import io.tidegate.contract.auth.Auth;
import io.tidegate.contract.auth.Scope;
import io.tidegate.contract.auth.StoredKey;
import java.io.IOException;
import java.security.SecureRandom;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Requests to an ingest-service that asks for API keys. */
class KeysTest {
  private static final String POLICY = "{\"limits\":[{\"limit\":1,\"window\":\"PT1S\"}]}";

  private TestIngest ingest;

  @BeforeEach
  void start() throws StartupException {
    ingest = TestIngest.acking(config -> config.withAuth(Auth.KEYS));
  }

  @AfterEach
  void stop() {
    ingest.close();
  }

  private String bearer(String tenant, Scope... scopes) {
    return bearer(tenant, Set.of(scopes), StoredKey.NEVER);
  }

  private String bearer(String tenant, Set<Scope> scopes, long expires) {
    ApiKey key = ApiKey.random(new SecureRandom());
    StoredKey stored =
        StoredKey.of(key, tenant, scopes, "", 0, StoredKey.NEVER).expiringAt(expires);
    ingest.keyring.changed(key.id().getBytes(UTF_8), stored.toBytes(), 0);
    return "Bearer " + key.text();
  }

  private TestHttp.Answer call(
      String method, String path, @Nullable String json, String authorization)
      throws IOException, InterruptedException {
    return ingest.http().call(method, path, json, "Authorization", authorization);
  }

  @Test
  void messageShouldBeWrittenForTheTenantOfTheKey() throws Exception {
    // When
    call("POST", "/v1/messages", TestIngest.TO_ALICE, bearer("acme", Scope.SEND)).is(202);

    // Then
    assertThat(ingest.kafka.history())
        .extracting(record -> new String(record.key(), UTF_8))
        .containsExactly("acme/alice");
  }

  @Test
  void eventShouldBeWrittenForTheTenantOfTheKey() throws Exception {
    // Given
    String[] headers = {
      "Authorization",
      bearer("acme", Scope.SEND),
      "ce-specversion",
      "1.0",
      "ce-id",
      "e",
      "ce-source",
      "/s",
      "ce-type",
      "t",
      "ce-subject",
      "all"
    };

    // When
    ingest.http().call("POST", "/v1/events", "1", headers).is(202);

    // Then
    assertThat(ingest.kafka.history())
        .extracting(record -> new String(record.key(), UTF_8))
        .containsExactly("acme/all");
  }

  @Test
  void refusalShouldBeCountedWithItsStatus() throws Exception {
    // When
    ingest.http().call("POST", "/v1/messages", TestIngest.TO_ALICE).is(401);

    // Then
    assertThat(
            ingest.metric(
                "tidegate_ingest_request_seconds_count{route=\"/v1/messages\",status=\"401\"}"))
        .isEqualTo(1);
  }

  /** However a path is written that leads to a handler. */
  @ParameterizedTest
  @ValueSource(
      strings = {
        "/v1/%6dessages",
        "/v1/messages/",
        "/v1/messages;a=b",
        "/v1;a=b/messages",
        "//v1/messages",
        "/v1//messages",
        "/v1/./messages",
        "/v1/x/../messages",
        "/v1%2Fmessages",
        "/v1/messages?x=1"
      })
  void otherSpellingsOfAPathShouldBeNoWayAroundTheKey(String path) throws Exception {
    // When
    TestHttp.Answer answer = ingest.http().call("POST", path, TestIngest.TO_ALICE);

    // Then
    assertThat(answer.status()).isBetween(400, 499);
    assertThat(ingest.kafka.history()).isEmpty();
  }

  @ParameterizedTest
  @CsvSource({
    "POST, /v1/messages, SEND",
    "POST, /v1/events, SEND",
    "GET, /v1/policies, POLICIES",
    "GET, /v1/policies/gentle, POLICIES",
    "PUT, /v1/policies/gentle, POLICIES",
    "DELETE, /v1/policies/gentle, POLICIES",
    "PUT, /v1/users/alice/policy, POLICIES",
    "DELETE, /v1/users/alice/policy, POLICIES",
    "PUT, /v1/groups/team/members/alice, GROUPS",
    "DELETE, /v1/groups/team/members/alice, GROUPS",
    "POST, /v1/groups/team/members, GROUPS",
    "POST, /v1/tokens, TOKENS"
  })
  void everyRouteShouldWantAKeyWithItsScope(String method, String path, Scope scope)
      throws Exception {
    // Given
    Set<Scope> others = EnumSet.complementOf(EnumSet.of(scope));
    String body = method.equals("GET") || method.equals("DELETE") ? null : "{}";

    // When
    TestHttp.Answer without = ingest.http().call(method, path, body);
    TestHttp.Answer lacking = call(method, path, body, bearer("acme", others, StoredKey.NEVER));
    TestHttp.Answer with = call(method, path, body, bearer("acme", scope));

    // Then
    without.isProblem(401, "unauthorized", null);
    assertThat(without.header("WWW-Authenticate")).isEqualTo("Bearer realm=\"tidegate\"");
    lacking.isProblem(403, "forbidden", null);
    assertThat(lacking.detail()).endsWith("lacks the scope " + scope.word());
    assertThat(lacking.header("WWW-Authenticate"))
        .isEqualTo(
            "Bearer realm=\"tidegate\", error=\"insufficient_scope\", scope=\""
                + scope.word()
                + "\"");
    assertThat(with.status()).isNotIn(401, 403);
  }

  @ParameterizedTest
  @ValueSource(strings = {"Basic YTpi", "Bearer nonsense", "Bearer"})
  void whatIsNoKeyShouldBeRefusedBeforeTheBodyIsRead(String authorization) throws Exception {
    // When
    TestHttp.Answer answer = call("POST", "/v1/messages", "this is not JSON", authorization);

    // Then
    answer.isProblem(401, "unauthorized", null);
    assertThat(answer.header("WWW-Authenticate"))
        .isEqualTo("Bearer realm=\"tidegate\", error=\"invalid_token\"");
    assertThat(ingest.kafka.history()).isEmpty();
  }

  @Test
  void expiredAndRevokedKeysShouldBeRefused() throws Exception {
    // Given
    String expired = bearer("acme", Set.of(Scope.SEND), 1);
    String revoked = bearer("acme", Scope.SEND);
    ingest.keyring.changed(revoked.substring(11, 23).getBytes(UTF_8), null, 1);

    // When // Then
    call("POST", "/v1/messages", TestIngest.TO_ALICE, expired).isProblem(401, "unauthorized", null);
    call("POST", "/v1/messages", TestIngest.TO_ALICE, revoked).isProblem(401, "unauthorized", null);
    assertThat(ingest.kafka.history()).isEmpty();
  }

  @Test
  void policiesOfAnotherTenantShouldNotBeThere() throws Exception {
    // Given
    call("PUT", "/v1/policies/gentle", POLICY, bearer("acme", Scope.POLICIES)).is(201);
    String other = bearer("rival", Scope.POLICIES);

    // When // Then
    call("GET", "/v1/policies/gentle", null, other).isProblem(404, "not-found", "name");
    assertThat(call("GET", "/v1/policies", null, other).is(200).body()).doesNotContain("gentle");
    call("DELETE", "/v1/policies/gentle", null, other).isProblem(404, "not-found", "name");
    call("PUT", "/v1/policies/gentle", POLICY, other).is(201);
    assertThat(ingest.kafka.history())
        .extracting(record -> new String(record.key(), UTF_8))
        .containsExactly("acme/gentle", "rival/gentle");
  }

  @Test
  void usersAndGroupsShouldBeThoseOfTheTenant() throws Exception {
    // Given
    String key = bearer("acme", Scope.POLICIES, Scope.GROUPS);

    // When
    call("PUT", "/v1/users/alice/policy", "{}", key).is(200);
    call("PUT", "/v1/groups/team/members/alice", null, key).is(204);

    // Then
    assertThat(ingest.kafka.history())
        .extracting(record -> new String(record.key(), UTF_8))
        .containsExactly("acme/alice", "acme/team/alice");
  }

  @ParameterizedTest
  @ValueSource(strings = {"/health/live", "/health/ready", "/metrics"})
  void operationsShouldWantNoKey(String path) throws Exception {
    ingest.http().get(path).is(200);
  }

  @Test
  void noKeyShouldBeJudgedBeforeAllAreRead() throws Exception {
    // Given
    ingest.keysCaughtUp = false;
    String known = bearer("acme", Scope.SEND);
    String notYet = "Bearer " + ApiKey.random(new SecureRandom()).text();

    // When
    TestHttp.Answer busy = call("POST", "/v1/messages", TestIngest.TO_ALICE, notYet);

    // Then
    busy.isProblem(503, "temporary-reduced-capacity", null);
    assertThat(busy.header("Retry-After")).isNotNull();
    call("POST", "/v1/messages", TestIngest.TO_ALICE, known)
        .isProblem(503, "temporary-reduced-capacity", null);
    ingest.http().get("/health/ready").is(503);
  }

  @Test
  void refusalsShouldBeCounted() throws Exception {
    // When
    ingest.http().call("POST", "/v1/messages", TestIngest.TO_ALICE).is(401);

    // Then
    assertThat(ingest.metric("tidegate_ingest_requests_rejected_total{problem=\"unauthorized\"}"))
        .isEqualTo(1);
  }

  @Test
  void keysShouldAllBeOfTheTenantThatAsksWhateverTheBodySays() throws Exception {
    // Given: a user whose name looks like a key of another tenant
    String json = "{\"to\":{\"user\":\"rival/bob\"},\"data\":1}";

    // When
    call("POST", "/v1/messages", json, bearer("acme", Scope.SEND)).is(202);

    // Then
    assertThat(ingest.kafka.history())
        .extracting(record -> new String(record.key(), UTF_8))
        .isEqualTo(List.of("acme/rival/bob"));
  }
}
