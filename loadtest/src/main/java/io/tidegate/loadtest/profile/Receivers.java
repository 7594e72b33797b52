package io.tidegate.loadtest.profile;

/**
 * Whom messages are for.
 *
 * @param kind of all messages of the run
 * @param users in all, each with as many devices
 * @param devices of each user
 * @param groups with {@link Kind#GROUP}: how many; each has {@code members} users, none has two
 * @param members of each group
 * @param zipf how uneven users or groups are picked: 0 is evenly, by turns; above 0 the exponent of
 *     Zipf's law, at random
 */
public record Receivers(Kind kind, int users, int devices, int groups, int members, double zipf) {
  /** What {@code to} of a message names. */
  public enum Kind {
    USER("user"),
    GROUP("group"),
    ALL("all");

    private final String word;

    Kind(String word) {
      this.word = word;
    }

    String word() {
      return word;
    }
  }

  static final int MOST_USERS = 1_000_000;
  private static final int MOST_DEVICES = 200_000;

  /**
   * @throws InvalidProfileException naming the field and the reason
   */
  void check() {
    if (users < 1 || users > MOST_USERS) {
      throw new InvalidProfileException(
          "users", "want 1 to %,d, got %,d".formatted(MOST_USERS, users));
    }
    if ((long) users * devices > MOST_DEVICES) {
      throw new InvalidProfileException(
          "users",
          "want up to %,d devices in all, got %,d users with %d each"
              .formatted(MOST_DEVICES, users, devices));
    }
    if (kind == Kind.GROUP && (long) groups * members > users) {
      throw new InvalidProfileException(
          "groups.members",
          "want no user in two groups: %,d groups of %,d are more than %,d users"
              .formatted(groups, members, users));
    }
  }

  /** How many devices are connected in all. */
  public int allDevices() {
    return users * devices;
  }

  /** How many devices one message is for. */
  public int perMessage() {
    return switch (kind) {
      case USER -> devices;
      case GROUP -> members * devices;
      case ALL -> users * devices;
    };
  }

  /** How many there are to pick from: users, groups, or the one of all. */
  public int choices() {
    return switch (kind) {
      case USER -> users;
      case GROUP -> groups;
      case ALL -> 1;
    };
  }

  Receivers of(int otherUsers) {
    return new Receivers(kind, otherUsers, devices, groups, members, zipf);
  }
}
