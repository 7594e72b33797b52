package io.tidegate.fanout.simulation;

/** The simulation could not go on: a fault of the code or of the simulation, not a finding. */
final class Crash extends AssertionError {
  private static final long serialVersionUID = 1L;

  Crash(String message, RuntimeException cause) {
    super(message, cause);
  }
}
