package io.tidegate.contract.policy;

import io.tidegate.contract.LineText;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.BiFunction;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * The fields of one JSON object, each as the type that is wanted there. Strict: null is no absence,
 * and {@link #end} refuses what was not asked for. Errors name the path.
 */
final class Fields {
  private final String path;
  private final Map<?, ?> object;
  private final Set<String> asked = new LinkedHashSet<>();

  /**
   * @param path of the object; empty for the outermost
   * @throws InvalidPolicyException if {@code value} is no object
   */
  Fields(String path, @Nullable Object value) {
    if (!(value instanceof Map<?, ?> map)) {
      throw wrong(path, "an object", value);
    }
    this.path = path;
    this.object = map;
  }

  static String path(String path, String name) {
    String quotable = LineText.quotable(name);
    return path.isEmpty() ? quotable : path + "." + quotable;
  }

  /** Whether the field is there; asks for it. */
  boolean has(String name) {
    asked.add(name);
    return object.containsKey(name);
  }

  /** The value that the object must have. */
  @Nullable Object get(String name) {
    if (!has(name)) {
      throw new InvalidPolicyException(path(path, name), "required");
    }
    return object.get(name);
  }

  String text(String name) {
    return text(path(path, name), get(name));
  }

  @Nullable String optionalText(String name) {
    return has(name) ? text(name) : null;
  }

  long number(String name) {
    Object value = get(name);
    if (value instanceof Long number) {
      return number;
    }
    throw wrong(path(path, name), "an integer", value);
  }

  int smallNumber(String name) {
    long number = number(name);
    if ((int) number != number) {
      throw new InvalidPolicyException(
          path(path, name), "want an integer of 32 bits, got " + number);
    }
    return (int) number;
  }

  Duration duration(String name) {
    return Check.duration(path(path, name), text(name));
  }

  <E extends Enum<E> & Word> E choice(String name, E absent) {
    return has(name) ? choice(name, absent.getDeclaringClass()) : absent;
  }

  <E extends Enum<E> & Word> E choice(String name, Class<E> type) {
    return choice(path(path, name), get(name), type);
  }

  /** The elements of an array; none where it is absent. */
  <T> List<T> list(String name, int most, BiFunction<String, @Nullable Object, T> element) {
    return has(name) ? list(path(path, name), get(name), most, element) : List.of();
  }

  static <T> List<T> list(
      String path,
      @Nullable Object value,
      int most,
      BiFunction<String, @Nullable Object, T> element) {
    if (!(value instanceof List<?> array)) {
      throw wrong(path, "an array", value);
    }
    if (array.size() > most) {
      throw new InvalidPolicyException(path, "want at most " + most + ", got " + array.size());
    }
    List<T> elements = new ArrayList<>();
    for (int i = 0; i < array.size(); i++) {
      elements.add(element.apply(path + "[" + i + "]", array.get(i)));
    }
    return elements;
  }

  static String text(String path, @Nullable Object value) {
    if (value instanceof String text) {
      return text;
    }
    throw wrong(path, "a string", value);
  }

  static <E extends Enum<E> & Word> E choice(String path, @Nullable Object value, Class<E> type) {
    String text = text(path, value);
    for (E constant : type.getEnumConstants()) {
      if (constant.word().equals(text)) {
        return constant;
      }
    }
    String words =
        Stream.of(type.getEnumConstants()).map(Word::word).collect(Collectors.joining(", "));
    throw new InvalidPolicyException(path, "want one of " + words + ", got " + Check.quoted(text));
  }

  /** What the whole object says; errors of {@code record} are about its fields. */
  <T> T end(Supplier<T> record) {
    for (Object name : object.keySet()) {
      if (!asked.contains(name)) {
        throw new InvalidPolicyException(
            path(path, (String) name), "unknown field; want one of " + asked);
      }
    }
    try {
      return record.get();
    } catch (InvalidPolicyException e) {
      throw e.in(path);
    }
  }

  static InvalidPolicyException wrong(String path, String wanted, @Nullable Object value) {
    String got =
        switch (value) {
          case null -> "null";
          case String text -> Check.quoted(text);
          case Map<?, ?> map -> "an object";
          case List<?> list -> "an array";
          default -> String.valueOf(value);
        };
    return new InvalidPolicyException(
        path.isEmpty() ? null : path, "want " + wanted + ", got " + got);
  }
}
