package io.tidegate.loadtest.profile;

import io.tidegate.contract.DurationText;
import io.tidegate.contract.LineText;
import java.math.BigDecimal;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.MissingNode;

/**
 * The fields of one mapping of a profile, each as the type and within the bounds that are wanted.
 * Strict: {@link #end} refuses what nobody asked for. Errors name the path.
 */
final class Section {
  private final String path;
  private final JsonNode node;
  private final Set<String> asked = new LinkedHashSet<>();

  /**
   * @param path empty for the whole profile
   * @param node a mapping, or missing: then nothing is in it
   */
  Section(String path, JsonNode node) {
    if (!node.isObject() && !node.isMissingNode()) {
      throw new InvalidProfileException(path, "want a mapping of fields, got " + shown(node));
    }
    this.path = path;
    this.node = node;
  }

  String path(String name) {
    return path.isEmpty() ? name : path + "." + name;
  }

  boolean has(String name) {
    asked.add(name);
    return node.has(name);
  }

  JsonNode get(String name) {
    asked.add(name);
    return node.path(name);
  }

  Section section(String name) {
    return new Section(path(name), get(name));
  }

  /** The mappings of a list; none where it is absent. */
  List<Section> sections(String name, int most) {
    JsonNode list = get(name);
    if (list.isMissingNode()) {
      return List.of();
    }
    if (!list.isArray() || list.size() > most) {
      throw wrong(name, "a list of up to " + most);
    }
    List<Section> sections = new ArrayList<>();
    for (int i = 0; i < list.size(); i++) {
      sections.add(new Section(path(name) + "[" + i + "]", list.path(i)));
    }
    return sections;
  }

  String text(String name, String absent, int mostChars) {
    if (!has(name)) {
      return absent;
    }
    JsonNode value = get(name);
    if (!value.isString() || value.asString().length() > mostChars) {
      throw wrong(name, "a text of up to " + mostChars + " characters");
    }
    return value.asString();
  }

  int integer(String name, int absent, int least, int most) {
    if (!has(name)) {
      return absent;
    }
    JsonNode value = get(name);
    if (!value.isIntegralNumber()
        || !value.canConvertToInt()
        || value.asInt() < least
        || value.asInt() > most) {
      throw wrong(name, "an integer, %,d to %,d".formatted(least, most));
    }
    return value.asInt();
  }

  double number(String name, double absent, double least, double most) {
    if (!has(name)) {
      return absent;
    }
    JsonNode value = get(name);
    // A comparison that NaN does not pass.
    if (!value.isNumber() || !(value.asDouble() >= least && value.asDouble() <= most)) {
      throw wrong(name, "a number, %s to %s".formatted(plain(least), plain(most)));
    }
    return value.asDouble();
  }

  boolean truth(String name, boolean absent) {
    if (!has(name)) {
      return absent;
    }
    if (!get(name).isBoolean()) {
      throw wrong(name, "true or false");
    }
    return get(name).asBoolean();
  }

  /** A share of a whole, such as {@code 33%}: above 0, up to 1. */
  double share(String name) {
    String value = get(name).asString("");
    if (!value.matches("[0-9]{1,3}(\\.[0-9]{1,3})?%")) {
      throw wrong(name, "a share such as 33%");
    }
    double share =
        new BigDecimal(value.substring(0, value.length() - 1)).movePointLeft(2).doubleValue();
    if (!(share > 0 && share <= 1)) {
      throw wrong(name, "a share above 0% and up to 100%");
    }
    return share;
  }

  Duration duration(String name, Duration absent, Duration least, Duration most) {
    if (!has(name)) {
      return absent;
    }
    String wanted =
        "a duration such as 500ms, 10s or 2m, from %s to %s"
            .formatted(DurationText.format(least), DurationText.format(most));
    Duration duration;
    try {
      duration = DurationText.parse(get(name).asString(""));
    } catch (IllegalArgumentException e) {
      throw wrong(name, wanted);
    }
    if (duration.compareTo(least) < 0 || duration.compareTo(most) > 0) {
      throw wrong(name, wanted);
    }
    return duration;
  }

  /** A field that must be there. */
  Section required(String name) {
    if (!has(name)) {
      throw new InvalidProfileException(path(name), "required");
    }
    return this;
  }

  <E extends Enum<E>> E choice(String name, E absent, Function<E, String> word) {
    if (!has(name)) {
      return absent;
    }
    E[] all = absent.getDeclaringClass().getEnumConstants();
    String value = get(name).asString("");
    return Stream.of(all)
        .filter(one -> word.apply(one).equals(value))
        .findFirst()
        .orElseThrow(
            () ->
                wrong(
                    name, "one of " + Stream.of(all).map(word).collect(Collectors.joining(", "))));
  }

  /**
   * @throws InvalidProfileException if there is a field that nobody asked for
   */
  void end() {
    for (String name : node.propertyNames()) {
      if (!asked.contains(name)) {
        throw new InvalidProfileException(
            path(LineText.quotable(name)),
            "unknown field; want one of " + String.join(", ", asked));
      }
    }
  }

  InvalidProfileException wrong(String name, String wanted) {
    return new InvalidProfileException(path(name), "want " + wanted + ", got " + shown(get(name)));
  }

  private static String shown(JsonNode value) {
    if (value instanceof MissingNode) {
      return "nothing";
    }
    String text = value.toString();
    return LineText.quotable(text.length() > 80 ? text.substring(0, 80) + "…" : text);
  }

  private static String plain(double value) {
    return value == Math.rint(value) ? "%,d".formatted((long) value) : Double.toString(value);
  }
}
