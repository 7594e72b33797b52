package io.tidegate.ingest.metrics;

import io.tidegate.contract.auth.Scope;
import org.jspecify.annotations.Nullable;

/** The label that a path has in metrics. */
public enum Route {
  MESSAGES("/v1/messages", Scope.SEND),
  EVENTS("/v1/events", Scope.SEND),
  STREAM("/v1/messages/stream", Scope.SEND),
  POLICIES("/v1/policies", Scope.POLICIES),
  POLICY("/v1/policies/{name}", Scope.POLICIES),
  USER_POLICY("/v1/users/{user}/policy", Scope.POLICIES),
  MEMBERS("/v1/groups/{group}/members", Scope.GROUPS),
  MEMBER("/v1/groups/{group}/members/{user}", Scope.GROUPS),
  USER_ENDPOINTS("/v1/users/{user}/endpoints", Scope.ENDPOINTS),
  USER_ENDPOINT("/v1/users/{user}/endpoints/{name}", Scope.ENDPOINTS),
  USER_ENDPOINT_ROTATE("/v1/users/{user}/endpoints/{name}/rotate", Scope.ENDPOINTS),
  GROUP_ENDPOINTS("/v1/groups/{group}/endpoints", Scope.ENDPOINTS),
  GROUP_ENDPOINT("/v1/groups/{group}/endpoints/{name}", Scope.ENDPOINTS),
  GROUP_ENDPOINT_ROTATE("/v1/groups/{group}/endpoints/{name}/rotate", Scope.ENDPOINTS),
  TOKENS("/v1/tokens", Scope.TOKENS),
  JWKS("/.well-known/jwks.json", null),
  LIVE("/health/live", null),
  READY("/health/ready", null),
  METRICS("/metrics", null),
  OPENAPI("/openapi.yaml", null),
  DOCS("/docs", null),
  /** Whatever else was asked for. */
  OTHER("other", null);

  private static final String POLICIES_PREFIX = "/v1/policies/";
  private static final String USERS_PREFIX = "/v1/users/";
  private static final String USER_SUFFIX = "/policy";
  private static final String GROUPS_PREFIX = "/v1/groups/";
  private static final String MEMBERS_SEGMENT = "members";

  private static final String ENDPOINTS_SEGMENT = "endpoints";
  private static final String ROTATE_SEGMENT = "rotate";

  private final String path;
  private final @Nullable Scope scope;

  Route(String path, @Nullable Scope scope) {
    this.path = path;
    this.scope = scope;
  }

  /** What a key must allow for a request to come here; null: anyone may. */
  public @Nullable Scope scope() {
    return scope;
  }

  /** The path, with names in braces, or for {@link #OTHER} a word that is none. */
  public String path() {
    return path;
  }

  /**
   * @param rawPath as it was on the wire, where a slash in a name is {@code %2F}, and what is alone
   *     in a segment is not {@code .} or {@code ..}
   */
  public static Route of(String rawPath) {
    for (Route route : values()) {
      if (route.path.equals(rawPath)) {
        return route;
      }
    }
    if (hasDotSegment(rawPath)) {
      return OTHER;
    }
    if (policy(rawPath) != null) {
      return POLICY;
    }
    if (user(rawPath) != null) {
      return USER_POLICY;
    }
    OfEndpoints endpoints = endpoints(rawPath);
    if (endpoints != null) {
      return endpoints.route();
    }
    Members members = members(rawPath);
    return members == null ? OTHER : members.user() == null ? MEMBERS : MEMBER;
  }

  /** RFC 3986, 5.2.4: such a path is another one. As a name it is written {@code %2E}. */
  private static boolean hasDotSegment(String rawPath) {
    return (rawPath + "/").contains("/./") || (rawPath + "/").contains("/../");
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

  /**
   * The names in the path of endpoints, as they were on the wire.
   *
   * @param group whether a group has them; else a user
   * @param name null: all of them
   * @param rotate whether the endpoint is to have another secret
   */
  public record OfEndpoints(boolean group, String owner, @Nullable String name, boolean rotate) {
    private Route route() {
      if (name == null) {
        return group ? GROUP_ENDPOINTS : USER_ENDPOINTS;
      }
      if (rotate) {
        return group ? GROUP_ENDPOINT_ROTATE : USER_ENDPOINT_ROTATE;
      }
      return group ? GROUP_ENDPOINT : USER_ENDPOINT;
    }
  }

  /** Null: it is another path. */
  public static @Nullable OfEndpoints endpoints(String rawPath) {
    boolean group = rawPath.startsWith(GROUPS_PREFIX);
    if (!group && !rawPath.startsWith(USERS_PREFIX)) {
      return null;
    }
    String rest = rawPath.substring((group ? GROUPS_PREFIX : USERS_PREFIX).length());
    String[] segments = rest.split("/", 5);
    boolean fits =
        segments.length >= 2
            && segments.length <= 4
            && segments[1].equals(ENDPOINTS_SEGMENT)
            && (segments.length < 4 || segments[3].equals(ROTATE_SEGMENT));
    return fits
        ? new OfEndpoints(
            group, segments[0], segments.length > 2 ? segments[2] : null, segments.length == 4)
        : null;
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
