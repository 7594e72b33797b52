package io.tidegate.contract;

import java.util.regex.Pattern;

/**
 * The names of Tidegate's topics. All begin with one prefix, so that several installations can
 * share a Kafka.
 *
 * @param prefix letters, digits, dots, dashes and underscores; at most 200 characters
 */
public record Topics(String prefix) {
  // Before DEFAULT, whose constructor needs it.
  private static final Pattern LEGAL = Pattern.compile("[a-zA-Z0-9._-]{1,200}");

  public static final Topics DEFAULT = new Topics("tidegate");

  public Topics {
    if (!LEGAL.matcher(prefix).matches()) {
      throw new IllegalArgumentException(
          "topic prefix: want 1 to 200 of [a-zA-Z0-9._-], got \"" + prefix + "\"");
    }
  }

  /** Messages for users, the replay log. Key {@code tenant/user}. */
  public String messages() {
    return prefix + ".messages";
  }

  /** What workers say of sessions. Key {@code tenant/user}. */
  public String sessions() {
    return prefix + ".sessions";
  }

  /** Batches of acks; the partition is that of the users in it. */
  public String acks() {
    return prefix + ".acks";
  }

  /**
   * Who is in which group. Key {@code tenant/group/user}, see {@link Membership}, in the partition
   * of the user.
   */
  public String members() {
    return prefix + ".members";
  }

  /** Commands for workers; the partition is the slot. To be read {@code read_committed}. */
  public String inbox() {
    return prefix + ".inbox";
  }

  /** Messages of ttl 0; the partition is the slot. To be read {@code read_uncommitted}. */
  public String live() {
    return prefix + ".live";
  }

  /** SlotUp, heartbeats, drains; one partition. */
  public String workers() {
    return prefix + ".workers";
  }

  /** Policies of a tenant, the same everywhere. Key {@code tenant/name}; one partition. */
  public String policies() {
    return prefix + ".policies";
  }

  /** API keys of all tenants, hashed, the same everywhere. Key: the key's id; one partition. */
  public String keys() {
    return prefix + ".keys";
  }

  /** Revoked tokens of devices. Key: whose or which, see {@code Revocation}; one partition. */
  public String revocations() {
    return prefix + ".revocations";
  }

  /**
   * Users and groups that are URLs. Key {@code tenant/name/user}, see {@code EndpointKey}; one
   * partition.
   */
  public String endpoints() {
    return prefix + ".endpoints";
  }

  /**
   * What is set for one user, and only where it is needed: with the user. Key {@code tenant/user}.
   */
  public String users() {
    return prefix + ".users";
  }

  /** What became of every message, with the reason. Key {@code tenant/user}. */
  public String outcomes() {
    return prefix + ".outcomes";
  }

  /** Who came and who left. Key {@code tenant/user}. */
  public String presence() {
    return prefix + ".presence";
  }

  /** What could not be processed, with the cause. */
  public String deadLetters() {
    return prefix + ".dead-letters";
  }
}
