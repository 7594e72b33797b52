package io.tidegate.loadtest.capacity;

import io.tidegate.loadtest.capacity.FailedRun.Reading;
import io.tidegate.loadtest.report.Watched;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Collectors;

/**
 * Processes that keep all the processors busy that they may use: a service on a host of its own, or
 * a broker that is watched. One that does not tell how many these are is none.
 */
final class BusyProcesses {
  private BusyProcesses() {}

  static String what(FailedRun run) {
    return busiest(run).stream()
        .map(reading -> reading.process().name())
        .distinct()
        .collect(Collectors.joining(", ", "the processors of ", ""));
  }

  static List<String> evidence(FailedRun run) {
    return busiest(run).stream()
        .map(
            reading ->
                "%s keeps %.2f of its %d processors busy"
                    .formatted(
                        reading.process().name(),
                        reading.mean(),
                        reading.process().processors().orElse(0)))
        .toList();
  }

  /** The busiest first. */
  private static List<Reading> busiest(FailedRun run) {
    return run.readings(Watched.CPU_CORES).stream()
        .filter(reading -> share(reading) >= Bottleneck.BUSY)
        .sorted(Comparator.comparingDouble(BusyProcesses::share).reversed())
        .toList();
  }

  private static double share(Reading reading) {
    int processors = reading.process().processors().orElse(0);
    return processors == 0 ? 0 : reading.mean() / processors;
  }
}
