package io.tidegate.ingest.connection;

import io.helidon.common.buffers.DataReader;

/** What speaks on a connection once HTTP has handed it over, see {@link Guard#upgradeTo}. */
public interface Upgraded extends AutoCloseable {
  /**
   * Speaks to the end, on the connection's thread.
   *
   * @param in also has what came behind the request
   */
  void serve(DataReader in);

  /** The watchdog ends the connection: the last chance to say why. Called on any thread. */
  void overdue();

  /** The server is to stop: nothing new is taken, what was taken is answered. Must not block. */
  default void stopping() {}

  /** Gives back what it holds. Called once, served or not. */
  @Override
  void close();
}
