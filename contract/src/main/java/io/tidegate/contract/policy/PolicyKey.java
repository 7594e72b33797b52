package io.tidegate.contract.policy;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;

/**
 * Which policy a record of {@code tidegate.policies} is about. Sorts by tenant, then by name.
 *
 * @param name of the policy within the tenant
 */
public record PolicyKey(String tenant, String name) implements Comparable<PolicyKey> {
  /**
   * @param key {@code tenant/name} in UTF-8
   * @throws IllegalArgumentException saying what is wrong with it
   */
  public static PolicyKey parse(byte[] key) {
    String text;
    try {
      text = UTF_8.newDecoder().decode(ByteBuffer.wrap(key)).toString();
    } catch (CharacterCodingException e) {
      throw new IllegalArgumentException("key: not UTF-8", e);
    }
    int slash = text.indexOf('/');
    if (slash < 0) {
      throw new IllegalArgumentException("key: want tenant/name, found no slash");
    }
    if (slash == 0) {
      throw new IllegalArgumentException("key: want tenant/name, found no tenant");
    }
    return new PolicyKey(
        text.substring(0, slash), Policy.requireName("name", text.substring(slash + 1)));
  }

  @Override
  public int compareTo(PolicyKey other) {
    int byTenant = tenant.compareTo(other.tenant);
    return byTenant != 0 ? byTenant : name.compareTo(other.name);
  }
}
