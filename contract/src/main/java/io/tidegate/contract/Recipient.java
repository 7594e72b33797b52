package io.tidegate.contract;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import org.apache.kafka.common.header.Header;
import org.apache.kafka.common.header.Headers;
import org.jspecify.annotations.Nullable;

/**
 * Whom a message on {@code tidegate.messages} is for. The record's key begins with the tenant; the
 * CloudEvents subject says whom: {@code group/g}, {@code all}, and anything else or none that the
 * whole key is a user's, which {@code user/u} must name.
 */
public sealed interface Recipient {

  record OneUser(UserKey user) implements Recipient {
    @Override
    public String tenant() {
      return user.tenant();
    }
  }

  /** Those who are in the group when its copy is read, in each partition. */
  record Group(GroupKey group) implements Recipient {
    @Override
    public String tenant() {
      return group.tenant();
    }
  }

  /**
   * Every user of the tenant that fan-out knows: with a device, a message that waits, or settings.
   */
  record Everyone(String tenant) implements Recipient {
    public Everyone {
      UserKey.requireTenant(tenant);
    }
  }

  String USER_SUBJECT = "user/";
  String GROUP_SUBJECT = "group/";
  String EVERYONE_SUBJECT = "all";

  /** Whose users are meant. */
  String tenant();

  /**
   * The record's key, to be read only. For others than a user it only spreads them, and keeps their
   * order.
   */
  default byte[] key() {
    return switch (this) {
      case OneUser(UserKey user) -> user.toBytes();
      case Group _, Everyone _ -> (tenant() + "/" + subject()).getBytes(UTF_8);
    };
  }

  /** The CloudEvents subject. */
  default String subject() {
    return switch (this) {
      case OneUser(UserKey user) -> USER_SUBJECT + user.user();
      case Group(GroupKey group) -> GROUP_SUBJECT + group.group();
      case Everyone _ -> EVERYONE_SUBJECT;
    };
  }

  /**
   * @throws IllegalArgumentException naming the field and the reason
   */
  static Recipient of(byte @Nullable [] key, Headers headers) {
    if (key == null) {
      throw new IllegalArgumentException("key: missing");
    }
    String subject = subject(headers);
    if (subject.startsWith(GROUP_SUBJECT)) {
      return new Group(new GroupKey(tenant(key), subject.substring(GROUP_SUBJECT.length())));
    }
    if (subject.equals(EVERYONE_SUBJECT)) {
      return new Everyone(tenant(key));
    }
    OneUser user = new OneUser(UserKey.parse(key));
    if (subject.startsWith(USER_SUBJECT) && !subject.equals(user.subject())) {
      throw new IllegalArgumentException(
          CloudEventHeaders.SUBJECT + ": names another user than the key");
    }
    return user;
  }

  private static String subject(Headers headers) {
    Header header = headers.lastHeader(CloudEventHeaders.SUBJECT);
    if (header == null || header.value() == null) {
      return "";
    }
    try {
      return UTF_8.newDecoder().decode(ByteBuffer.wrap(header.value())).toString();
    } catch (CharacterCodingException e) {
      throw new IllegalArgumentException(CloudEventHeaders.SUBJECT + ": not UTF-8", e);
    }
  }

  /** What stands before the first slash; the whole key where there is none. */
  private static String tenant(byte[] key) {
    int end = 0;
    while (end < key.length && key[end] != '/') {
      end++;
    }
    return new String(key, 0, end, UTF_8);
  }
}
