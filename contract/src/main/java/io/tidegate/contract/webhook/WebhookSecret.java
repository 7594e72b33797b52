package io.tidegate.contract.webhook;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.nio.ByteBuffer;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.util.Arrays;
import java.util.Base64;
import java.util.List;
import java.util.stream.Collectors;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;
import org.jspecify.annotations.Nullable;

/**
 * One secret of one endpoint, and what it signs: Standard Webhooks 1.0.0, the symmetric scheme
 * {@code v1}.
 */
public final class WebhookSecret {
  public static final String ID = "webhook-id";
  public static final String TIMESTAMP = "webhook-timestamp";
  public static final String SIGNATURE = "webhook-signature";

  private static final String PREFIX = "whsec_";
  private static final String SCHEME = "v1,";
  private static final String HMAC = "HmacSHA256";
  private static final int ID_BYTES = 18;

  private final SecretKeySpec key;

  WebhookSecret(byte[] bytes) {
    this.key = new SecretKeySpec(bytes, HMAC);
  }

  /** As it is shown to who is to check signatures. */
  public String text() {
    return PREFIX + Base64.getEncoder().encodeToString(key.getEncoded());
  }

  /**
   * The id of the webhook that a message is to one endpoint, the same at each attempt. Not the
   * message's own: that may be any text, a full stop in it would let a sender move the border
   * between what is signed as id and as time, and it is unique within its source only, which is the
   * same for all who do not name one: two users' messages may be called alike, and their endpoints
   * be one receiver.
   *
   * @param source null: the message has none
   */
  public static String id(EndpointKey to, @Nullable String source, String messageId) {
    try {
      MessageDigest digest = MessageDigest.getInstance("SHA-256");
      feed(digest, to.owner().tenant());
      feed(digest, to.owner().user());
      feed(digest, to.name());
      feed(digest, source == null ? "" : source);
      feed(digest, messageId);
      byte[] hash = Arrays.copyOf(digest.digest(), ID_BYTES);
      return "msg_" + Base64.getUrlEncoder().encodeToString(hash);
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("every Java has SHA-256", e);
    }
  }

  private static void feed(MessageDigest digest, String input) {
    byte[] bytes = input.getBytes(UTF_8);
    digest.update(ByteBuffer.allocate(Integer.BYTES).putInt(bytes.length).array());
    digest.update(bytes);
  }

  /**
   * The value of {@link #SIGNATURE}: a signature by each secret, with spaces between.
   *
   * @param id of {@link #id}, so without a full stop
   * @param seconds of the attempt, since 1970
   */
  public static String sign(List<WebhookSecret> secrets, String id, long seconds, byte[] body) {
    return secrets.stream()
        .map(secret -> secret.sign(id, seconds, body))
        .collect(Collectors.joining(" "));
  }

  private String sign(String id, long seconds, byte[] body) {
    try {
      Mac mac = Mac.getInstance(HMAC);
      mac.init(key);
      mac.update((id + "." + seconds + ".").getBytes(UTF_8));
      return SCHEME + Base64.getEncoder().encodeToString(mac.doFinal(body));
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("every Java has " + HMAC, e);
    }
  }

  /** Not the secret. */
  @Override
  public String toString() {
    return "WebhookSecret";
  }
}
