package io.tidegate.ingest.message;

import static io.tidegate.ingest.message.InvalidMessageException.invalid;

import io.tidegate.contract.GroupKey;
import io.tidegate.contract.UserKey;
import io.tidegate.contract.webhook.EndpointKey;

/** Users and groups of a tenant by the names that a request gives them, wherever in it they are. */
public final class Names {
  private Names() {}

  /**
   * One whom requests may send to, or make a member or a token for.
   *
   * @param path of the field that has the name
   * @throws InvalidMessageException naming {@code path} and the reason
   */
  public static UserKey user(String path, String tenant, String name)
      throws InvalidMessageException {
    if (EndpointKey.isReservedUser(name)) {
      throw invalid(path, "only the endpoints of a group are called so");
    }
    return anyUser(path, tenant, name);
  }

  /**
   * Also the one who has a group's endpoints.
   *
   * @param path of the field that has the name
   * @throws InvalidMessageException naming {@code path} and the reason
   */
  public static UserKey anyUser(String path, String tenant, String name)
      throws InvalidMessageException {
    try {
      return new UserKey(tenant, name);
    } catch (IllegalArgumentException e) {
      throw invalid(path, reason("user: ", e));
    }
  }

  /**
   * @param path of the field that has the name
   * @throws InvalidMessageException naming {@code path} and the reason
   */
  public static GroupKey group(String path, String tenant, String name)
      throws InvalidMessageException {
    try {
      return new GroupKey(tenant, name);
    } catch (IllegalArgumentException e) {
      throw invalid(path, reason("group: ", e));
    }
  }

  /** Without the field as the contract calls it. */
  private static String reason(String field, IllegalArgumentException e) {
    String reason = String.valueOf(e.getMessage());
    return reason.startsWith(field) ? reason.substring(field.length()) : reason;
  }
}
