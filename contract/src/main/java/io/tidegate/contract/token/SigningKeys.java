package io.tidegate.contract.token;

import com.nimbusds.jose.JOSEException;
import com.nimbusds.jose.JWSAlgorithm;
import com.nimbusds.jose.JWSHeader;
import com.nimbusds.jose.JWSSigner;
import com.nimbusds.jose.crypto.ECDSASigner;
import com.nimbusds.jose.jwk.Curve;
import com.nimbusds.jose.jwk.ECKey;
import com.nimbusds.jose.jwk.JWK;
import com.nimbusds.jose.jwk.JWKSet;
import com.nimbusds.jose.jwk.KeyUse;
import com.nimbusds.jose.jwk.gen.ECKeyGenerator;
import com.nimbusds.jwt.JWTClaimsSet;
import com.nimbusds.jwt.SignedJWT;
import io.tidegate.contract.ClientProtocol;
import io.tidegate.contract.UserKey;
import java.text.ParseException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Date;
import java.util.List;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * The private keys that tokens for devices are signed with (ES256), oldest first, 1 to {@value
 * #MOST}. The newest signs once it is {@link #SETTLED} old, so that everyone who reads the public
 * keys at least that often knows it by then; all of them are good to check with.
 */
@SuppressWarnings("JavaUtilDate") // The library's.
public final class SigningKeys {
  public static final int MOST = 16;
  public static final Duration SETTLED = Duration.ofMinutes(1);

  private final List<Key> keys;

  private record Key(ECKey jwk, JWSSigner signer, long createdMillis) {}

  private SigningKeys(List<Key> keys) {
    this.keys = List.copyOf(keys);
  }

  /** One new key. */
  public static SigningKeys generate(long nowMillis) {
    return new SigningKeys(List.of(newKey(nowMillis)));
  }

  /**
   * @param json a JWK set with private EC keys of the curve P-256
   * @throws IllegalArgumentException saying what is wrong, and nothing of what is in it
   */
  public static SigningKeys parse(String json) {
    JWKSet set;
    try {
      set = JWKSet.parse(json);
    } catch (ParseException | RuntimeException e) {
      throw new IllegalArgumentException("not a JWK set", e);
    }
    List<Key> keys = new ArrayList<>();
    for (JWK jwk : set.getKeys()) {
      boolean ours =
          jwk instanceof ECKey ec
              && ec.isPrivate()
              && ec.getCurve().equals(Curve.P_256)
              && ec.getKeyID() != null;
      if (!ours) {
        throw new IllegalArgumentException("want private EC keys of P-256 with kid only");
      }
      keys.add(key(jwk.toECKey()));
    }
    if (keys.isEmpty() || keys.size() > MOST) {
      throw new IllegalArgumentException("want 1 to " + MOST + " keys, got " + keys.size());
    }
    keys.sort((a, b) -> Long.compare(a.createdMillis(), b.createdMillis()));
    return new SigningKeys(keys);
  }

  /**
   * The same with a new key, of which the newest {@code most} are kept, and the one that signs now
   * in any case.
   *
   * @param most 2 to {@value #MOST}
   */
  public SigningKeys rotated(long nowMillis, int most) {
    List<Key> kept = new ArrayList<>(keys);
    kept.add(newKey(nowMillis));
    Key signing = signing(nowMillis);
    while (kept.size() > most) {
      kept.remove(kept.getFirst().equals(signing) ? 1 : 0);
    }
    return new SigningKeys(kept);
  }

  /** With what is private, for the file alone. */
  public String toJson() {
    return set().toString(false);
  }

  /** What everyone may know. */
  public String publicJson() {
    return set().toString(true);
  }

  /** Of the keys, oldest first. */
  public List<String> ids() {
    return keys.stream().map(key -> key.jwk().getKeyID()).toList();
  }

  /** Of the key that signs now. */
  public String signingId(long nowMillis) {
    return signing(nowMillis).jwk().getKeyID();
  }

  /**
   * A token that a device of the user may show.
   *
   * @param text for its holder's eyes only
   * @param id its {@code jti}
   */
  public record Issued(String text, String id, long expiresMillis) {}

  /**
   * @param device the only one that may show it; null: any
   * @param life {@link ClientProtocol#LEAST_TOKEN_LIFE} to {@link ClientProtocol#MOST_TOKEN_LIFE}
   * @throws IllegalArgumentException if it is to live for another time
   */
  public Issued issue(UserKey user, @Nullable String device, Duration life, long nowMillis) {
    if (life.compareTo(ClientProtocol.LEAST_TOKEN_LIFE) < 0
        || life.compareTo(ClientProtocol.MOST_TOKEN_LIFE) > 0) {
      throw new IllegalArgumentException("ttl: want 1s to 24h");
    }
    // The claims are in seconds.
    long second = Math.floorDiv(nowMillis, 1000) * 1000;
    long expires = second + life.toMillis() / 1000 * 1000;
    String id = UUID.randomUUID().toString();
    JWTClaimsSet.Builder claims =
        new JWTClaimsSet.Builder()
            .issuer(TokenRules.OUR_ISSUER)
            .audience(TokenRules.DEVICES)
            .subject(user.user())
            .claim(TokenRules.TENANT, user.tenant())
            .issueTime(new Date(second))
            .expirationTime(new Date(expires))
            .jwtID(id);
    if (device != null) {
      claims.claim(TokenVerifier.DEVICE, device);
    }
    Key key = signing(nowMillis);
    JWSHeader header =
        new JWSHeader.Builder(JWSAlgorithm.ES256).keyID(key.jwk().getKeyID()).build();
    SignedJWT jwt = new SignedJWT(header, claims.build());
    try {
      jwt.sign(key.signer());
    } catch (JOSEException e) {
      throw new IllegalStateException("a key of ours signs", e);
    }
    return new Issued(jwt.serialize(), id, expires);
  }

  private Key signing(long nowMillis) {
    for (int i = keys.size() - 1; i > 0; i--) {
      if (keys.get(i).createdMillis() <= nowMillis - SETTLED.toMillis()) {
        return keys.get(i);
      }
    }
    return keys.getFirst();
  }

  private JWKSet set() {
    return new JWKSet(keys.stream().map(key -> (JWK) key.jwk()).toList());
  }

  private static Key newKey(long nowMillis) {
    try {
      return key(
          new ECKeyGenerator(Curve.P_256)
              .keyUse(KeyUse.SIGNATURE)
              .algorithm(JWSAlgorithm.ES256)
              .keyIDFromThumbprint(true)
              .issueTime(new Date(nowMillis))
              .generate());
    } catch (JOSEException e) {
      throw new IllegalStateException("every Java makes P-256 keys", e);
    }
  }

  private static Key key(ECKey jwk) {
    Date created = jwk.getIssueTime();
    try {
      return new Key(jwk, new ECDSASigner(jwk), created == null ? 0 : created.getTime());
    } catch (JOSEException e) {
      throw new IllegalArgumentException("a key that cannot sign", e);
    }
  }

  /** Tells no secret. */
  @Override
  public String toString() {
    return "SigningKeys" + ids();
  }
}
