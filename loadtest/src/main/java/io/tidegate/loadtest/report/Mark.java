package io.tidegate.loadtest.report;

/**
 * Something that began at an instant of the run and is drawn into every plot: a phase, a storm.
 *
 * @param second since the run's start, 0 to {@link Report#MAX_SECONDS}, with a fraction
 */
public record Mark(double second, String name) {
  public Mark {
    Checks.that(
        second >= 0 && second <= Report.MAX_SECONDS,
        "second",
        second + "; want 0 to " + Report.MAX_SECONDS);
  }
}
