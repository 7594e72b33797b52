package io.tidegate.loadtest.offer;

import java.io.IOException;

/** Where messages are handed in as they fall due, until all were answered. */
public interface Door extends AutoCloseable {
  /**
   * Connects; nothing is due yet.
   *
   * @throws IOException if nobody is there
   */
  void open() throws IOException;

  /**
   * Begins the load.
   *
   * @param startNanos of {@link System#nanoTime}: the instant from which due times count
   */
  void start(long startNanos);

  /** Whether every message was handed in, and answered for good or given up. */
  boolean isDone();

  /**
   * How many connections waited for their answers at one time, at most; 0 where there are none that
   * a bound is for.
   */
  int mostInUse();

  /** Why a connection failed, the last of those that did; empty if none did. */
  String lastFailure();

  @Override
  void close();
}
