package io.tidegate.loadtest.run;

import io.tidegate.loadtest.profile.Phase;
import io.tidegate.loadtest.report.Report;

/** A run of one phase alone, instead of the profile's. */
@FunctionalInterface
public interface Trial {
  /**
   * @throws LoadTestException if it cannot begin, or breaks off
   */
  Report of(Phase phase) throws LoadTestException, InterruptedException;
}
