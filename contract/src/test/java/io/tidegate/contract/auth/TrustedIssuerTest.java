package io.tidegate.contract.auth;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import io.tidegate.contract.StartupException;
import io.tidegate.contract.settings.Environment;
import io.tidegate.contract.token.TokenKeys;
import io.tidegate.contract.token.TokenRules;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class TrustedIssuerTest {
  private static Optional<TrustedIssuer> read(Map<String, String> variables, Auth auth) {
    return Environment.read(
        variables, "X_", of -> Optional.ofNullable(TrustedIssuer.read(null, of, "X_", auth)));
  }

  private static Map<String, String> with(String name, String value) {
    Map<String, String> variables =
        new HashMap<>(Map.of("X_TOKEN_KEYS", "k", "X_TOKEN_ISSUER", "i"));
    variables.put(name, value);
    return variables;
  }

  @Test
  void everythingShouldBeSet() {
    assertThat(
            read(
                Map.of(
                    "X_TOKEN_KEYS", "https://login.example/jwks",
                    "X_TOKEN_CA", "ca.pem",
                    "X_TOKEN_ISSUER", "https://login.example",
                    "X_TOKEN_AUDIENCE", "push",
                    "X_TOKEN_TENANT_CLAIM", "org",
                    "X_TOKEN_TENANT", "acme",
                    "X_TOKEN_SCOPE_CLAIM", "permissions",
                    "X_TOKEN_SCOPE_PREFIX", "none",
                    "X_TOKEN_SKEW", "5s",
                    "X_TOKEN_MAX_LIFE", "1h"),
                Auth.KEYS))
        .contains(
            new TrustedIssuer(
                new TokenKeys("https://login.example/jwks", "ca.pem"),
                new TokenRules(
                    "https://login.example",
                    "push",
                    "org",
                    "acme",
                    Duration.ofSeconds(5),
                    Duration.ofHours(1)),
                "permissions",
                ""));
  }

  @Test
  void tokensShouldBeForUsAndNeverThoseOfDevices() {
    // When
    TrustedIssuer issuer =
        requireNonNull(
            read(Map.of("X_TOKEN_KEYS", "k", "X_TOKEN_ISSUER", "i"), Auth.KEYS).orElse(null));

    // Then
    assertThat(issuer.rules().tokenAudience())
        .isEqualTo("tidegate")
        .isNotEqualTo(TokenRules.DEVICES);
    assertThat(issuer.rules().tokenTenantClaim()).isEqualTo("tenant");
    assertThat(issuer.tokenScopeClaim()).isEqualTo("scope");
    assertThat(issuer.tokenScopePrefix()).isEqualTo("tidegate:");
  }

  @Test
  void nobodyShouldBeTrustedWhereNoKeysAreNamed() {
    assertThat(read(Map.of(), Auth.KEYS)).isEmpty();
    assertThat(read(Map.of(), Auth.NONE)).isEmpty();
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "TOKEN_KEYS | http: | X_TOKEN_KEYS=\"http:\": want a file or a URL with http or" + " https",
        "TOKEN_SKEW | 1h | X_TOKEN_SKEW=\"1h\": want 0s to 5m, got 1h",
        "TOKEN_TENANT | A | X_TOKEN_TENANT=\"A\": want 1 to 64 of [a-z0-9-]",
        "TOKEN_AUDIENCE | tidegate-device | X_TOKEN_AUDIENCE=\"tidegate-device\": want"
            + " another",
        "TOKEN_CA | ca.pem | X_TOKEN_CA=\"ca.pem\": want none where",
        "TOKEN_SCOPES | a | X_TOKEN_SCOPES: there is no such setting"
      })
  void badSettingShouldBeNamed(String name, String value, String message) {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> read(with("X_" + name, value), Auth.KEYS))
        .withMessageStartingWith(message);
  }

  @Test
  void whatGoesTogetherShouldBeAskedFor() {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> read(with("X_TOKEN_SKEW", "1s"), Auth.NONE))
        .withMessage("X_AUTH: want keys where X_TOKEN_KEYS is set");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> read(Map.of("X_TOKEN_KEYS", "k"), Auth.KEYS))
        .withMessage("X_TOKEN_ISSUER: required where X_TOKEN_KEYS is set");
    for (String name : List.of("X_TOKEN_ISSUER", "X_TOKEN_AUDIENCE", "X_TOKEN_SCOPE_PREFIX")) {
      assertThatIllegalArgumentException()
          .isThrownBy(() -> read(Map.of(name, "i"), Auth.KEYS))
          .withMessage("X_TOKEN_KEYS: required where " + name + " is set");
    }
  }

  @Test
  void fileWithoutKeysAndAuthorityThatIsNotThereShouldBeToldAtTheStart(@TempDir Path folder) {
    Path none = folder.resolve("none");
    assertThatExceptionOfType(StartupException.class)
        .isThrownBy(
            () -> read(with("X_TOKEN_KEYS", none.toString()), Auth.KEYS).orElseThrow().open("t"))
        .withMessageStartingWith("tokenKeys: " + none + ": ");
    Map<String, String> variables = with("X_TOKEN_CA", none.toString());
    variables.put("X_TOKEN_KEYS", "https://127.0.0.1:1/jwks");
    assertThatExceptionOfType(StartupException.class)
        .isThrownBy(() -> read(variables, Auth.KEYS).orElseThrow().open("t"))
        .withMessageStartingWith("TOKEN_CA=" + none);
  }

  @Test
  void issuerThatIsKnownShouldStayAsItIsWhereNothingIsSet() {
    // Given
    TrustedIssuer known =
        read(
                Map.of(
                    "X_TOKEN_KEYS", "k",
                    "X_TOKEN_ISSUER", "i",
                    "X_TOKEN_SCOPE_CLAIM", "permissions",
                    "X_TOKEN_SCOPE_PREFIX", "none",
                    "X_TOKEN_SKEW", "5s"),
                Auth.KEYS)
            .orElseThrow();

    // When
    Optional<TrustedIssuer> read =
        Environment.read(
            Map.of(),
            "X_",
            of -> Optional.ofNullable(TrustedIssuer.read(known, of, "X_", Auth.KEYS)));

    // Then
    assertThat(read).contains(known);
  }
}
