package io.tidegate.ingest.message;

import static io.tidegate.ingest.message.InvalidMessageException.invalid;

import io.tidegate.contract.GroupKey;
import io.tidegate.contract.Membership;
import io.tidegate.contract.UserKey;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JsonToken;

/**
 * Reads one line of a change of a group's members: {@code {"user": …}} joins, with {@code "remove":
 * true} the user leaves. As strict as {@link MessageParser}.
 */
public final class MembershipParser {
  private enum Field {
    USER,
    REMOVE
  }

  private static final Map<String, Field> FIELDS = JsonValues.named(Field.values());

  private final JsonValues values;
  private final GroupKey group;

  private @Nullable UserKey user;
  private boolean remove;

  private MembershipParser(JsonValues values, GroupKey group) {
    this.values = values;
    this.group = group;
  }

  /**
   * @param line not changed and not kept
   * @throws InvalidMessageException with the problem to answer with
   */
  public static MembershipChange parse(byte[] line, int offset, int length, GroupKey group)
      throws InvalidMessageException {
    return JsonValues.read(
        line, offset, length, values -> new MembershipParser(values, group).change());
  }

  private MembershipChange change() throws InvalidMessageException {
    values.object(FIELDS, this::read);
    UserKey member = user;
    if (member == null) {
      throw invalid("user", "required");
    }
    return new MembershipChange(new Membership(group, member), !remove);
  }

  private void read(Field field, @Nullable JsonToken value) throws InvalidMessageException {
    switch (field) {
      case USER -> user = Names.user("user", group.tenant(), values.text("user", value));
      case REMOVE -> remove = values.bool("remove", value);
    }
  }
}
