package io.tidegate.contract.auth;

import static io.tidegate.contract.token.TokenMaker.NOW;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import com.nimbusds.jwt.JWTClaimsSet;
import io.tidegate.contract.token.PublicKeys;
import io.tidegate.contract.token.TokenFault;
import io.tidegate.contract.token.TokenMaker;
import io.tidegate.contract.token.TokenRules;
import io.tidegate.contract.token.TokenVerifier;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.Date;
import java.util.List;
import java.util.Set;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@SuppressWarnings("JavaUtilDate") // The library's.
final class CallerTokensTest {
  private static final TokenMaker MAKER = new TokenMaker("k1");
  private static final TokenRules RULES =
      new TokenRules(
          "https://login.example",
          TrustedIssuer.AUDIENCE,
          TokenRules.TENANT,
          "",
          Duration.ZERO,
          Duration.ofHours(2));

  private final AtomicInteger misses = new AtomicInteger();
  private final Keyring keyring = new Keyring();
  private PublicKeys keys = MAKER.keys();
  private final CallerTokens tokens =
      new CallerTokens(
          new TokenVerifier(RULES, TokenVerifier.SCOPE),
          TrustedIssuer.SCOPE_PREFIX,
          () -> keys,
          misses::incrementAndGet);
  private final CallerCheck callers = new CallerCheck(keyring, tokens);

  private static String token(UnaryOperator<JWTClaimsSet.Builder> change) {
    return MAKER.token(
        claims ->
            change.apply(
                claims
                    .issuer("https://login.example")
                    .audience("tidegate")
                    .subject("billing")
                    .claim("scope", "tidegate:send openid tidegate:inspect groups")));
  }

  private Access check(String text, Scope scope, long now) {
    return callers.check(List.of("Bearer " + text), scope, now, true);
  }

  private long refused(TokenFault fault) {
    return tokens.refused(fault);
  }

  @Test
  void tokenShouldAllowWhatItsScopesSayForItsTenant() {
    // Given
    String text = token(claims -> claims);

    // When // Then
    for (int i = 0; i < 2; i++) { // the second time it is known
      assertThat(check(text, Scope.SEND, NOW)).isEqualTo(new Access.Granted("acme", "sub:billing"));
      assertThat(check(text, Scope.INSPECT, NOW)).isInstanceOf(Access.Granted.class);
      assertThat(check(text, Scope.TOKENS, NOW))
          .isEqualTo(
              new Access.Lacking(
                  new Access.Granted("acme", "sub:billing"),
                  "the token of sub:billing",
                  Scope.TOKENS));
      assertThat(check(text, Scope.GROUPS, NOW)) // a scope of the provider, and not ours
          .isEqualTo(
              new Access.Lacking(
                  new Access.Granted("acme", "sub:billing"),
                  "the token of sub:billing",
                  Scope.GROUPS));
    }
  }

  @Test
  void tokenWithoutScopesShouldAllowNothing() {
    assertThat(check(token(claims -> claims.claim("scope", null)), Scope.SEND, NOW))
        .isEqualTo(
            new Access.Lacking(
                new Access.Granted("acme", "sub:billing"), "the token of sub:billing", Scope.SEND));
  }

  @Test
  void apiKeysShouldStillBeTaken() {
    // Given
    ApiKey key = ApiKey.random(new SecureRandom());
    StoredKey stored = StoredKey.of(key, "acme", Set.of(Scope.SEND), "", NOW, StoredKey.NEVER);
    keyring.changed(key.id().getBytes(UTF_8), stored.toBytes(), 0);

    // When // Then
    assertThat(check(key.text(), Scope.SEND, NOW)).isEqualTo(new Access.Granted("acme", key.id()));
    assertThat(check("tgk_x", Scope.SEND, NOW))
        .isEqualTo(new Access.Unknown(true, "Authorization: want a key such as tgk_ID_SECRET"));
  }

  @Test
  void tokenOfADeviceShouldBeNoneOfACaller() {
    assertThat(check(token(claims -> claims.audience("tidegate-device")), Scope.SEND, NOW))
        .isEqualTo(
            new Access.Unknown(
                true, "Authorization: the token is not taken: for another audience"));
    assertThat(refused(TokenFault.AUDIENCE)).isEqualTo(1);
  }

  @Test
  void tokenThatNamesADeviceShouldBeNoneOfACaller() {
    assertThat(check(token(claims -> claims.claim("device", "phone")), Scope.SEND, NOW))
        .isEqualTo(
            new Access.Unknown(
                true, "Authorization: the token is not taken: it is one of a device"));
    assertThat(refused(TokenFault.MISMATCH)).isEqualTo(1);
  }

  @Test
  void tokenShouldBeWrittenInOneWayOnly() {
    // Given
    String text = token(claims -> claims);
    assertThat(check(text, Scope.SEND, NOW)).isInstanceOf(Access.Granted.class);

    // When // Then: characters that a lenient reader skips
    for (String other : List.of(text + "=", text + "!", text.replaceFirst("\\.", ".\t"))) {
      assertThat(check(other, Scope.SEND, NOW)).isInstanceOf(Access.Unknown.class);
    }
    assertThat(refused(TokenFault.MALFORMED)).isEqualTo(3);
  }

  @ParameterizedTest
  @ValueSource(strings = {"a", "a.b.c", "..", "eyJhbGciOiJub25lIn0.e30.", "🎈"})
  void whatIsNoTokenShouldBeRefused(String text) {
    assertThat(check(text, Scope.SEND, NOW))
        .isEqualTo(
            new Access.Unknown(true, "Authorization: the token is not taken: not a signed JWT"));
    assertThat(refused(TokenFault.MALFORMED)).isEqualTo(1);
  }

  @Test
  void whatIsTooLongShouldBeRefusedUnseen() {
    assertThat(check("x".repeat(TokenVerifier.MAX_CHARS + 1), Scope.SEND, NOW))
        .isInstanceOf(Access.Unknown.class);
    assertThat(refused(TokenFault.TOO_LARGE)).isEqualTo(1);
  }

  @Test
  void knownTokenShouldStillEnd() {
    // Given
    String text = token(claims -> claims.expirationTime(new Date(NOW + 1000)));
    assertThat(check(text, Scope.SEND, NOW + 999)).isInstanceOf(Access.Granted.class);

    // When
    Access after = check(text, Scope.SEND, NOW + 1000);

    // Then
    assertThat(after)
        .isEqualTo(new Access.Unknown(true, "Authorization: the token is not taken: expired"));
    assertThat(refused(TokenFault.EXPIRED)).isEqualTo(1);
  }

  @Test
  void knownTokenShouldEndWithItsKey() {
    // Given
    String text = token(claims -> claims);
    assertThat(check(text, Scope.SEND, NOW)).isInstanceOf(Access.Granted.class);

    // When
    keys = new TokenMaker("k2").keys();

    // Then
    assertThat(check(text, Scope.SEND, NOW)).isInstanceOf(Access.Unknown.class);
    assertThat(refused(TokenFault.UNKNOWN_KEY)).isEqualTo(1);
    assertThat(misses).hasValue(1);
  }

  @Test
  void tokenWithOneCharacterChangedShouldNotBeTheKnownOne() {
    // Given
    String text = token(claims -> claims);
    assertThat(check(text, Scope.SEND, NOW)).isInstanceOf(Access.Granted.class);
    int at = text.lastIndexOf('.') + 5;
    String other =
        text.substring(0, at) + (text.charAt(at) == 'A' ? 'B' : 'A') + text.substring(at + 1);

    // When // Then
    assertThat(check(other, Scope.SEND, NOW)).isInstanceOf(Access.Unknown.class);
    assertThat(refused(TokenFault.BAD_SIGNATURE)).isEqualTo(1);
  }

  @Test
  void nothingShouldBeJudgedBeforeTheKeysAreRead() {
    // Given
    keys = PublicKeys.NONE;
    String text = token(claims -> claims);

    // When // Then
    assertThat(check(text, Scope.SEND, NOW))
        .isEqualTo(new Access.NotReadYet("the issuer's keys are not read yet"));
    assertThat(callers.check(List.of("Bearer " + text), Scope.SEND, NOW, false))
        .isEqualTo(new Access.NotReadYet("the keys are not read from Kafka yet"));
    assertThat(callers.check(List.of(), Scope.SEND, NOW, false))
        .isEqualTo(new Access.Unknown(false, "want Authorization: Bearer and an API key or token"));
  }

  @Test
  void knownTokensShouldBeBoundedAndThoseInUseStay() {
    // Given
    CallerTokens few =
        new CallerTokens(
            new TokenVerifier(RULES, TokenVerifier.SCOPE),
            TrustedIssuer.SCOPE_PREFIX,
            () -> keys,
            misses::incrementAndGet,
            2);
    String used = token(claims -> claims);

    // When
    for (int i = 0; i < 20; i++) {
      String id = "t" + i;
      Access once = few.check(token(claims -> claims.jwtID(id)), Scope.SEND, NOW);
      Access again = few.check(used, Scope.SEND, NOW);
      assertThat(List.of(once, again)).hasOnlyElementsOfType(Access.Granted.class);
    }

    // Then
    assertThat(few.known()).isBetween(2, 4);
    assertThat(few.checked()).isEqualTo(21);
  }

  @Test
  void knownTokenShouldNotBeCheckedAgain() {
    // Given
    String text = token(claims -> claims);

    // When
    for (int i = 0; i < 5; i++) {
      check(text, Scope.SEND, NOW);
    }

    // Then
    assertThat(tokens.checked()).isEqualTo(1);
  }
}
