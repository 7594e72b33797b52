package io.tidegate.contract.token;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.google.protobuf.InvalidProtocolBufferException;
import io.tidegate.contract.ClientProtocol;
import io.tidegate.contract.LineText;
import io.tidegate.contract.UserKey;
import io.tidegate.contract.revocations.RevocationRecord;
import java.util.Arrays;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * Tokens of devices that are not to be taken any more. Times are epoch milliseconds.
 *
 * @param subject the user; empty where one token is meant
 * @param device whose sessions are meant; empty unless one device is
 * @param tokenId the {@code jti}; empty unless one token is meant
 * @param beforeMillis of a user or a device: what was issued then or before is meant; of one token:
 *     when it was revoked
 * @param untilMillis from when on nothing is revoked any more, because all that is meant has
 *     expired
 */
public record Revocation(
    Kind kind,
    String tenant,
    String subject,
    String device,
    String tokenId,
    long beforeMillis,
    long untilMillis) {
  public static final int MAX_TOKEN_ID_CHARS = TokenVerifier.MAX_ID_CHARS;

  /** What is meant. */
  public enum Kind {
    /** All tokens of a user. */
    USER,
    /** All tokens that are shown for one device of a user. */
    DEVICE,
    /** One token. */
    TOKEN;

    public String word() {
      return name().toLowerCase(Locale.ROOT);
    }

    private static @Nullable Kind of(String word) {
      for (Kind kind : values()) {
        if (kind.word().equals(word)) {
          return kind;
        }
      }
      return null;
    }
  }

  /**
   * @throws IllegalArgumentException naming the field and the reason
   */
  public Revocation {
    UserKey.requireTenant(tenant);
    if (kind == Kind.TOKEN) {
      requireEmpty("user", subject);
      requireText("token", tokenId, MAX_TOKEN_ID_CHARS);
    } else {
      new UserKey(tenant, subject);
      requireEmpty("token", tokenId);
    }
    if (kind == Kind.DEVICE) {
      requireText("device", device, ClientProtocol.MAX_DEVICE_CHARS);
    } else {
      requireEmpty("device", device);
    }
    if (beforeMillis < 1) {
      throw new IllegalArgumentException("before: want a time after 1970, got " + beforeMillis);
    }
    if (untilMillis < beforeMillis) {
      throw new IllegalArgumentException("until: want none before " + beforeMillis);
    }
  }

  /** All tokens of the user that were issued then or before. */
  public static Revocation ofUser(UserKey user, long beforeMillis, long untilMillis) {
    return new Revocation(Kind.USER, user.tenant(), user.user(), "", "", beforeMillis, untilMillis);
  }

  /** Those of them that are shown for that device, whether they name it or not. */
  public static Revocation ofDevice(
      UserKey user, String device, long beforeMillis, long untilMillis) {
    return new Revocation(
        Kind.DEVICE, user.tenant(), user.user(), device, "", beforeMillis, untilMillis);
  }

  /**
   * The tokens of that id.
   *
   * @param nowMillis when it is revoked
   */
  public static Revocation ofToken(String tenant, String id, long nowMillis, long untilMillis) {
    return new Revocation(Kind.TOKEN, tenant, "", "", id, nowMillis, untilMillis);
  }

  /**
   * A record of {@code tidegate.revocations}.
   *
   * @throws IllegalArgumentException saying what is wrong with it
   */
  public static Revocation parse(byte[] key, byte[] value) {
    RevocationRecord record;
    try {
      record = RevocationRecord.parseFrom(value);
    } catch (InvalidProtocolBufferException e) {
      throw new IllegalArgumentException("value: not a revocation", e);
    }
    Kind kind = Kind.of(record.getKind());
    if (kind == null) {
      throw new IllegalArgumentException("kind: want user, device or token");
    }
    Revocation parsed =
        new Revocation(
            kind,
            record.getTenant(),
            record.getSubject(),
            record.getDevice(),
            record.getTokenId(),
            record.getBeforeMillis(),
            record.getUntilMillis());
    if (!Arrays.equals(key, parsed.key().getBytes(UTF_8))) {
      throw new IllegalArgumentException("key: not that of what it says");
    }
    return parsed;
  }

  public byte[] toBytes() {
    return RevocationRecord.newBuilder()
        .setKind(kind.word())
        .setTenant(tenant)
        .setSubject(subject)
        .setDevice(device)
        .setTokenId(tokenId)
        .setBeforeMillis(beforeMillis)
        .setUntilMillis(untilMillis)
        .build()
        .toByteArray();
  }

  /** No two revocations of different users, devices or tokens have the same. */
  public String key() {
    return switch (kind) {
      case USER -> userKey(new UserKey(tenant, subject));
      case DEVICE -> deviceKey(new UserKey(tenant, subject), device);
      case TOKEN -> tokenKey(tenant, tokenId);
    };
  }

  static String userKey(UserKey user) {
    return "user/" + user;
  }

  /** A user may have slashes, so here it has none. */
  static String deviceKey(UserKey user, String device) {
    String name = user.user().replace("%", "%25").replace("/", "%2F");
    return "device/" + user.tenant() + "/" + name + "/" + device;
  }

  static String tokenKey(String tenant, String id) {
    return "token/" + tenant + "/" + id;
  }

  /** Whether it means a token of its user, device or id that was issued then. */
  boolean covers(long issuedMillis) {
    return kind == Kind.TOKEN || issuedMillis <= beforeMillis;
  }

  public boolean isOver(long nowMillis) {
    return untilMillis <= nowMillis;
  }

  /** Means what either of the two means, which have the same key. */
  public Revocation joined(Revocation other) {
    return new Revocation(
        kind,
        tenant,
        subject,
        device,
        tokenId,
        Math.max(beforeMillis, other.beforeMillis),
        Math.max(untilMillis, other.untilMillis));
  }

  private static void requireEmpty(String field, String text) {
    if (!text.isEmpty()) {
      throw new IllegalArgumentException(field + ": want none");
    }
  }

  private static void requireText(String field, String text, int mostChars) {
    if (text.isEmpty() || text.length() > mostChars) {
      throw new IllegalArgumentException(field + ": want 1 to " + mostChars + " characters");
    }
    String fault = LineText.fault(text);
    if (fault != null) {
      throw new IllegalArgumentException(field + ": " + fault);
    }
  }
}
