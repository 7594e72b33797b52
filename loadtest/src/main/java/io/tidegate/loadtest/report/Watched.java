package io.tidegate.loadtest.report;

import java.util.Map;
import java.util.OptionalInt;
import java.util.Set;

/**
 * A process of what was measured, as it told of itself.
 *
 * @param name as {@code ingest}, {@code fanout}, {@code delivery} or {@code broker}
 * @param url where it was asked, or on which host it was looked at; with the name it tells one from
 *     another
 * @param version as it says; may be empty
 * @param runtime what it runs on, such as {@code JDK}, {@code Kafka client} and options of the JVM
 *     by their names; empty where it tells nothing
 * @param settings of a service by their variables, as they would be set; empty where it tells none
 * @param gauges by name: those named here and any others, such as {@code lag_records}
 */
public record Watched(
    String name,
    String url,
    String version,
    Map<String, String> runtime,
    Map<String, String> settings,
    Map<String, Gauge> gauges) {
  /** The name of the generator's machine as a whole. */
  public static final String MACHINE = "this machine";

  /** Cores kept busy on average in the second. */
  public static final String CPU_CORES = "cpu_cores";

  public static final String RESIDENT_BYTES = "resident_bytes";
  public static final String HEAP_USED_BYTES = "heap_used_bytes";

  /** Seconds spent collecting garbage in the second. */
  public static final String GC_SECONDS = "gc_seconds";

  /** Records of Kafka that wait to be read. */
  public static final String LAG_RECORDS = "lag_records";

  /**
   * Copies of group sends, one for each partition, that have not come to all of their users; none
   * of a group with few members in a partition, which get it at once.
   */
  public static final String EXPANSIONS = "expansions_under_way";

  /** Of the busiest thread that works records off, 0 to 1. */
  public static final String THREAD_BUSY = "thread_busy_ratio";

  /** Among what it runs on: how many it may use. */
  public static final String PROCESSORS = "processors";

  static final Set<String> STANDARD =
      Set.of(CPU_CORES, RESIDENT_BYTES, HEAP_USED_BYTES, GC_SECONDS);

  public Watched {
    runtime = Checks.ordered(runtime);
    settings = Checks.ordered(settings);
    gauges = Checks.ordered(gauges);
  }

  /** How many processors it may use; empty where it does not tell. */
  public OptionalInt processors() {
    String told = runtime.getOrDefault(PROCESSORS, "");
    return told.matches("[1-9][0-9]{0,5}")
        ? OptionalInt.of(Integer.parseInt(told))
        : OptionalInt.empty();
  }
}
