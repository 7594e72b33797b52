package io.tidegate.fanout.simulation;

/** The one clock of a simulation, milliseconds. */
final class Clock {
  /** What the processes believe; may be set forward and back. */
  long wall;

  /** The wall clock as far as it ran forward: setting it back does not count. */
  long forward;

  /** What really passed. */
  long steady;

  Clock(long startMillis) {
    this.wall = startMillis;
  }

  void pass(long millis) {
    wall += millis;
    forward += millis;
    steady += millis;
  }

  void set(long byMillis) {
    wall += byMillis;
    forward += Math.max(0, byMillis);
  }
}
