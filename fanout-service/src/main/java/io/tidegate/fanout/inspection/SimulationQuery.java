package io.tidegate.fanout.inspection;

import io.helidon.common.parameters.Parameters;
import io.tidegate.contract.IsoDuration;
import io.tidegate.fanout.recorded.SimulationRequest;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** The query of a simulation: {@code from}, {@code to} and {@code max_messages}, all optional. */
record SimulationQuery(Instant from, Instant to, long maxMessages) {
  private static final String FROM = "from";
  private static final String TO = "to";
  private static final String MAX_MESSAGES = "max_messages";
  private static final Set<String> KNOWN = Set.of(FROM, TO, MAX_MESSAGES);
  private static final Duration DEFAULT_FROM = Duration.ofDays(1);

  /**
   * @throws IllegalArgumentException as {@code field: reason}
   */
  static SimulationQuery of(Parameters query, Instant now) {
    for (String name : query.names()) {
      if (!KNOWN.contains(name)) {
        throw new IllegalArgumentException(name + ": unknown; want from, to or max_messages");
      }
    }
    String from = value(query, FROM);
    String to = value(query, TO);
    String most = value(query, MAX_MESSAGES);
    return new SimulationQuery(
        from == null ? now.minus(DEFAULT_FROM) : instant(FROM, from, now),
        to == null ? now : instant(TO, to, now),
        most == null ? SimulationRequest.MOST_MESSAGES : number(MAX_MESSAGES, most));
  }

  private static @Nullable String value(Parameters query, String name) {
    if (!query.contains(name)) {
      return null;
    }
    List<String> values = query.all(name);
    if (values.size() != 1) {
      throw new IllegalArgumentException(name + ": stands there twice");
    }
    return values.getFirst();
  }

  /** An instant, or how long ago it was. */
  private static Instant instant(String name, String text, Instant now) {
    try {
      if (text.startsWith("P")) {
        return now.minus(IsoDuration.parse(text));
      }
      return OffsetDateTime.parse(text).toInstant();
    } catch (DateTimeException | ArithmeticException e) {
      // As below.
    }
    throw new IllegalArgumentException(
        name
            + ": want an RFC 3339 time such as 2026-11-27T06:30:00Z, or how long ago such as"
            + " PT24H, got \""
            + text
            + '"');
  }

  private static long number(String name, String text) {
    try {
      return Long.parseLong(text);
    } catch (NumberFormatException e) {
      throw new IllegalArgumentException(name + ": want a number, got \"" + text + '"', e);
    }
  }
}
