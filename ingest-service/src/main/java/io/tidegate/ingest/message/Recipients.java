package io.tidegate.ingest.message;

import static io.tidegate.ingest.message.InvalidMessageException.invalid;

import io.tidegate.contract.Recipient;
import io.tidegate.contract.UserKey;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JsonToken;

/**
 * Reads whom a message is for: {@code {"user": …}}, {@code {"users": […]}}, {@code {"group": …}} or
 * {@code {"all": true}}.
 */
final class Recipients {
  private enum Kind {
    USER,
    USERS,
    GROUP,
    ALL;

    final String key = name().toLowerCase(Locale.ROOT);
  }

  private static final Map<String, Kind> KINDS = JsonValues.named(Kind.values());
  private static final String WANT = "want one of " + KINDS.keySet();

  private final JsonValues values;
  private final String tenant;

  private @Nullable Kind given;
  private List<Recipient> to = List.of();

  Recipients(JsonValues values, String tenant) {
    this.values = values;
    this.tenant = tenant;
  }

  /** Distinct, in the order of the request; at least one. */
  List<Recipient> read(@Nullable JsonToken value) throws InvalidMessageException {
    values.want("to", value, JsonToken.START_OBJECT, "an object");
    values.fields("to.", KINDS, this::read);
    if (to.isEmpty()) {
      throw invalid("to", WANT);
    }
    return to;
  }

  private void read(Kind kind, @Nullable JsonToken value) throws InvalidMessageException {
    if (given != null) {
      throw invalid("to", WANT + ", got " + given.key + " and " + kind.key);
    }
    given = kind;
    String path = "to." + kind.key;
    to =
        switch (kind) {
          case USER -> List.of(new Recipient.OneUser(user(path, value)));
          case USERS -> users(value);
          case GROUP ->
              List.of(new Recipient.Group(Names.group(path, tenant, values.text(path, value))));
          case ALL -> {
            values.want(path, value, JsonToken.VALUE_TRUE, "true");
            yield List.of(new Recipient.Everyone(tenant));
          }
        };
  }

  private List<Recipient> users(@Nullable JsonToken value) throws InvalidMessageException {
    values.want("to.users", value, JsonToken.START_ARRAY, "an array of strings");
    Map<Recipient, Integer> distinct = new LinkedHashMap<>();
    for (JsonToken token = values.next(); token != JsonToken.END_ARRAY; token = values.next()) {
      int index = distinct.size();
      if (index == MessageParser.MAX_USERS) {
        throw invalid("to.users", "more than " + MessageParser.MAX_USERS + " users");
      }
      String path = "to.users[" + index + "]";
      Integer before = distinct.putIfAbsent(new Recipient.OneUser(user(path, token)), index);
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
    return Names.user(path, tenant, values.text(path, value));
  }
}
