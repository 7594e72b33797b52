package io.tidegate.contract.webhook;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.nio.ByteBuffer;
import java.security.GeneralSecurityException;
import java.security.SecureRandom;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

/**
 * The one key from which the secrets of all endpoints follow, so that none of them lies anywhere:
 * who has the key and an endpoint's record knows its secret, who has the record alone does not.
 * HMAC-SHA256 as a key derivation function (NIST SP 800-108), each input with its length before it,
 * so that no two endpoints can be written alike.
 */
public final class WebhookKey {
  /** What a file with a key begins with. */
  private static final String PREFIX = "tgwk_";

  private static final int BYTES = 32;
  private static final String LABEL = "tidegate webhook secret v1";
  private static final String HMAC = "HmacSHA256";

  private final byte[] key;

  private WebhookKey(byte[] key) {
    this.key = key;
  }

  public static WebhookKey generate() {
    byte[] drawn = new byte[BYTES];
    new SecureRandom().nextBytes(drawn);
    return new WebhookKey(drawn);
  }

  /**
   * @param text as {@link #text} has it; white space around it counts for nothing
   * @throws IllegalArgumentException with the reason alone
   */
  public static WebhookKey parse(String text) {
    String line = text.strip();
    if (line.startsWith(PREFIX)) {
      try {
        byte[] read = Base64.getUrlDecoder().decode(line.substring(PREFIX.length()));
        if (read.length == BYTES) {
          return new WebhookKey(read);
        }
      } catch (IllegalArgumentException e) {
        throw new IllegalArgumentException(wanted(), e);
      }
    }
    throw new IllegalArgumentException(wanted());
  }

  private static String wanted() {
    return "want " + PREFIX + " and " + BYTES + " bytes in base64url";
  }

  /** To be kept where only the services can read it. */
  public String text() {
    return PREFIX + Base64.getUrlEncoder().withoutPadding().encodeToString(key);
  }

  /**
   * The secret that signs for that endpoint.
   *
   * @param generation 1 or more
   */
  public WebhookSecret secret(EndpointKey of, Endpoint endpoint, int generation) {
    try {
      Mac mac = Mac.getInstance(HMAC);
      mac.init(new SecretKeySpec(key, HMAC));
      feed(mac, LABEL.getBytes(UTF_8));
      feed(mac, of.owner().tenant().getBytes(UTF_8));
      feed(mac, of.owner().user().getBytes(UTF_8));
      feed(mac, of.name().getBytes(UTF_8));
      feed(mac, endpoint.salt().toByteArray());
      feed(mac, ByteBuffer.allocate(Integer.BYTES).putInt(generation).array());
      return new WebhookSecret(mac.doFinal());
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("every Java has " + HMAC, e);
    }
  }

  private static void feed(Mac mac, byte[] input) {
    mac.update(ByteBuffer.allocate(Integer.BYTES).putInt(input.length).array());
    mac.update(input);
  }

  /** Those that sign now, that of now first. */
  public List<WebhookSecret> secrets(EndpointKey of, Endpoint endpoint, long nowMillis) {
    List<WebhookSecret> secrets = new ArrayList<>(2);
    secrets.add(secret(of, endpoint, endpoint.generation()));
    if (endpoint.overlaps(nowMillis)) {
      secrets.add(secret(of, endpoint, endpoint.generation() - 1));
    }
    return secrets;
  }

  /** Not the key. */
  @Override
  public String toString() {
    return "WebhookKey";
  }
}
