package io.tidegate.ingest.connection;

import io.helidon.common.concurrency.limits.Limit;
import io.helidon.common.task.InterruptableTask;
import io.helidon.webserver.spi.ServerConnection;
import java.time.Duration;

/** A connection of Helidon's, watched while it lives and let end gently. */
final class GuardedConnection implements ServerConnection, InterruptableTask<Void> {
  private final ServerConnection connection;
  private final Guard guard;
  private final Watchdog watchdog;
  private final long lingerBytes;

  GuardedConnection(ServerConnection connection, Guard guard, Watchdog watchdog, long lingerBytes) {
    this.connection = connection;
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
                connection.handle(limit);
                return null;
              });
    } finally {
      try {
        guard.linger(lingerBytes);
      } finally {
        watchdog.forget(guard);
      }
    }
  }

  @Override
  public Duration idleTime() {
    return connection.idleTime();
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
