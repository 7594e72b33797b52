package io.tidegate.ingest;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.nimbusds.jose.JOSEException;
import com.nimbusds.jose.JWSAlgorithm;
import com.nimbusds.jose.JWSHeader;
import com.nimbusds.jose.crypto.RSASSASigner;
import com.nimbusds.jose.jwk.JWKSet;
import com.nimbusds.jose.jwk.RSAKey;
import com.nimbusds.jose.jwk.gen.RSAKeyGenerator;
import com.nimbusds.jwt.JWTClaimsSet;
import com.nimbusds.jwt.SignedJWT;
import com.sun.net.httpserver.HttpServer;
import io.tidegate.contract.auth.TrustedIssuer;
import io.tidegate.contract.token.TokenKeys;
import io.tidegate.contract.token.TokenRules;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.Date;
import java.util.List;

/** An identity provider: signs with RS256, and shows its public keys at a URL. */
@SuppressWarnings("JavaUtilDate") // The library's.
final class TestIssuer implements AutoCloseable {
  private static final String NAME = "https://login.example";

  private final HttpServer server;
  private RSAKey key = make("k1");
  private volatile List<RSAKey> shown = List.of(key);

  TestIssuer() throws IOException {
    server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    server.createContext(
        "/jwks",
        exchange -> {
          byte[] body = new JWKSet(List.copyOf(shown)).toString(true).getBytes(UTF_8);
          exchange.sendResponseHeaders(200, body.length);
          exchange.getResponseBody().write(body);
          exchange.close();
        });
    server.start();
  }

  private static RSAKey make(String id) {
    try {
      return new RSAKeyGenerator(2048).keyID(id).generate();
    } catch (JOSEException e) {
      throw new AssertionError(e);
    }
  }

  TrustedIssuer trusted() {
    return new TrustedIssuer(
        new TokenKeys("http://127.0.0.1:" + server.getAddress().getPort() + "/jwks", ""),
        new TokenRules(
            NAME,
            TrustedIssuer.AUDIENCE,
            TokenRules.TENANT,
            "",
            Duration.ZERO,
            Duration.ofHours(2)),
        "scope",
        TrustedIssuer.SCOPE_PREFIX);
  }

  /** Signs with another key from now on, and shows that one beside the old one. */
  void rotate(String id) {
    key = make(id);
    shown = List.of(shown.getFirst(), key);
  }

  String token(String tenant, String subject, String scopes, Duration life) {
    long now = System.currentTimeMillis();
    SignedJWT jwt =
        new SignedJWT(
            new JWSHeader.Builder(JWSAlgorithm.RS256).keyID(key.getKeyID()).build(),
            new JWTClaimsSet.Builder()
                .issuer(NAME)
                .audience(TrustedIssuer.AUDIENCE)
                .subject(subject)
                .claim("tenant", tenant)
                .claim("scope", scopes)
                .issueTime(new Date(now - 1000))
                .expirationTime(new Date(now + life.toMillis()))
                .build());
    try {
      jwt.sign(new RSASSASigner(key));
    } catch (JOSEException e) {
      throw new AssertionError(e);
    }
    return jwt.serialize();
  }

  @Override
  public void close() {
    server.stop(0);
  }
}
