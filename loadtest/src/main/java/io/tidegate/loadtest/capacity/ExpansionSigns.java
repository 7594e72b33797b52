package io.tidegate.loadtest.capacity;

import io.tidegate.loadtest.capacity.FailedRun.Reading;
import io.tidegate.loadtest.report.Latency;
import io.tidegate.loadtest.report.Totals;
import io.tidegate.loadtest.report.Watched;
import java.util.ArrayList;
import java.util.List;

/**
 * Signs that the expansions of group sends are what stops a rate: what they have to do is in no
 * lag. A group with few members in a partition has none: its record is brought to all of them at
 * once, and never counts as under way.
 */
final class ExpansionSigns {
  /** Growth by so many whole sends: a few of them come and go at any rate. */
  private static final int SENDS = 4;

  /**
   * Copies that one send is taken to have where the partitions are not known: as many as a topic
   * has that nobody chose a number for.
   */
  private static final int COPIES = 12;

  /** Twice as many devices as members of a group in one partition that need no expansion. */
  private static final int MANY = 2 * 64;

  private ExpansionSigns() {}

  /** They become more while load is offered. */
  static List<String> growing(FailedRun run) {
    return run.highest(Watched.EXPANSIONS, Reading::growth)
        .filter(expansions -> grows(run, expansions))
        .map(expansions -> waiting(run, expansions))
        .orElse(List.of());
  }

  /** They do not become more, and yet a message for many takes too long. */
  static List<String> tooLong(FailedRun run) {
    Totals totals = run.report().totals();
    long devices = totals.expected() / Math.max(1, totals.accepted());
    double millis = run.p99Millis(Latency.ACCEPT_TO_PUSH);
    if (devices <= MANY
        || millis <= run.slo().push().toNanos() / 1e6
        || run.readings(Watched.EXPANSIONS).stream().anyMatch(each -> grows(run, each))) {
      return List.of();
    }
    return run.highest(Watched.EXPANSIONS, Reading::most)
        .filter(expansions -> expansions.most() > 0)
        .map(
            expansions ->
                List.of(
                    "a message is for %,d devices, and takes %,.0f ms (p99) from acceptance to them"
                        .formatted(devices, millis),
                    "%s has at most %,.0f expansions under way, %s"
                        .formatted(
                            expansions.process().name(), expansions.most(), ends(expansions))))
        .orElse(List.of());
  }

  private static boolean grows(FailedRun run, Reading expansions) {
    return expansions.growth() > SENDS * copies(run) && expansions.end() > 2 * expansions.begin();
  }

  /** Of one send, in one process: there is one for each partition, and processes share them. */
  private static int copies(FailedRun run) {
    int processes = Math.max(1, run.readings(Watched.EXPANSIONS).size());
    return run.partitions().isPresent()
        ? Math.ceilDiv(run.partitions().getAsInt(), processes)
        : COPIES;
  }

  private static List<String> waiting(FailedRun run, Reading expansions) {
    Watched fanout = expansions.process();
    List<String> lines = new ArrayList<>();
    lines.add("%s has expansions under way: %s".formatted(fanout.name(), ends(expansions)));
    run.of(fanout, Watched.LAG_RECORDS)
        .ifPresent(lag -> lines.add("its lag is %,.0f records at most".formatted(lag.most())));
    run.of(fanout, Watched.THREAD_BUSY).map(Bottleneck::busiest).ifPresent(lines::add);
    return lines;
  }

  private static String ends(Reading expansions) {
    return "%,.0f at the end of the load, %,.0f at its begin"
        .formatted(expansions.end(), expansions.begin());
  }
}
