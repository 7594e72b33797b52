package io.tidegate.contract;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;

/**
 * A record's key of three names with slashes between them: a tenant, something of the tenant's, and
 * a user, who alone may have slashes in the name.
 */
public record KeyParts(String tenant, String of, String user) {
  /**
   * @param maxBytes that such a key may have
   * @param form what the names are, such as {@code tenant/group/user}, for errors
   * @throws IllegalArgumentException naming the key and the reason
   */
  public static KeyParts parse(byte[] key, int maxBytes, String form) {
    if (key.length > maxBytes) {
      throw new IllegalArgumentException("key: longer than " + maxBytes + " bytes");
    }
    String text;
    try {
      text = UTF_8.newDecoder().decode(ByteBuffer.wrap(key)).toString();
    } catch (CharacterCodingException e) {
      throw new IllegalArgumentException("key: not UTF-8", e);
    }
    int first = text.indexOf('/');
    int second = text.indexOf('/', first + 1);
    if (second < 0) {
      throw new IllegalArgumentException("key: want " + form + ", found fewer slashes");
    }
    return new KeyParts(
        text.substring(0, first), text.substring(first + 1, second), text.substring(second + 1));
  }
}
