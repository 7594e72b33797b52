package io.tidegate.contract.policy;

import io.tidegate.contract.Urgency;
import java.time.DateTimeException;
import java.time.DayOfWeek;
import java.time.Duration;
import java.time.LocalTime;
import java.time.ZoneId;
import java.util.EnumMap;
import java.util.EnumSet;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Function;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Policies from JSON. Every field may be absent but {@code limit}, {@code window}, {@code per},
 * {@code from} and {@code until}:
 *
 * <pre>
 * {"limits":[{"name":"per-second","limit":1,"window":"PT1S","burst":1,"unit":"pushes",
 *             "category":"marketing","on_exceed":"defer"}],
 *  "caps":[{"name":"daily","limit":20,"per":"day","unit":"messages","on_exceed":"drop"}],
 *  "batch":{"window":"PT5S","mode":"first","max_messages":64,"max_bytes":65536},
 *  "bypass":{"high":["limits","caps","quiet_hours","batch"]},
 *  "quiet_hours":[{"days":["mon","tue"],"from":"22:00","until":"07:00"}],
 *  "timezone":"Europe/Berlin",
 *  "smoothing":"PT30S",
 *  "mailbox":{"max_messages":1000,"max_bytes":1048576,"ttl":"P7D","overflow":"oldest"},
 *  "broadcast":{"rate":1000}}
 * </pre>
 */
final class PolicyReader {
  private static final Pattern HOUR_MINUTE = Pattern.compile("([01][0-9]|2[0-3]):[0-5][0-9]");
  private static final int MAX_ZONE_CHARS = 64;

  private PolicyReader() {}

  static Policy read(@Nullable Object json) {
    Fields fields = new Fields("", json);
    List<Named<Limit>> limits = fields.list("limits", Policy.MAX_RULES, PolicyReader::limit);
    List<Named<Cap>> caps = fields.list("caps", Policy.MAX_RULES, PolicyReader::cap);
    Batch batch = fields.has("batch") ? batch(fields.get("batch")) : Batch.DEFAULT;
    Map<Urgency, Set<Gate>> bypass = fields.has("bypass") ? bypass(fields.get("bypass")) : Map.of();
    List<QuietHours> quietHours =
        fields.list("quiet_hours", Policy.MAX_RULES, PolicyReader::quietHours);
    ZoneId timezone =
        fields.has("timezone") ? zone("timezone", fields.text("timezone")) : Policy.NONE.timezone();
    Duration smoothing = fields.has("smoothing") ? fields.duration("smoothing") : Duration.ZERO;
    MailboxBounds mailbox =
        fields.has("mailbox") ? mailbox(fields.get("mailbox")) : MailboxBounds.DEFAULT;
    Integer rate = fields.has("broadcast") ? rate(fields.get("broadcast")) : null;

    Set<String> given = new HashSet<>();
    limits.forEach(limit -> limit.addGiven(given));
    caps.forEach(cap -> cap.addGiven(given));
    List<Limit> namedLimits = limits.stream().map(limit -> limit.named(given)).toList();
    List<Cap> namedCaps = caps.stream().map(cap -> cap.named(given)).toList();
    return fields.end(
        () ->
            new Policy(
                namedLimits,
                namedCaps,
                batch,
                bypass,
                quietHours,
                timezone,
                smoothing,
                mailbox,
                rate));
  }

  /** A rule that may lack its name; {@code rule} gives it one. */
  private record Named<R>(@Nullable String given, String derived, Function<String, R> rule) {
    void addGiven(Set<String> names) {
      if (given != null) {
        names.add(given);
      }
    }

    R named(Set<String> taken) {
      if (given != null) {
        return rule.apply(given);
      }
      String free = RuleNames.free(derived, taken);
      taken.add(free);
      return rule.apply(free);
    }
  }

  private static Named<Limit> limit(String path, @Nullable Object json) {
    Fields fields = new Fields(path, json);
    String name = fields.optionalText("name");
    long limit = fields.number("limit");
    Duration window = fields.duration("window");
    long burst = fields.has("burst") ? fields.number("burst") : 1;
    CountUnit unit = fields.choice("unit", CountUnit.PUSHES);
    String category = fields.optionalText("category");
    OnExceed onExceed = fields.choice("on_exceed", OnExceed.DEFER);
    Function<String, Limit> rule =
        named -> new Limit(named, limit, window, burst, unit, category, onExceed);
    // Also the check of everything, while the path is known.
    fields.end(() -> rule.apply(name == null ? "unnamed" : name));
    return new Named<>(name, RuleNames.ofLimit(limit, window, unit, category), rule);
  }

  private static Named<Cap> cap(String path, @Nullable Object json) {
    Fields fields = new Fields(path, json);
    String name = fields.optionalText("name");
    long limit = fields.number("limit");
    Period per = fields.choice("per", Period.class);
    CountUnit unit = fields.choice("unit", CountUnit.PUSHES);
    String category = fields.optionalText("category");
    OnExceed onExceed = fields.choice("on_exceed", OnExceed.DEFER);
    Function<String, Cap> rule = named -> new Cap(named, limit, per, unit, category, onExceed);
    fields.end(() -> rule.apply(name == null ? "unnamed" : name));
    return new Named<>(name, RuleNames.ofCap(limit, per, unit, category), rule);
  }

  private static Batch batch(@Nullable Object json) {
    Fields fields = new Fields("batch", json);
    Batch absent = Batch.DEFAULT;
    Duration window = fields.has("window") ? fields.duration("window") : absent.window();
    BatchMode mode = fields.choice("mode", absent.mode());
    int maxMessages =
        fields.has("max_messages") ? fields.smallNumber("max_messages") : absent.maxMessages();
    int maxBytes = fields.has("max_bytes") ? fields.smallNumber("max_bytes") : absent.maxBytes();
    return fields.end(() -> new Batch(window, mode, maxMessages, maxBytes));
  }

  private static Map<Urgency, Set<Gate>> bypass(@Nullable Object json) {
    Fields fields = new Fields("bypass", json);
    Map<Urgency, Set<Gate>> bypass = new EnumMap<>(Urgency.class);
    for (Urgency urgency : Urgency.values()) {
      List<Gate> gates =
          fields.list(
              urgency.word(),
              Gate.values().length,
              (path, gate) -> Fields.choice(path, gate, Gate.class));
      if (!gates.isEmpty()) {
        bypass.put(urgency, EnumSet.copyOf(gates));
      }
    }
    return fields.end(() -> bypass);
  }

  private static QuietHours quietHours(String path, @Nullable Object json) {
    Fields fields = new Fields(path, json);
    Set<DayOfWeek> days =
        fields.has("days")
            ? new HashSet<>(fields.list("days", 7, PolicyReader::day))
            : QuietHours.EVERY_DAY;
    LocalTime from = time(Fields.path(path, "from"), fields.text("from"));
    LocalTime until = time(Fields.path(path, "until"), fields.text("until"));
    return fields.end(() -> new QuietHours(days, from, until));
  }

  private static DayOfWeek day(String path, @Nullable Object json) {
    String text = Fields.text(path, json);
    for (DayOfWeek day : DayOfWeek.values()) {
      if (PolicyWriter.word(day).equals(text)) {
        return day;
      }
    }
    throw new InvalidPolicyException(
        path, "want one of mon, tue, wed, thu, fri, sat, sun, got " + Check.quoted(text));
  }

  private static LocalTime time(String path, String text) {
    if (!HOUR_MINUTE.matcher(text).matches()) {
      throw new InvalidPolicyException(path, "want 00:00 to 23:59, got " + Check.quoted(text));
    }
    return LocalTime.parse(text);
  }

  static ZoneId zone(String path, String text) {
    if (text.length() <= MAX_ZONE_CHARS) {
      try {
        return ZoneId.of(text);
      } catch (DateTimeException e) {
        // Said below.
      }
    }
    throw new InvalidPolicyException(
        path, "want a time zone such as Europe/Berlin, got " + Check.quoted(text));
  }

  private static MailboxBounds mailbox(@Nullable Object json) {
    Fields fields = new Fields("mailbox", json);
    Integer maxMessages =
        fields.has("max_messages") ? (Integer) fields.smallNumber("max_messages") : null;
    Long maxBytes = fields.has("max_bytes") ? (Long) fields.number("max_bytes") : null;
    Duration ttl = fields.has("ttl") ? fields.duration("ttl") : null;
    Overflow overflow = fields.choice("overflow", Overflow.OLDEST);
    return fields.end(() -> new MailboxBounds(maxMessages, maxBytes, ttl, overflow));
  }

  private static @Nullable Integer rate(@Nullable Object json) {
    Fields fields = new Fields("broadcast", json);
    boolean given = fields.has("rate");
    int rate = given ? fields.smallNumber("rate") : 0;
    fields.end(() -> rate);
    return given ? rate : null;
  }
}
