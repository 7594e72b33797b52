package io.tidegate.contract.settings;

import io.tidegate.contract.DurationText;
import io.tidegate.contract.StartupException;
import io.tidegate.contract.Topics;
import io.tidegate.contract.kafka.KafkaAccess;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Collections;
import java.util.Comparator;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.regex.MatchResult;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * The settings of one service as environment variables: those that begin with its prefix, and the
 * three that all services share. A variable that is not set, or is blank, has its default. Every
 * error is one line: {@code VARIABLE="text": reason}.
 *
 * <p>A variable with the prefix that the service does not read is refused, because a mistyped name
 * that is silently ignored is found at 3 a.m. What Kubernetes injects for a Service is not (see
 * {@link InjectedServices}): it counts as not set.
 */
public final class Environment {
  private static final String KAFKA = "TIDEGATE_KAFKA";
  private static final String TOPIC_PREFIX = "TIDEGATE_TOPIC_PREFIX";

  /** Of a text in an error. */
  private static final int MOST_CHARACTERS = 200;

  /** The field's own name, at the beginning of an error of {@link Bounds}. */
  private static final Pattern FIELD = Pattern.compile("(?:[a-zA-Z]+\\.)*([a-zA-Z]+)([^:]*: )(.*)");

  /**
   * Another field, within such an error: told by a dot or by capitals, and never what is quoted.
   */
  private static final Pattern INNER =
      Pattern.compile(
          "\"[^\"]*\"|\\b(?:[a-z]+\\.)+([a-z][a-zA-Z]*)\\b|\\b([a-z]+[A-Z][a-zA-Z]*)\\b");

  private final Map<String, String> variables;
  private final String prefix;
  private final SortedSet<String> known = new TreeSet<>();
  private final SortedSet<String> ofOthers = new TreeSet<>();
  private final SortedMap<String, String> typed = new TreeMap<>();

  private Environment(Map<String, String> variables, String prefix) {
    this.variables = variables;
    this.prefix = prefix;
  }

  /**
   * What {@code reader} makes of the variables.
   *
   * @param prefix such as {@code TIDEGATE_INGEST_}
   * @param reader may throw what {@link Bounds} throws: it is told with the variable's name
   * @throws IllegalArgumentException naming a variable that is not acceptable or not known
   */
  public static <C> C read(
      Map<String, String> variables, String prefix, Function<Environment, C> reader) {
    Environment environment = new Environment(variables, prefix);
    C read;
    try {
      read = reader.apply(environment);
    } catch (RefusedException e) {
      throw e;
    } catch (IllegalArgumentException e) {
      throw environment.outOfBounds(e);
    }
    environment.refuseUnknown();
    return read;
  }

  /**
   * The settings in force that may be shown to anyone, under their variables' whole names and as
   * they would be set: numbers, measures, durations, choices, and true or false. Which those are,
   * the type says that a variable is read with, and no list of names: a text, a path or what {@link
   * #read(String, Object, Function)} parses may be a secret or a place, and is never among them.
   *
   * @param reader reads every variable as it does for {@link #read(Map, String, Function)}, with
   *     the value in force as the one that it has when it is not set
   */
  public static SortedMap<String, String> shown(String prefix, Consumer<Environment> reader) {
    Environment environment = new Environment(Map.of(), prefix);
    reader.accept(environment);
    return Collections.unmodifiableSortedMap(environment.typed);
  }

  /** The way to Kafka: its bootstrap servers, and what the file has that clients are to show. */
  public KafkaAccess kafka(String absent) {
    return access(Optional.ofNullable(value(KAFKA)).orElse(absent));
  }

  /**
   * The way to Kafka.
   *
   * @throws IllegalArgumentException if its bootstrap servers are not set
   */
  public KafkaAccess kafka() {
    String servers = value(KAFKA);
    if (servers == null) {
      throw new RefusedException(KAFKA + ": required", null);
    }
    return access(servers);
  }

  private KafkaAccess access(String servers) {
    String file = value(KafkaAccess.VARIABLE);
    if (file == null) {
      return KafkaAccess.plain(servers);
    }
    try {
      return KafkaAccess.read(servers, Path.of(file), KafkaAccess.VARIABLE);
    } catch (StartupException e) {
      throw new RefusedException(String.valueOf(e.getMessage()), e);
    } catch (InvalidPathException e) {
      throw refused(KafkaAccess.VARIABLE, "no path of a file", e);
    }
  }

  public Topics topics() {
    return parsed(TOPIC_PREFIX, Topics.DEFAULT, Topics::new);
  }

  /**
   * @param name without the prefix, like all names here
   */
  public String text(String name, String absent) {
    return read(name, absent, text -> text);
  }

  public @Nullable String text(String name) {
    known.add(prefix + name);
    return value(prefix + name);
  }

  public int integer(String name, int absent) {
    return typed(name, absent, text -> Math.toIntExact(ValueText.whole(text, Integer.MAX_VALUE)));
  }

  public long number(String name, long absent) {
    return typed(name, absent, text -> ValueText.whole(text, Long.MAX_VALUE));
  }

  /** In the syntax of {@link DurationText}. */
  public Duration duration(String name, Duration absent) {
    return typed(name, absent, DurationText::parse);
  }

  /**
   * @param parse throws an IllegalArgumentException that says what is wanted
   */
  public <T extends Measure> T measure(String name, T absent, Function<String, T> parse) {
    return typed(name, absent, parse);
  }

  /** A constant's name, in letters of any case. */
  public <E extends Enum<E>> E choice(String name, E absent) {
    Class<E> type = absent.getDeclaringClass();
    return typed(name, absent, text -> ValueText.choice(type, text));
  }

  public Path path(String name, Path absent) {
    return read(name, absent, Path::of);
  }

  /** {@code true} or {@code false}. */
  public boolean flag(String name, boolean absent) {
    return typed(name, absent, ValueText::flag);
  }

  /**
   * A value of any other kind, which is never {@link #shown}.
   *
   * @param parse throws an IllegalArgumentException that says what is wanted
   */
  public <T> T read(String name, T absent, Function<String, T> parse) {
    known.add(prefix + name);
    return parsed(prefix + name, absent, parse);
  }

  /** Lets a variable pass that has the service's prefix but is read by others. */
  public void leave(String name) {
    ofOthers.add(prefix + name);
  }

  private <T> T typed(String name, T absent, Function<String, T> parse) {
    T value = read(name, absent, parse);
    typed.put(prefix + name, ValueText.of(value));
    return value;
  }

  private <T> T parsed(String variable, T absent, Function<String, T> parse) {
    String text = value(variable);
    if (text == null) {
      return absent;
    }
    try {
      return parse.apply(text);
    } catch (IllegalArgumentException e) {
      throw refused(variable, e);
    }
  }

  private @Nullable String value(String variable) {
    String text = variables.get(variable);
    return text == null || text.isBlank() || InjectedServices.set(variable, variables)
        ? null
        : text.strip();
  }

  private void refuseUnknown() {
    for (String variable : new TreeSet<>(variables.keySet())) {
      if (variable.startsWith(prefix)
          && !known.contains(variable)
          && !ofOthers.contains(variable)
          && !InjectedServices.set(variable, variables)) {
        throw new RefusedException(
            variable
                + ": there is no such setting; those with "
                + prefix
                + " are "
                + known.stream()
                    .map(name -> name.substring(prefix.length()))
                    .collect(Collectors.joining(", ")),
            null);
      }
    }
  }

  /** The error with variables in place of the fields that they set. */
  private IllegalArgumentException outOfBounds(IllegalArgumentException e) {
    Matcher matcher = FIELD.matcher(String.valueOf(e.getMessage()));
    if (!matcher.matches()) {
      return e;
    }
    String unit = matcher.group(2).strip();
    String reason =
        (unit.equals(":") ? "" : unit + " ")
            + INNER
                .matcher(matcher.group(3))
                .replaceAll(inner -> Matcher.quoteReplacement(named(inner)));
    String field = matcher.group(1);
    if (field.equals("kafka")) {
      return value(KAFKA) == null ? e : refused(KAFKA, reason, e);
    }
    Optional<String> variable = variable(field);
    return variable.isEmpty() ? e : refused(variable.get(), reason, e);
  }

  private String named(MatchResult inner) {
    String field = inner.group(1) == null ? inner.group(2) : inner.group(1);
    return field == null ? inner.group() : variable(field).orElse(inner.group());
  }

  /**
   * The variable that sets a field. Its name is the field's in capitals, with or without words
   * before it: maxBytes is MAX_BYTES or, say, MAILBOX_MAX_BYTES. Of several the one that is its
   * name and nothing else, else one that is set.
   */
  private Optional<String> variable(String field) {
    String words = field.replaceAll("([A-Z])", "_$1").toUpperCase(Locale.ROOT);
    return known.stream()
        .filter(variable -> variable.endsWith("_" + words))
        .min(
            Comparator.comparing((String variable) -> !variable.equals(prefix + words))
                .thenComparing(variable -> value(variable) == null)
                .thenComparingInt(String::length));
  }

  private IllegalArgumentException refused(String variable, IllegalArgumentException cause) {
    return refused(variable, String.valueOf(cause.getMessage()), cause);
  }

  private IllegalArgumentException refused(
      String variable, String reason, IllegalArgumentException cause) {
    if (value(variable) == null) {
      return new RefusedException(variable + ", not set: " + reason, cause);
    }
    String text = String.valueOf(value(variable)).replaceAll("\\p{Cntrl}", "?");
    String shown =
        text.length() <= MOST_CHARACTERS ? text : text.substring(0, MOST_CHARACTERS) + "…";
    return new RefusedException(variable + "=\"" + shown + "\": " + reason, cause);
  }

  /** Names its variable already. */
  private static final class RefusedException extends IllegalArgumentException {
    private static final long serialVersionUID = 1L;

    RefusedException(String message, @Nullable Throwable cause) {
      super(message, cause);
    }
  }
}
