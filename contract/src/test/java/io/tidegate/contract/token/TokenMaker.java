package io.tidegate.contract.token;

import com.nimbusds.jose.JOSEException;
import com.nimbusds.jose.JWSAlgorithm;
import com.nimbusds.jose.JWSHeader;
import com.nimbusds.jose.JWSSigner;
import com.nimbusds.jose.crypto.ECDSASigner;
import com.nimbusds.jose.crypto.MACSigner;
import com.nimbusds.jose.jwk.Curve;
import com.nimbusds.jose.jwk.ECKey;
import com.nimbusds.jose.jwk.JWKSet;
import com.nimbusds.jose.jwk.gen.ECKeyGenerator;
import com.nimbusds.jose.util.Base64URL;
import com.nimbusds.jwt.JWTClaimsSet;
import com.nimbusds.jwt.SignedJWT;
import java.nio.charset.StandardCharsets;
import java.util.Date;
import java.util.function.UnaryOperator;

/** Makes tokens, good ones and bad ones. */
@SuppressWarnings("JavaUtilDate") // The library's.
public final class TokenMaker {
  public static final long NOW = 1_800_000_000_000L;

  final ECKey key;

  public TokenMaker(String kid) {
    try {
      key = new ECKeyGenerator(Curve.P_256).keyID(kid).generate();
    } catch (JOSEException e) {
      throw new AssertionError(e);
    }
  }

  String publicJson() {
    return new JWKSet(key).toString(true);
  }

  public PublicKeys keys() {
    return PublicKeys.parse(publicJson());
  }

  /** A good one for an hour, then changed. */
  static JWTClaimsSet.Builder claims() {
    return new JWTClaimsSet.Builder()
        .issuer("tidegate")
        .audience("tidegate-device")
        .subject("alice")
        .claim("tenant", "acme")
        .issueTime(new Date(NOW))
        .expirationTime(new Date(NOW + 3_600_000))
        .jwtID("t1");
  }

  public String token(UnaryOperator<JWTClaimsSet.Builder> change) {
    return signed(
        new JWSHeader.Builder(JWSAlgorithm.ES256).keyID(key.getKeyID()).build(),
        change.apply(claims()).build());
  }

  public String token() {
    return token(claims -> claims);
  }

  String signed(JWSHeader header, JWTClaimsSet claims) {
    try {
      return signed(header, claims, new ECDSASigner(key));
    } catch (JOSEException e) {
      throw new AssertionError(e);
    }
  }

  static String signed(JWSHeader header, JWTClaimsSet claims, JWSSigner signer) {
    try {
      SignedJWT jwt = new SignedJWT(header, claims);
      jwt.sign(signer);
      return jwt.serialize();
    } catch (JOSEException e) {
      throw new AssertionError(e);
    }
  }

  /** HS256 with what everyone may know for the secret. */
  String signedWithThePublicKey() {
    try {
      return signed(
          new JWSHeader.Builder(JWSAlgorithm.HS256).keyID(key.getKeyID()).build(),
          claims().build(),
          new MACSigner(key.toECPublicKey().getEncoded()));
    } catch (JOSEException e) {
      throw new AssertionError(e);
    }
  }

  /** With a header that the library would not write. */
  static String withHeader(String header, String token) {
    String[] parts = token.split("\\.", -1);
    return Base64URL.encode(header.getBytes(StandardCharsets.UTF_8))
        + "."
        + parts[1]
        + "."
        + parts[2];
  }
}
