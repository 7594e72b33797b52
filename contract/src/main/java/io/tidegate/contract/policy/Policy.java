package io.tidegate.contract.policy;

import io.tidegate.contract.Urgency;
import java.time.Duration;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * How fast and when a user is sent messages. Its JSON stands at {@code PolicyReader}.
 *
 * @param limits up to 16; all hold together
 * @param caps up to 16; likewise
 * @param bypass which gates an urgency is let past
 * @param quietHours up to 16
 * @param timezone whose calendar and clock count
 * @param smoothing over how long the release after quiet hours is spread, up to an hour
 * @param broadcastRate messages a second over all users of one message to a group, 1 to 1,000,000;
 *     null: as fast as it goes
 */
public record Policy(
    List<Limit> limits,
    List<Cap> caps,
    Batch batch,
    Map<Urgency, Set<Gate>> bypass,
    List<QuietHours> quietHours,
    ZoneId timezone,
    Duration smoothing,
    MailboxBounds mailbox,
    @Nullable Integer broadcastRate) {
  /** The name of the policy for those of a tenant who have no other. */
  public static final String DEFAULT_NAME = "default";

  /** Of the JSON of a policy or of a user's settings, in UTF-8. */
  public static final int MAX_JSON_BYTES = JsonTree.MAX_BYTES;

  static final int MAX_RULES = 16;

  private static final Pattern NAME = Pattern.compile("[A-Za-z0-9._-]{1,64}");

  /** The policy {@code {}}: nothing is limited. */
  public static final Policy NONE =
      new Policy(
          List.of(),
          List.of(),
          Batch.DEFAULT,
          Map.of(),
          List.of(),
          ZoneOffset.UTC,
          Duration.ZERO,
          MailboxBounds.DEFAULT,
          null);

  /**
   * @throws InvalidPolicyException naming the field and the reason
   */
  public Policy {
    limits = List.copyOf(limits);
    caps = List.copyOf(caps);
    quietHours = List.copyOf(quietHours);
    bypass = withoutEmpty(bypass);
    Check.within("limits", limits.size(), 0, MAX_RULES);
    Check.within("caps", caps.size(), 0, MAX_RULES);
    Check.within("quiet_hours", quietHours.size(), 0, MAX_RULES);
    Check.within("smoothing", smoothing, Duration.ZERO, Duration.ofHours(1));
    if (broadcastRate != null) {
      Check.within("broadcast.rate", broadcastRate, 1, 1_000_000);
    }
    Set<String> names = new HashSet<>();
    for (int i = 0; i < limits.size(); i++) {
      unique(names, "limits", i, limits.get(i).name());
    }
    for (int i = 0; i < caps.size(); i++) {
      unique(names, "caps", i, caps.get(i).name());
    }
  }

  private static void unique(Set<String> names, String list, int i, String name) {
    if (!names.add(name)) {
      throw new InvalidPolicyException(
          list + "[" + i + "].name", "another rule has the name \"" + name + '"');
    }
  }

  private static Map<Urgency, Set<Gate>> withoutEmpty(Map<Urgency, Set<Gate>> bypass) {
    return bypass.entrySet().stream()
        .filter(entry -> !entry.getValue().isEmpty())
        .collect(
            Collectors.toUnmodifiableMap(Map.Entry::getKey, entry -> Set.copyOf(entry.getValue())));
  }

  /**
   * @param json at most 65,536 bytes of UTF-8
   * @throws InvalidPolicyException naming the field and the reason
   */
  public static Policy parse(byte[] json) {
    return PolicyReader.read(JsonTree.parse(json));
  }

  /**
   * @throws InvalidPolicyException naming the field and the reason
   */
  public static Policy parse(String json) {
    return PolicyReader.read(JsonTree.parse(json));
  }

  /** Reads back equal; what is as it would be without saying is not said. */
  public String toJson() {
    return JsonTree.write(PolicyWriter.tree(this));
  }

  public Policy withTimezone(ZoneId other) {
    return new Policy(
        limits, caps, batch, bypass, quietHours, other, smoothing, mailbox, broadcastRate);
  }

  /** Whether messages of {@code urgency} are let past {@code gate}. */
  public boolean bypasses(Urgency urgency, Gate gate) {
    return bypass.getOrDefault(urgency, Set.of()).contains(gate);
  }

  /** Holds the name that a policy is kept under to 1 to 64 of {@code [A-Za-z0-9._-]}. */
  public static String requireName(String field, String name) {
    if (!NAME.matcher(name).matches()) {
      throw new InvalidPolicyException(
          field, "want 1 to 64 of [A-Za-z0-9._-], got " + Check.quoted(name));
    }
    return name;
  }
}
