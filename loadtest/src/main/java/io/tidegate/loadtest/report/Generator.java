package io.tidegate.loadtest.report;

/**
 * A process that offered load, and whether it could.
 *
 * @param host its name
 * @param cores that it may use
 * @param jdk its version
 * @param version Tidegate's
 * @param seconds how long it ran, at least 0
 * @param cpuSeconds that it used itself, at least 0
 * @param lateness µs by which messages left after they were due
 * @param loopDelay µs by which the event loop came late that came late most: what it read by then
 *     is timed later than it came
 * @param connections to ingest at most; 0 where they are not bounded
 * @param connectionsInUse of them, that waited for answers at one time, at most
 */
public record Generator(
    String host,
    int cores,
    String jdk,
    String version,
    int seconds,
    double cpuSeconds,
    Distribution lateness,
    Distribution loopDelay,
    int connections,
    int connectionsInUse) {
  public Generator {
    Checks.that(cores > 0, "cores", cores + "; want at least 1");
    Checks.range("seconds", seconds, Report.MAX_SECONDS);
    Checks.that(
        cpuSeconds >= 0 && Double.isFinite(cpuSeconds), "cpu_seconds", cpuSeconds + "; want >= 0");
    Checks.count("connections", connections);
    Checks.count("connections_in_use", connectionsInUse);
  }

  /** Whether one more message would have had to wait, at one time at least. */
  public boolean hadAllConnectionsInUse() {
    return connections > 0 && connectionsInUse >= connections;
  }
}
