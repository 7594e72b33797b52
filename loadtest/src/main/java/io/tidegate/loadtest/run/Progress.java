package io.tidegate.loadtest.run;

/** Who is told how a run goes; on the run's own thread. */
public interface Progress {
  /** Something began or ended. */
  void note(String line);

  /** A second of the load is over. */
  void second(Seconds.Last last);
}
