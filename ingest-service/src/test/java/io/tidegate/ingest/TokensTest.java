package io.tidegate.ingest;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.tidegate.contract.StartupException;
import io.tidegate.contract.auth.ApiKey;
import io.tidegate.contract.auth.Auth;
import io.tidegate.contract.auth.Scope;
import io.tidegate.contract.auth.StoredKey;
import io.tidegate.contract.token.PublicKeys;
import io.tidegate.contract.token.SigningKeyFile;
import io.tidegate.contract.token.Token;
import io.tidegate.contract.token.TokenRules;
import io.tidegate.contract.token.TokenVerifier;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.util.Set;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Tokens for devices, made for back ends that show an API key. */
class TokensTest {
  @TempDir Path folder;

  private TestIngest ingest;

  private Path file() {
    return folder.resolve("keys.json");
  }

  @BeforeEach
  void start() throws StartupException, IOException {
    var _ = new SigningKeyFile(file()).readOrMake(0);
    ingest =
        TestIngest.acking(config -> config.withAuth(Auth.KEYS).withSigningKeys(file().toString()));
  }

  @AfterEach
  void stop() {
    ingest.close();
  }

  private TestHttp.Answer ask(String json) throws IOException, InterruptedException {
    ApiKey key = ApiKey.random(new SecureRandom());
    StoredKey stored = StoredKey.of(key, "acme", Set.of(Scope.TOKENS), "", 0, StoredKey.NEVER);
    ingest.keyring.changed(key.id().getBytes(UTF_8), stored.toBytes(), 0);
    return ingest.http().call("POST", "/v1/tokens", json, "Authorization", "Bearer " + key.text());
  }

  @Test
  void tokenShouldBeGoodByThePublishedKeysAndForTheTenantOfTheKey() throws Exception {
    // When
    TestHttp.Answer answer = ask("{\"user\":\"alice\",\"device\":\"phone\",\"ttl\":60}");

    // Then
    answer.is(200);
    assertThat(answer.header("Cache-Control")).isEqualTo("no-store");
    TestHttp.Answer keys = ingest.http().call("GET", "/.well-known/jwks.json", null);
    keys.is(200);
    assertThat(keys.body()).doesNotContain("\"d\"");
    Token token = token(TestIngest.json(answer.body()).get("token").stringValue(), keys.body());
    assertThat(token.tenant()).isEqualTo("acme");
    assertThat(token.subject()).isEqualTo("alice");
    assertThat(token.device()).isEqualTo("phone");
    assertThat(token.id()).isEqualTo(TestIngest.json(answer.body()).get("id").stringValue());
    assertThat(token.expiresMillis() - TokenRules.SKEW.toMillis() - token.issuedMillis())
        .isEqualTo(60_000);
  }

  private static Token token(String text, String keys) {
    TokenVerifier.Verdict verdict =
        new TokenVerifier(TokenRules.OURS, TokenVerifier.SCOPE)
            .check(text, PublicKeys.parse(keys), System.currentTimeMillis());
    assertThat(verdict).isInstanceOf(TokenVerifier.Verdict.Good.class);
    return ((TokenVerifier.Verdict.Good) verdict).token();
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "{} | user | required",
        "{\"user\":\"\"} | user | must not be empty",
        "{\"user\":\"a\",\"tenant\":\"other\"} | tenant | unknown field; want one of [user, device,"
            + " ttl]",
        "{\"user\":\"a\",\"device\":\"\"} | device | want 1 to 128 characters",
        "{\"user\":\"a\",\"device\":null} | device | want a string, got null",
        "{\"user\":\"a\",\"ttl\":0.5} | ttl | want 1 s to 24 h",
        "{\"user\":\"a\",\"ttl\":\"PT25H\"} | ttl | want 1 s to 24 h",
        "{\"user\":\"a\",\"user\":\"b\"} | user | stands there twice"
      })
  void badRequestShouldNameFieldAndReason(String json, String field, String reason)
      throws Exception {
    // When
    TestHttp.Answer answer = ask(json);

    // Then
    answer.isProblem(400, "invalid-request", field);
    assertThat(answer.detail()).isEqualTo(reason);
  }

  @Test
  void noTokensShouldBeMadeForWhoIsNotKnown() throws Exception {
    // Given
    try (TestIngest open = TestIngest.acking(config -> config.withSigningKeys(file().toString()))) {
      // When
      TestHttp.Answer answer = open.http().call("POST", "/v1/tokens", "{\"user\":\"alice\"}");

      // Then
      answer.isProblem(404, "not-found", null);
      assertThat(answer.body()).doesNotContain("eyJ");
    }
  }

  @Test
  void withoutSigningKeysThereShouldBeNeitherTokensNorKeys() throws Exception {
    try (TestIngest none = TestIngest.acking(UnaryOperator.identity())) {
      none.http().call("POST", "/v1/tokens", "{\"user\":\"a\"}").isProblem(404, "not-found", null);
      none.http().call("GET", "/.well-known/jwks.json", null).isProblem(404, "not-found", null);
    }
  }

  @Test
  void fileWithoutKeysShouldFailTheStart() throws Exception {
    // Given
    Path wrong = Files.writeString(folder.resolve("wrong"), "{\"keys\":[]}");

    // Then
    refused(folder.resolve("absent"), "TIDEGATE_INGEST_SIGNING_KEYS: there is no file ");
    refused(wrong, "TIDEGATE_INGEST_SIGNING_KEYS: " + wrong + ": want 1 to 16 keys, got 0");
  }

  private static void refused(@Nullable Path path, String reason) {
    assertThatExceptionOfType(StartupException.class)
        .isThrownBy(() -> TestIngest.acking(config -> config.withSigningKeys("" + path)))
        .withMessageStartingWith(reason);
  }
}
