package io.tidegate.loadtest.watch;

import java.net.URI;

/** Where a process is that is looked at beside those that a run has to do with. */
public sealed interface Place {
  /** A process of this machine. */
  record Pid(long pid) implements Place {}

  /**
   * A service, such as one of several workers.
   *
   * @param url what {@code /metrics} comes behind
   */
  record Service(URI url) implements Place {}
}
