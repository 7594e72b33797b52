package io.tidegate.contract.token;

import com.nimbusds.jose.Algorithm;
import com.nimbusds.jose.JOSEException;
import com.nimbusds.jose.JWSAlgorithm;
import com.nimbusds.jose.JWSVerifier;
import com.nimbusds.jose.crypto.ECDSAVerifier;
import com.nimbusds.jose.crypto.RSASSAVerifier;
import com.nimbusds.jose.jwk.Curve;
import com.nimbusds.jose.jwk.ECKey;
import com.nimbusds.jose.jwk.JWK;
import com.nimbusds.jose.jwk.JWKSet;
import com.nimbusds.jose.jwk.KeyUse;
import com.nimbusds.jose.jwk.OctetKeyPair;
import com.nimbusds.jose.jwk.RSAKey;
import java.text.ParseException;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The keys that signatures are checked with: those of a JWK set (RFC 7517) that fit one of {@link
 * #ALGORITHMS}, at most {@value #MOST}. Of the others nothing is taken, secrets above all.
 */
public final class PublicKeys {
  public static final int MOST = 100;

  /** No secret is shared with who signs, and "none" is not one of them. */
  public static final Set<JWSAlgorithm> ALGORITHMS =
      Set.of(
          JWSAlgorithm.RS256,
          JWSAlgorithm.PS256,
          JWSAlgorithm.ES256,
          JWSAlgorithm.ES384,
          JWSAlgorithm.EdDSA,
          JWSAlgorithm.Ed25519);

  public static final PublicKeys NONE = new PublicKeys(List.of());

  private static final int LEAST_RSA_BITS = 2048;

  private record Key(
      @Nullable String id, Set<? extends Algorithm> algorithms, JWSVerifier verifier) {}

  private final List<Key> keys;

  private PublicKeys(List<Key> keys) {
    this.keys = List.copyOf(keys);
  }

  /**
   * @param json a JWK set; what is private in it is not kept
   * @throws IllegalArgumentException if it is none, has no key that can be used, or too many
   */
  public static PublicKeys parse(String json) {
    JWKSet set;
    try {
      set = JWKSet.parse(json);
    } catch (ParseException | RuntimeException e) {
      throw new IllegalArgumentException("not a JWK set", e);
    }
    if (set.getKeys().size() > MOST) {
      throw new IllegalArgumentException("more than " + MOST + " keys");
    }
    List<Key> keys = new ArrayList<>();
    for (JWK jwk : set.getKeys()) {
      Key key = key(jwk);
      if (key != null) {
        keys.add(key);
      }
    }
    if (keys.isEmpty()) {
      throw new IllegalArgumentException("has no RSA, EC or Ed25519 key to check signatures with");
    }
    return new PublicKeys(keys);
  }

  public int size() {
    return keys.size();
  }

  boolean has(String id) {
    return keys.stream().anyMatch(key -> id.equals(key.id()));
  }

  /**
   * The key of that id, if it is one for the algorithm; without an id the only key for it.
   *
   * @return null: there is none
   */
  @Nullable JWSVerifier find(@Nullable String id, JWSAlgorithm algorithm) {
    List<Key> fitting =
        keys.stream()
            .filter(key -> id == null || id.equals(key.id()))
            .filter(key -> key.algorithms().contains(algorithm))
            .toList();
    return fitting.isEmpty() || (id == null && fitting.size() > 1)
        ? null
        : fitting.getFirst().verifier();
  }

  /** Null: it is not for us. */
  private static @Nullable Key key(JWK jwk) {
    if (jwk.getKeyUse() != null && !jwk.getKeyUse().equals(KeyUse.SIGNATURE)) {
      return null;
    }
    try {
      return switch (jwk) {
        case RSAKey rsa when rsa.size() >= LEAST_RSA_BITS ->
            key(
                jwk,
                new RSASSAVerifier(rsa.toRSAPublicKey()),
                JWSAlgorithm.RS256,
                JWSAlgorithm.PS256);
        case ECKey ec when ec.getCurve().equals(Curve.P_256) ->
            key(jwk, new ECDSAVerifier(ec.toECPublicKey()), JWSAlgorithm.ES256);
        case ECKey ec when ec.getCurve().equals(Curve.P_384) ->
            key(jwk, new ECDSAVerifier(ec.toECPublicKey()), JWSAlgorithm.ES384);
        case OctetKeyPair okp when okp.getCurve().equals(Curve.Ed25519) ->
            key(
                jwk,
                new Ed25519Signature(okp.getDecodedX()),
                JWSAlgorithm.EdDSA,
                JWSAlgorithm.Ed25519);
        default -> null;
      };
    } catch (JOSEException | RuntimeException e) {
      return null;
    }
  }

  private static @Nullable Key key(JWK jwk, JWSVerifier verifier, JWSAlgorithm... fitting) {
    Set<JWSAlgorithm> algorithms = Set.of(fitting);
    Algorithm only = jwk.getAlgorithm();
    boolean ofEdwards = algorithms.contains(JWSAlgorithm.EdDSA);
    if (only == null || (ofEdwards && only.equals(JWSAlgorithm.EdDSA))) {
      return new Key(jwk.getKeyID(), algorithms, verifier);
    }
    return algorithms.contains(only) ? new Key(jwk.getKeyID(), Set.of(only), verifier) : null;
  }
}
