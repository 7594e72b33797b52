package io.tidegate.ingest.message;

import static io.tidegate.ingest.message.InvalidMessageException.invalid;

import io.tidegate.contract.LineText;
import io.tidegate.contract.UserKey;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JsonToken;

/** Reads whom a message is for: {@code {"user": …}} or {@code {"users": […]}}. */
final class Recipients {
  private final JsonValues values;
  private final String tenant;

  Recipients(JsonValues values, String tenant) {
    this.values = values;
    this.tenant = tenant;
  }

  /** Distinct, in the order of the request; at least one. */
  List<UserKey> read(@Nullable JsonToken value) throws InvalidMessageException {
    values.want("to", value, JsonToken.START_OBJECT, "an object");
    List<UserKey> user = List.of();
    List<UserKey> users = List.of();
    for (String name = values.nextName(); name != null; name = values.nextName()) {
      switch (name) {
        case "user" -> {
          requireFirst("to.user", user);
          user = List.of(user("to.user", values.next()));
        }
        case "users" -> {
          requireFirst("to.users", users);
          users = users(values.next());
        }
        default ->
            throw invalid("to." + LineText.quotable(name), "unknown field; want user or users");
      }
    }
    if (!user.isEmpty() && !users.isEmpty()) {
      throw invalid("to", "want user or users, got both");
    }
    if (user.isEmpty() && users.isEmpty()) {
      throw invalid("to", "want user or users");
    }
    return user.isEmpty() ? users : user;
  }

  private static void requireFirst(String path, List<UserKey> before)
      throws InvalidMessageException {
    if (!before.isEmpty()) {
      throw invalid(path, "stands there twice");
    }
  }

  private List<UserKey> users(@Nullable JsonToken value) throws InvalidMessageException {
    values.want("to.users", value, JsonToken.START_ARRAY, "an array of strings");
    Map<UserKey, Integer> distinct = new LinkedHashMap<>();
    for (JsonToken token = values.next(); token != JsonToken.END_ARRAY; token = values.next()) {
      int index = distinct.size();
      if (index == MessageParser.MAX_USERS) {
        throw invalid("to.users", "more than " + MessageParser.MAX_USERS + " users");
      }
      String path = "to.users[" + index + "]";
      Integer before = distinct.putIfAbsent(user(path, token), index);
      if (before != null) {
        throw invalid(path, "the same user as to.users[" + before + "]");
      }
    }
    if (distinct.isEmpty()) {
      throw invalid("to.users", "want at least one user");
    }
    return List.copyOf(distinct.keySet());
  }

  private UserKey user(String path, @Nullable JsonToken value) throws InvalidMessageException {
    String name = values.text(path, value);
    try {
      return new UserKey(tenant, name);
    } catch (IllegalArgumentException e) {
      String reason = String.valueOf(e.getMessage());
      throw invalid(path, reason.startsWith("user: ") ? reason.substring(6) : reason);
    }
  }
}
