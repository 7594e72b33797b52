package io.tidegate.loadtest.watch;

import io.tidegate.loadtest.report.Watched;
import java.io.IOException;

/** Reads now and then what one process uses. For one thread. */
interface Probe {
  /**
   * @param second of the run
   * @param nanos of {@link System#nanoTime}
   * @throws IOException if it cannot be read now
   */
  void read(int second, long nanos) throws IOException, InterruptedException;

  /** All that was read. */
  Watched watched();

  /** What tells its process from others; empty where that is not known. */
  String process();
}
