package io.tidegate.ingest;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.tidegate.contract.auth.ApiKey;
import io.tidegate.contract.auth.Scope;
import io.tidegate.contract.auth.StoredKey;
import java.io.IOException;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.Set;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Requests with tokens of an issuer that is trusted. */
final class CallerTokensTest {
  private static final Duration HOUR = Duration.ofHours(1);

  private TestIssuer issuer;
  private TestIngest ingest;

  @BeforeEach
  void start() throws Exception {
    issuer = new TestIssuer();
    ingest = TestIngest.acking(config -> config.withIssuer(issuer.trusted()));
    awaitKeys(1);
  }

  @AfterEach
  void stop() {
    ingest.close();
    issuer.close();
  }

  private void awaitKeys(int count) {
    await().until(() -> ingest.metric("tidegate_ingest_token_keys") == count);
  }

  private TestHttp.Answer send(String token) throws IOException, InterruptedException {
    return ingest
        .http()
        .call("POST", "/v1/messages", TestIngest.TO_ALICE, "Authorization", "Bearer " + token);
  }

  private double refused(String reason) throws IOException, InterruptedException {
    return ingest.metric("tidegate_ingest_tokens_refused_total{reason=\"" + reason + "\"}");
  }

  @Test
  void messageShouldBeWrittenForTheTenantOfTheToken() throws Exception {
    // When
    String token = issuer.token("acme", "billing", "openid tidegate:send", HOUR);
    send(token).is(202);
    send(token).is(202);

    // Then
    assertThat(ingest.kafka.history())
        .extracting(record -> new String(record.key(), UTF_8))
        .containsExactly("acme/alice", "acme/alice");
    assertThat(ingest.metric("tidegate_ingest_tokens_checked_total")).isEqualTo(1);
  }

  @Test
  void tokenWithoutTheScopeShouldBeToldWhichItLacks() throws Exception {
    // When
    TestHttp.Answer answer = send(issuer.token("acme", "billing", "tidegate:groups send", HOUR));

    // Then
    answer.isProblem(403, "forbidden", null);
    assertThat(answer.detail()).isEqualTo("the token of sub:billing lacks the scope send");
    assertThat(answer.header("WWW-Authenticate"))
        .isEqualTo("Bearer realm=\"tidegate\", error=\"insufficient_scope\", scope=\"send\"");
  }

  @Test
  void apiKeyShouldBeTakenBesideTokens() throws Exception {
    // Given
    ApiKey key = ApiKey.random(new SecureRandom());
    StoredKey stored = StoredKey.of(key, "other", Set.of(Scope.SEND), "", 0, StoredKey.NEVER);
    ingest.keyring.changed(key.id().getBytes(UTF_8), stored.toBytes(), 0);

    // When
    send(key.text()).is(202);

    // Then
    assertThat(new String(ingest.kafka.history().getFirst().key(), UTF_8)).isEqualTo("other/alice");
  }

  @Test
  void keysOfTheIssuerMayBeRotated() throws Exception {
    // Given
    String old = issuer.token("acme", "billing", "tidegate:send", HOUR);
    send(old).is(202);

    // When: it signs with a key that was not read yet
    issuer.rotate("k2");
    String young = issuer.token("acme", "billing", "tidegate:send", HOUR);
    TestHttp.Answer early = send(young);

    // Then: that has it read at once
    early.isProblem(401, "unauthorized", null);
    assertThat(early.detail())
        .isEqualTo(
            "Authorization: the token is not taken: it is signed with a key that is not known");
    assertThat(refused("unknown_key")).isEqualTo(1);
    awaitKeys(2);
    send(young).is(202);
    send(old).is(202);
  }

  @Test
  void expiredTokenShouldBeRefused() throws Exception {
    // When
    TestHttp.Answer answer =
        send(issuer.token("acme", "billing", "tidegate:send", Duration.ofSeconds(-1)));

    // Then
    answer.isProblem(401, "unauthorized", null);
    assertThat(answer.header("WWW-Authenticate"))
        .isEqualTo("Bearer realm=\"tidegate\", error=\"invalid_token\"");
    assertThat(refused("expired")).isEqualTo(1);
    assertThat(ingest.kafka.history()).isEmpty();
  }

  @Test
  void streamShouldEndWithItsToken() throws Exception {
    // Given
    String token = issuer.token("acme", "billing", "tidegate:send", Duration.ofSeconds(2));
    try (TestStream stream = TestStream.open(ingest, "Authorization: Bearer " + token)) {
      // When // Then
      await()
          .until(
              () -> {
                stream.send(TestIngest.TO_ALICE);
                return stream.frame().equals("close 4505 the key or token does not hold any more");
              });
    }
    assertThat(ingest.kafka.history()).isNotEmpty();
  }
}
