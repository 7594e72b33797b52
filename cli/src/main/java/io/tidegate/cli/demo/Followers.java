package io.tidegate.cli.demo;

import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Who follows which area: whoever has been active there before. Told of the events in their order,
 * it says whom each goes to.
 */
final class Followers {
  private final Map<String, Set<String>> byArea = new HashMap<>();
  private final Set<String> allowed;

  /**
   * @param allowed only these are told
   */
  Followers(Set<String> allowed) {
    this.allowed = Set.copyOf(allowed);
  }

  /** Those who followed one of its areas before it; then the one who did it follows them too. */
  List<String> tell(FeedEvent event) {
    Set<String> told = new LinkedHashSet<>();
    for (String area : event.areas()) {
      told.addAll(byArea.getOrDefault(area, Set.of()));
      if (allowed.contains(event.who())) {
        byArea.computeIfAbsent(area, _ -> new LinkedHashSet<>()).add(event.who());
      }
    }
    return List.copyOf(told);
  }

  /** The {@code limit} people with the most events, the first met first among equals. */
  static Set<String> busiest(List<FeedEvent> events, int limit) {
    Map<String, Integer> counts = new java.util.LinkedHashMap<>();
    events.forEach(event -> counts.merge(event.who(), 1, Integer::sum));
    Set<String> busiest = new LinkedHashSet<>();
    counts.entrySet().stream()
        .sorted(Map.Entry.<String, Integer>comparingByValue().reversed())
        .limit(limit)
        .forEach(entry -> busiest.add(entry.getKey()));
    return busiest;
  }
}
