package io.tidegate.contract;

import java.util.regex.Pattern;

/**
 * One group of one tenant, written {@code tenant/group}.
 *
 * @param tenant 1 to 64 of [a-z0-9-]
 * @param group 1 to 128 of [A-Za-z0-9._~:@+-]: no slash, so that it divides
 */
public record GroupKey(String tenant, String group) {
  private static final Pattern GROUP = Pattern.compile("[A-Za-z0-9._~:@+-]{1,128}");

  /**
   * @throws IllegalArgumentException naming the field and the reason
   */
  public GroupKey {
    UserKey.requireTenant(tenant);
    if (!GROUP.matcher(group).matches()) {
      throw new IllegalArgumentException("group: want 1 to 128 of [A-Za-z0-9._~:@+-]");
    }
  }

  @Override
  public String toString() {
    return tenant + "/" + group;
  }
}
