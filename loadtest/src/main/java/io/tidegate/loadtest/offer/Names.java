package io.tidegate.loadtest.offer;

/**
 * What users, devices and groups of a run are called.
 *
 * @param prefix of all of them, 1 to 32 of {@code [A-Za-z0-9._-]}, so that runs side by side have
 *     users of their own
 */
public record Names(String prefix) {
  public Names {
    if (!prefix.matches("[A-Za-z0-9._-]{1,32}")) {
      throw new IllegalArgumentException(
          "users: want a prefix of 1 to 32 letters, digits, dots, dashes and underscores");
    }
  }

  String userPrefix() {
    return prefix + "-";
  }

  String groupPrefix() {
    return prefix + "-g";
  }

  public String user(int user) {
    return userPrefix() + user;
  }

  public String group(int group) {
    return groupPrefix() + group;
  }

  /** Of a user's devices, from 0. */
  public static String device(int number) {
    return "d" + number;
  }
}
