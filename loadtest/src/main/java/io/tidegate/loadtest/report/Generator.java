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
 */
public record Generator(
    String host,
    int cores,
    String jdk,
    String version,
    int seconds,
    double cpuSeconds,
    Distribution lateness) {
  public Generator {
    Checks.that(cores > 0, "cores", cores + "; want at least 1");
    Checks.range("seconds", seconds, Report.MAX_SECONDS);
    Checks.that(
        cpuSeconds >= 0 && Double.isFinite(cpuSeconds), "cpu_seconds", cpuSeconds + "; want >= 0");
  }
}
