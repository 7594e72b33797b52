package io.tidegate.contract.token;

import static io.tidegate.contract.token.TokenMaker.NOW;
import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.params.provider.Arguments.arguments;

import com.nimbusds.jose.JOSEObjectType;
import com.nimbusds.jose.JWSAlgorithm;
import com.nimbusds.jose.JWSHeader;
import com.nimbusds.jose.util.Base64URL;
import com.nimbusds.jwt.JWTClaimsSet;
import io.tidegate.contract.token.TokenVerifier.Verdict;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Date;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

@SuppressWarnings("JavaUtilDate") // The library's.
final class TokenVerifierTest {
  private static final TokenMaker MAKER = new TokenMaker("k1");
  private static final String GOOD = MAKER.token();

  private final TokenVerifier verifier = new TokenVerifier(TokenRules.OURS, TokenVerifier.SCOPE);

  @Test
  void goodTokenShouldSayWhoseItIs() {
    // When
    Verdict verdict =
        verifier.check(
            MAKER.token(claims -> claims.claim("device", "phone").claim("scope", "send  groups")),
            MAKER.keys(),
            NOW);

    // Then
    assertThat(verdict)
        .isEqualTo(
            new Verdict.Good(
                new Token(
                    "acme",
                    "alice",
                    "phone",
                    Set.of("send", "groups"),
                    "t1",
                    NOW,
                    NOW + 3_600_000 + 30_000)));
  }

  static Stream<Arguments> wrongClaims() {
    return Stream.of(
        bad("no iss", c -> c.issuer(null), TokenFault.ISSUER, "of another issuer"),
        bad("iss", c -> c.issuer("Tidegate"), TokenFault.ISSUER, "of another issuer"),
        bad("no aud", c -> c.audience((String) null), TokenFault.AUDIENCE, "for another audience"),
        bad("aud", c -> c.audience("tidegate"), TokenFault.AUDIENCE, "for another audience"),
        bad("no sub", c -> c.subject(null), TokenFault.CLAIM, "sub: missing"),
        bad(
            "long sub",
            c -> c.subject("x".repeat(257)),
            TokenFault.CLAIM,
            "sub: longer than 256 bytes of UTF-8"),
        bad(
            "sub with a line",
            c -> c.subject("a\nb"),
            TokenFault.CLAIM,
            "sub: has a control character"),
        bad("no tenant", c -> c.claim("tenant", null), TokenFault.CLAIM, "tenant: missing"),
        bad(
            "tenant with a slash",
            c -> c.claim("tenant", "a/b"),
            TokenFault.CLAIM,
            "tenant: want 1 to 64 of [a-z0-9-]"),
        bad(
            "tenant a number",
            c -> c.claim("tenant", 7),
            TokenFault.CLAIM,
            "tenant: want a string"),
        bad(
            "device a number",
            c -> c.claim("device", 7),
            TokenFault.CLAIM,
            "device: want a string of 1 to 128"),
        bad(
            "device empty",
            c -> c.claim("device", ""),
            TokenFault.CLAIM,
            "device: want a string of 1 to 128"),
        bad(
            "device long",
            c -> c.claim("device", "x".repeat(129)),
            TokenFault.CLAIM,
            "device: want a string of 1 to 128"),
        bad("no exp", c -> c.expirationTime(null), TokenFault.CLAIM, "exp: missing"),
        bad(
            "exp 30 s ago",
            c -> c.expirationTime(new Date(NOW - 30_000)),
            TokenFault.EXPIRED,
            "expired"),
        bad(
            "exp in 8 days",
            c -> c.expirationTime(new Date(NOW + Duration.ofDays(8).toMillis())),
            TokenFault.TOO_LONG_LIVED,
            "good for longer than may be"),
        bad(
            "nbf in 31 s",
            c -> c.notBeforeTime(new Date(NOW + 31_000)),
            TokenFault.NOT_YET,
            "not good yet"),
        bad(
            "iat in 31 s",
            c -> c.issueTime(new Date(NOW + 31_000)),
            TokenFault.NOT_YET,
            "its iat is in the future"),
        bad(
            "scope a number",
            c -> c.claim("scope", 1),
            TokenFault.CLAIM,
            "scope: want a string or an array"),
        bad(
            "many scopes",
            c ->
                c.claim(
                    "scope", Stream.iterate(0, n -> n + 1).limit(65).map(String::valueOf).toList()),
            TokenFault.CLAIM,
            "scope: more than 64 words"));
  }

  private static Arguments bad(
      String name, UnaryOperator<JWTClaimsSet.Builder> change, TokenFault fault, String reason) {
    return arguments(name, change, fault, reason);
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("wrongClaims")
  void everyWrongClaimShouldBeNamed(
      String name, UnaryOperator<JWTClaimsSet.Builder> change, TokenFault fault, String reason) {
    // When
    Verdict verdict = verifier.check(MAKER.token(change), MAKER.keys(), NOW);

    // Then
    assertThat(verdict).as(name).isInstanceOf(Verdict.Bad.class);
    assertThat(((Verdict.Bad) verdict).fault()).isEqualTo(fault);
    assertThat(((Verdict.Bad) verdict).reason()).startsWith(reason);
  }

  @ParameterizedTest
  @CsvSource({"-29999, true", "-30000, false", "604830000, true", "604831000, false"})
  void expiryShouldCountWithTheSkew(long fromNow, boolean good) {
    // Given: exp is in seconds, so the clock is moved
    long exp = NOW + fromNow;
    long whole = Math.floorDiv(exp, 1000) * 1000;

    // When
    Verdict verdict =
        verifier.check(
            MAKER.token(claims -> claims.issueTime(null).expirationTime(new Date(whole))),
            MAKER.keys(),
            NOW + (whole - exp));

    // Then
    assertThat(verdict instanceof Verdict.Good).isEqualTo(good);
  }

  static Stream<Arguments> forgeries() {
    String other = new TokenMaker("k1").token();
    String[] parts = GOOD.split("\\.", -1);
    String[] parts2 = MAKER.token(c -> c.subject("bob")).split("\\.", -1);
    return Stream.of(
        arguments("none", "", TokenFault.MISSING),
        arguments("words", "not a token", TokenFault.MALFORMED),
        arguments("two parts", parts[0] + "." + parts[1], TokenFault.MALFORMED),
        arguments("five parts", GOOD + ".x.y", TokenFault.MALFORMED),
        arguments("dots", "..", TokenFault.MALFORMED),
        arguments("giant", "x".repeat(8193), TokenFault.TOO_LARGE),
        arguments(
            "giant token", MAKER.token(c -> c.claim("x", "y".repeat(9000))), TokenFault.TOO_LARGE),
        arguments("deep", TokenMaker.withHeader("[".repeat(4000), GOOD), TokenFault.MALFORMED),
        arguments(
            "alg none",
            TokenMaker.withHeader("{\"alg\":\"none\"}", parts[0] + "." + parts[1] + "."),
            TokenFault.MALFORMED),
        arguments(
            "alg NONE with a signature",
            TokenMaker.withHeader("{\"alg\":\"NONE\",\"kid\":\"k1\"}", GOOD),
            TokenFault.ALGORITHM),
        arguments(
            "HS256 with the public key", MAKER.signedWithThePublicKey(), TokenFault.ALGORITHM),
        arguments(
            "RS256 with the kid of an EC key",
            TokenMaker.withHeader("{\"alg\":\"RS256\",\"kid\":\"k1\"}", GOOD),
            TokenFault.UNKNOWN_KEY),
        arguments(
            "ES512",
            TokenMaker.withHeader("{\"alg\":\"ES512\",\"kid\":\"k1\"}", GOOD),
            TokenFault.ALGORITHM),
        arguments(
            "kid unknown",
            TokenMaker.withHeader("{\"alg\":\"ES256\",\"kid\":\"k2\"}", GOOD),
            TokenFault.UNKNOWN_KEY),
        arguments(
            "crit",
            TokenMaker.withHeader(
                "{\"alg\":\"ES256\",\"kid\":\"k1\",\"crit\":[\"b64\"],\"b64\":false}", GOOD),
            TokenFault.MALFORMED),
        arguments("another key of that kid", other, TokenFault.BAD_SIGNATURE),
        arguments(
            "claims of another",
            parts[0] + "." + parts2[1] + "." + parts[2],
            TokenFault.BAD_SIGNATURE),
        arguments("no signature", parts[0] + "." + parts[1] + ".", TokenFault.MALFORMED),
        arguments(
            "signature of zeros",
            parts[0] + "." + parts[1] + "." + Base64URL.encode(new byte[64]),
            TokenFault.BAD_SIGNATURE),
        arguments("its own key in the header", ownKey(), TokenFault.UNKNOWN_KEY));
  }

  /** Signed with a key that it brings along. */
  private static String ownKey() {
    TokenMaker stranger = new TokenMaker("mine");
    return stranger.signed(
        new JWSHeader.Builder(JWSAlgorithm.ES256)
            .type(JOSEObjectType.JWT)
            .keyID("mine")
            .jwk(stranger.key.toPublicJWK())
            .build(),
        TokenMaker.claims().build());
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("forgeries")
  void forgeryShouldBeRefused(String name, String token, TokenFault fault) {
    // When
    Verdict verdict = verifier.check(token, MAKER.keys(), NOW);

    // Then
    assertThat(verdict).as(name).isInstanceOf(Verdict.Bad.class);
    assertThat(((Verdict.Bad) verdict).fault()).isEqualTo(fault);
  }

  @Test
  void tokenWithoutKidShouldBeCheckedWithTheOnlyKeyForItsAlgorithm() {
    // Given
    String token = MAKER.signed(new JWSHeader(JWSAlgorithm.ES256), TokenMaker.claims().build());
    String two =
        "{\"keys\":["
            + MAKER.key.toPublicJWK().toJSONString()
            + ","
            + new TokenMaker("k2").key.toPublicJWK().toJSONString()
            + "]}";

    // Then
    assertThat(verifier.check(token, MAKER.keys(), NOW)).isInstanceOf(Verdict.Good.class);
    assertThat(verifier.check(token, PublicKeys.parse(two), NOW))
        .isEqualTo(new Verdict.Bad(TokenFault.UNKNOWN_KEY, TokenFault.UNKNOWN_KEY.words()));
  }

  @Test
  void tenantThatIsSetShouldStandForTheClaim() {
    // Given
    TokenVerifier fixed =
        new TokenVerifier(
            new TokenRules(
                "tidegate", "tidegate-device", "tenant", "only", Duration.ZERO, Duration.ofDays(1)),
            "scope");

    // When
    Verdict verdict = fixed.check(GOOD, MAKER.keys(), NOW);

    // Then
    assertThat(((Verdict.Good) verdict).token().tenant()).isEqualTo("only");
  }

  /** Of npm jose 6.2.18; resources/token/jose.mjs made them. */
  @ParameterizedTest
  @CsvSource({"RS256", "PS256", "ES256", "ES384", "EdDSA", "Ed25519"})
  void tokenOfAnotherLibraryShouldBeGood(String algorithm) throws Exception {
    // Given
    List<String> lines = Files.readAllLines(Path.of("src/test/resources/token/jose.txt"));
    PublicKeys keys = PublicKeys.parse(lines.getFirst());
    Map<String, String> tokens =
        lines.stream()
            .skip(1)
            .map(line -> line.split(" ", 2))
            .collect(java.util.stream.Collectors.toMap(line -> line[0], line -> line[1]));
    String token = java.util.Objects.requireNonNull(tokens.get(algorithm));

    // When
    Verdict verdict = verifier.check(token, keys, NOW);

    // Then
    assertThat(verdict).isInstanceOf(Verdict.Good.class);
    assertThat(((Verdict.Good) verdict).token().subject()).isEqualTo("älice");

    // When
    String tampered = token.substring(0, token.length() - 6) + "AAAAAA";

    // Then
    assertThat(verifier.check(tampered, keys, NOW))
        .isEqualTo(new Verdict.Bad(TokenFault.BAD_SIGNATURE, "its signature is wrong"));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "nothing | not a JWK set",
        "{} | not a JWK set",
        "{\"keys\":[]} | has no RSA, EC or Ed25519 key to check signatures with",
        "{\"keys\":[{\"kty\":\"oct\",\"k\":\"AAAA\",\"kid\":\"k1\"}]} | has no RSA, EC or Ed25519"
            + " key to check signatures with"
      })
  void setWithoutAKeyForUsShouldBeRefused(String json, String reason) {
    org.assertj.core.api.Assertions.assertThatIllegalArgumentException()
        .isThrownBy(() -> PublicKeys.parse(json))
        .withMessage(reason);
  }

  @Test
  void keysThatAreNotForSignaturesShouldNotCount() throws Exception {
    // Given
    String json =
        new String(
            MAKER
                .publicJson()
                .replace("\"kid\"", "\"use\":\"enc\",\"kid\"")
                .getBytes(StandardCharsets.UTF_8),
            StandardCharsets.UTF_8);

    // Then
    org.assertj.core.api.Assertions.assertThatIllegalArgumentException()
        .isThrownBy(() -> PublicKeys.parse(json));
  }
}
