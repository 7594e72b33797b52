package io.tidegate.loadtest.ledger;

import java.util.ArrayList;
import java.util.Collections;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;

/** How often each was seen, with the first few in words. For many threads. */
public final class Faults {
  /** Of each kind. */
  public static final int EXAMPLES = 5;

  private final Map<Fault, Seen> seen = new EnumMap<>(Fault.class);

  private static final class Seen {
    private long count;
    private final List<String> examples = new ArrayList<>();
  }

  public synchronized void add(Fault fault, Supplier<String> example) {
    Seen of = seen.computeIfAbsent(fault, none -> new Seen());
    of.count++;
    if (of.examples.size() < EXAMPLES) {
      of.examples.add(example.get());
    }
  }

  public synchronized long count(Fault fault) {
    Seen of = seen.get(fault);
    return of == null ? 0 : of.count;
  }

  public synchronized List<String> examples(Fault fault) {
    Seen of = seen.get(fault);
    return of == null ? List.of() : List.copyOf(of.examples);
  }

  /** Only those that were seen. */
  public synchronized Map<Fault, Long> counts() {
    Map<Fault, Long> counts = new EnumMap<>(Fault.class);
    seen.forEach((fault, of) -> counts.put(fault, of.count));
    return Collections.unmodifiableMap(counts);
  }
}
