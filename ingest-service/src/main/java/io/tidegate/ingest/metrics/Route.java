package io.tidegate.ingest.metrics;

import org.jspecify.annotations.Nullable;

/** The label that a path has in metrics. */
public enum Route {
  MESSAGES("/v1/messages"),
  POLICIES("/v1/policies"),
  POLICY("/v1/policies/{name}"),
  USER_POLICY("/v1/users/{user}/policy"),
  MEMBERS("/v1/groups/{group}/members"),
  MEMBER("/v1/groups/{group}/members/{user}"),
  LIVE("/health/live"),
  READY("/health/ready"),
  METRICS("/metrics"),
  OPENAPI("/openapi.yaml"),
  DOCS("/docs"),
  /** Whatever else was asked for. */
  OTHER("other");

  private static final String POLICIES_PREFIX = "/v1/policies/";
  private static final String USERS_PREFIX = "/v1/users/";
  private static final String USER_SUFFIX = "/policy";
  private static final String GROUPS_PREFIX = "/v1/groups/";
  private static final String MEMBERS_SEGMENT = "members";

  private final String path;

  Route(String path) {
    this.path = path;
  }

  /** The path, with names in braces, or for {@link #OTHER} a word that is none. */
  public String path() {
    return path;
  }

  /**
   * @param rawPath as it was on the wire, where a slash in a name is {@code %2F}
   */
  public static Route of(String rawPath) {
    for (Route route : values()) {
      if (route.path.equals(rawPath)) {
        return route;
      }
    }
    if (policy(rawPath) != null) {
      return POLICY;
    }
    if (user(rawPath) != null) {
      return USER_POLICY;
    }
    Members members = members(rawPath);
    return members == null ? OTHER : members.user() == null ? MEMBERS : MEMBER;
  }

  /**
   * The names in the path of a group's members, as they were on the wire.
   *
   * @param user null: all of them
   */
  public record Members(String group, @Nullable String user) {}

  /** Null: it is another path. */
  public static @Nullable Members members(String rawPath) {
    if (!rawPath.startsWith(GROUPS_PREFIX)) {
      return null;
    }
    String[] segments = rawPath.substring(GROUPS_PREFIX.length()).split("/", 4);
    if (segments.length < 2 || segments.length > 3 || !segments[1].equals(MEMBERS_SEGMENT)) {
      return null;
    }
    return new Members(segments[0], segments.length == 3 ? segments[2] : null);
  }

  /** The name in the path of a policy, as it was on the wire; null: it is another path. */
  public static @Nullable String policy(String rawPath) {
    return segment(rawPath, POLICIES_PREFIX, "");
  }

  /** The user in the path of a user's settings, as it was on the wire; null: another path. */
  public static @Nullable String user(String rawPath) {
    return segment(rawPath, USERS_PREFIX, USER_SUFFIX);
  }

  private static @Nullable String segment(String rawPath, String prefix, String suffix) {
    if (rawPath.length() < prefix.length() + suffix.length()
        || !rawPath.startsWith(prefix)
        || !rawPath.endsWith(suffix)) {
      return null;
    }
    String segment = rawPath.substring(prefix.length(), rawPath.length() - suffix.length());
    return segment.indexOf('/') < 0 ? segment : null;
  }
}
