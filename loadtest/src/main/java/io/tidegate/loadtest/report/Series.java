package io.tidegate.loadtest.report;

import java.util.IntSummaryStatistics;
import java.util.List;
import java.util.stream.IntStream;

/**
 * Counts by second; number n of a list is that of second n, and after its end all are 0.
 *
 * @param connected devices at the end of the second; the others count what happened in it
 */
public record Series(
    List<Long> offered,
    List<Long> accepted,
    List<Long> refused,
    List<Long> shown,
    List<Long> acked,
    List<Long> connected) {
  public static final Series EMPTY =
      new Series(List.of(), List.of(), List.of(), List.of(), List.of(), List.of());

  public Series {
    offered = Checks.counts("offered", offered);
    accepted = Checks.counts("accepted", accepted);
    refused = Checks.counts("refused", refused);
    shown = Checks.counts("shown", shown);
    acked = Checks.counts("acked", acked);
    connected = Checks.counts("connected", connected);
  }

  /** The seconds in which something was offered; those between them may have offered nothing. */
  public IntSummaryStatistics load() {
    return IntStream.range(0, offered.size())
        .filter(second -> offered.get(second) > 0)
        .summaryStatistics();
  }
}
