package io.tidegate.cli.bench;

import java.util.LinkedHashMap;
import java.util.Map;

/** What a process says in one line: {@code name=number} with spaces between. */
record Numbers(Map<String, Long> byName) {
  static Numbers parse(String text) {
    Map<String, Long> numbers = new LinkedHashMap<>();
    for (String each : text.split(" ", -1)) {
      int equals = each.indexOf('=');
      numbers.put(each.substring(0, equals), Long.parseLong(each.substring(equals + 1)));
    }
    return new Numbers(numbers);
  }

  /** 0 where it is missing. */
  long of(String name) {
    return byName.getOrDefault(name, 0L);
  }
}
