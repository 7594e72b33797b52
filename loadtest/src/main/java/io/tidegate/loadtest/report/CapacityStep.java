package io.tidegate.loadtest.report;

/**
 * One rate that was tried in the search for the highest that holds.
 *
 * @param perSecond messages offered, at least 0
 * @param held what was asked of it
 * @param why it did or did not, for people
 */
public record CapacityStep(double perSecond, boolean held, String why) {
  public CapacityStep {
    Checks.that(
        perSecond >= 0 && Double.isFinite(perSecond), "per_second", perSecond + "; want >= 0");
  }
}
