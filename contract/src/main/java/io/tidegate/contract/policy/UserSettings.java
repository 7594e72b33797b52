package io.tidegate.contract.policy;

import java.time.ZoneId;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What is set for one user: {@code {"policy":"gentle","timezone":"Europe/Berlin","overrides":{…}}}.
 *
 * @param policy the name of a policy, 1 to 64 of {@code [A-Za-z0-9._-]}; null: the tenant's default
 * @param timezone the user's, which goes before the policy's; null: the policy's
 * @param overrides a JSON Merge Patch (RFC 7396) over that policy's JSON, an object; {@code {}} for
 *     none. Whether it fits can only be said of both together: {@link #effective}
 */
public record UserSettings(@Nullable String policy, @Nullable ZoneId timezone, String overrides) {
  private static final String NO_OVERRIDES = "{}";

  public static final UserSettings NONE = new UserSettings(null, null, NO_OVERRIDES);

  /**
   * @throws InvalidPolicyException naming the field and the reason
   */
  public UserSettings {
    if (policy != null) {
      Policy.requireName("policy", policy);
    }
    overrides = JsonTree.write(object(JsonTree.parse(overrides)));
  }

  /**
   * @param json at most 65,536 bytes of UTF-8
   * @throws InvalidPolicyException naming the field and the reason
   */
  public static UserSettings parse(byte[] json) {
    return read(JsonTree.parse(json));
  }

  /**
   * @throws InvalidPolicyException naming the field and the reason
   */
  public static UserSettings parse(String json) {
    return read(JsonTree.parse(json));
  }

  private static UserSettings read(@Nullable Object json) {
    Fields fields = new Fields("", json);
    String policy = fields.optionalText("policy");
    ZoneId timezone =
        fields.has("timezone") ? PolicyReader.zone("timezone", fields.text("timezone")) : null;
    String overrides =
        fields.has("overrides") ? JsonTree.write(object(fields.get("overrides"))) : NO_OVERRIDES;
    return fields.end(() -> new UserSettings(policy, timezone, overrides));
  }

  private static Map<?, ?> object(@Nullable Object overrides) {
    if (overrides instanceof Map<?, ?> object) {
      return object;
    }
    throw Fields.wrong("overrides", "an object", overrides);
  }

  /** Reads back equal. */
  public String toJson() {
    Map<String, @Nullable Object> tree = new LinkedHashMap<>();
    if (policy != null) {
      tree.put("policy", policy);
    }
    if (timezone != null) {
      tree.put("timezone", timezone.getId());
    }
    if (!overrides.equals(NO_OVERRIDES)) {
      tree.put("overrides", JsonTree.parse(overrides));
    }
    return JsonTree.write(tree);
  }

  /**
   * What holds for the user, where {@code named} is the policy of that name.
   *
   * @throws InvalidPolicyException if {@code named} with the overrides is no policy; naming the
   *     field as part of {@code overrides}
   */
  public Policy effective(Policy named) {
    Policy merged = overrides.equals(NO_OVERRIDES) ? named : merged(named);
    return timezone == null ? merged : merged.withTimezone(timezone);
  }

  private Policy merged(Policy named) {
    try {
      return PolicyReader.read(JsonTree.merge(PolicyWriter.tree(named), JsonTree.parse(overrides)));
    } catch (InvalidPolicyException e) {
      throw e.in("overrides");
    }
  }
}
