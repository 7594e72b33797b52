package io.tidegate.contract.policy;

import io.tidegate.contract.Urgency;
import java.time.DayOfWeek;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Policies to JSON, canonical: what is as it would be without saying is not said. */
final class PolicyWriter {
  private PolicyWriter() {}

  static Map<String, @Nullable Object> tree(Policy policy) {
    Map<String, @Nullable Object> tree = new LinkedHashMap<>();
    put(tree, "limits", policy.limits().stream().map(PolicyWriter::tree).toList());
    put(tree, "caps", policy.caps().stream().map(PolicyWriter::tree).toList());
    put(tree, "batch", tree(policy.batch()));
    Map<String, @Nullable Object> bypass = new LinkedHashMap<>();
    for (Urgency urgency : Urgency.values()) {
      Set<Gate> gates = policy.bypass().getOrDefault(urgency, Set.of());
      put(bypass, urgency.word(), gates.stream().sorted().map(Gate::word).toList());
    }
    put(tree, "bypass", bypass);
    put(tree, "quiet_hours", policy.quietHours().stream().map(PolicyWriter::tree).toList());
    if (!policy.timezone().equals(Policy.NONE.timezone())) {
      tree.put("timezone", policy.timezone().getId());
    }
    putUnless(Duration.ZERO, tree, "smoothing", policy.smoothing());
    put(tree, "mailbox", tree(policy.mailbox()));
    Integer rate = policy.broadcastRate();
    if (rate != null) {
      tree.put("broadcast", Map.of("rate", (long) rate));
    }
    return tree;
  }

  private static Map<String, @Nullable Object> tree(Limit limit) {
    Map<String, @Nullable Object> tree = new LinkedHashMap<>();
    String derived =
        RuleNames.ofLimit(limit.limit(), limit.window(), limit.unit(), limit.category());
    putUnless(derived, tree, "name", limit.name());
    tree.put("limit", limit.limit());
    tree.put("window", Check.iso(limit.window()));
    putUnless(1L, tree, "burst", limit.burst());
    tail(tree, limit.unit(), limit.category(), limit.onExceed());
    return tree;
  }

  private static Map<String, @Nullable Object> tree(Cap cap) {
    Map<String, @Nullable Object> tree = new LinkedHashMap<>();
    String derived = RuleNames.ofCap(cap.limit(), cap.per(), cap.unit(), cap.category());
    putUnless(derived, tree, "name", cap.name());
    tree.put("limit", cap.limit());
    tree.put("per", cap.per().word());
    tail(tree, cap.unit(), cap.category(), cap.onExceed());
    return tree;
  }

  private static void tail(
      Map<String, @Nullable Object> tree,
      CountUnit unit,
      @Nullable String category,
      OnExceed onExceed) {
    putUnless(CountUnit.PUSHES, tree, "unit", unit);
    if (category != null) {
      tree.put("category", category);
    }
    putUnless(OnExceed.DEFER, tree, "on_exceed", onExceed);
  }

  private static Map<String, @Nullable Object> tree(Batch batch) {
    Map<String, @Nullable Object> tree = new LinkedHashMap<>();
    Batch absent = Batch.DEFAULT;
    putUnless(absent.window(), tree, "window", batch.window());
    putUnless(absent.mode(), tree, "mode", batch.mode());
    putUnless((long) absent.maxMessages(), tree, "max_messages", (long) batch.maxMessages());
    putUnless((long) absent.maxBytes(), tree, "max_bytes", (long) batch.maxBytes());
    return tree;
  }

  private static Map<String, @Nullable Object> tree(QuietHours hours) {
    Map<String, @Nullable Object> tree = new LinkedHashMap<>();
    if (hours.days().size() < 7) {
      tree.put("days", hours.days().stream().sorted().map(PolicyWriter::word).toList());
    }
    tree.put("from", hours.from().toString());
    tree.put("until", hours.until().toString());
    return tree;
  }

  private static Map<String, @Nullable Object> tree(MailboxBounds mailbox) {
    Map<String, @Nullable Object> tree = new LinkedHashMap<>();
    Integer maxMessages = mailbox.maxMessages();
    if (maxMessages != null) {
      tree.put("max_messages", (long) maxMessages);
    }
    Long maxBytes = mailbox.maxBytes();
    if (maxBytes != null) {
      tree.put("max_bytes", maxBytes);
    }
    Duration ttl = mailbox.ttl();
    if (ttl != null) {
      tree.put("ttl", Check.iso(ttl));
    }
    putUnless(Overflow.OLDEST, tree, "overflow", mailbox.overflow());
    return tree;
  }

  private static void put(Map<String, @Nullable Object> tree, String name, List<?> values) {
    if (!values.isEmpty()) {
      tree.put(name, new ArrayList<>(values));
    }
  }

  private static void put(
      Map<String, @Nullable Object> tree, String name, Map<String, @Nullable Object> object) {
    if (!object.isEmpty()) {
      tree.put(name, object);
    }
  }

  private static void putUnless(
      Object absent, Map<String, @Nullable Object> tree, String name, Object value) {
    if (!value.equals(absent)) {
      tree.put(
          name,
          switch (value) {
            case Duration duration -> Check.iso(duration);
            case Word word -> word.word();
            default -> value;
          });
    }
  }

  static String word(DayOfWeek day) {
    return day.name().substring(0, 3).toLowerCase(Locale.ROOT);
  }
}
