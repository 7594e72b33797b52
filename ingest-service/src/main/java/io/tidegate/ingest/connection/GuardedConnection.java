package io.tidegate.ingest.connection;

import io.helidon.common.buffers.DataReader;
import io.helidon.common.concurrency.limits.Limit;
import io.helidon.common.task.InterruptableTask;
import io.helidon.webserver.CloseConnectionException;
import io.helidon.webserver.spi.ServerConnection;
import java.time.Duration;

/** A connection of Helidon's, watched while it lives and let end gently. */
final class GuardedConnection implements ServerConnection, InterruptableTask<Void> {
  private final ServerConnection connection;
  private final DataReader reader;
  private final Guard guard;
  private final Watchdog watchdog;
  private final long lingerBytes;

  /**
   * @param reader that of the connection
   */
  GuardedConnection(
      ServerConnection connection,
      DataReader reader,
      Guard guard,
      Watchdog watchdog,
      long lingerBytes) {
    this.connection = connection;
    this.reader = reader;
    this.guard = guard;
    this.watchdog = watchdog;
    this.lingerBytes = lingerBytes;
    guard.onLast(() -> connection.close(false));
  }

  @Override
  public void handle(Limit limit) throws InterruptedException {
    watchdog.watch(guard);
    try {
      ScopedValue.where(Guard.CURRENT, guard)
          .call(
              () -> {
                speak(limit);
                return null;
              });
    } finally {
      try {
        guard.linger(lingerBytes);
        guard.closeGently();
      } finally {
        watchdog.forget(guard);
      }
    }
  }

  /** HTTP, and what it hands over to. */
  private void speak(Limit limit) throws InterruptedException {
    try {
      connection.handle(limit);
    } catch (CloseConnectionException e) {
      Upgraded next = guard.upgraded();
      if (next == null) {
        throw e;
      }
      next.serve(reader);
    } finally {
      Upgraded next = guard.upgraded();
      if (next != null) {
        next.close();
      }
    }
  }

  /** Of what was handed over Helidon sees only that HTTP is idle. */
  @Override
  public Duration idleTime() {
    return guard.upgraded() == null ? connection.idleTime() : Duration.ZERO;
  }

  @Override
  public void close(boolean interrupt) {
    connection.close(interrupt);
  }

  @Override
  public boolean canInterrupt() {
    return connection instanceof InterruptableTask<?> task && task.canInterrupt();
  }
}
