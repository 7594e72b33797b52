package io.tidegate.ingest.connection;

import io.helidon.common.buffers.DataReader;
import io.helidon.common.concurrency.limits.Limit;
import io.helidon.common.task.InterruptableTask;
import io.helidon.webserver.CloseConnectionException;
import io.helidon.webserver.spi.ServerConnection;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** A connection of Helidon's, watched while it lives and let end gently. */
final class GuardedConnection implements ServerConnection, InterruptableTask<Void> {
  /** How HTTP/2 begins, and no other request does (RFC 9113, 3.4). */
  private static final byte[] PREFACE = "PRI * ".getBytes(StandardCharsets.US_ASCII);

  private final ServerConnection connection;
  private final DataReader reader;
  private final Guard guard;
  private final Watchdog watchdog;
  private final long lingerBytes;
  private final @Nullable Function<Limit, Upgraded> http2;

  /** Whether it is known which HTTP this is. */
  private volatile boolean known;

  /**
   * @param connection of HTTP/1.1
   * @param reader that of the connection
   * @param http2 serves those who begin with it; null: nobody does
   */
  GuardedConnection(
      ServerConnection connection,
      DataReader reader,
      Guard guard,
      Watchdog watchdog,
      long lingerBytes,
      @Nullable Function<Limit, Upgraded> http2) {
    this.http2 = http2;
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
      if (http2 != null && reader.startsWith(PREFACE)) {
        throw guard.upgradeTo(http2.apply(limit));
      }
      known = true;
      connection.handle(limit);
    } catch (DataReader.InsufficientDataAvailableException e) {
      throw new CloseConnectionException("nothing came", e);
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
    Upgraded other = guard.upgraded();
    connection.close(interrupt);
    if (other != null && !interrupt) {
      other.stopping();
    } else if (other != null || !known) {
      guard.close();
    }
  }

  @Override
  public boolean canInterrupt() {
    return connection instanceof InterruptableTask<?> task && task.canInterrupt();
  }
}
