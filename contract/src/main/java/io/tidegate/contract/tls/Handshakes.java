package io.tidegate.contract.tls;

import java.io.IOException;
import java.net.Socket;
import java.time.Duration;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.Predicate;
import javax.net.ssl.SSLException;
import javax.net.ssl.SSLSocket;
import org.jspecify.annotations.Nullable;

/**
 * The TLS handshakes that sockets are at: only so many at a time, each within a deadline, because a
 * server of blocking sockets has no other way out of one that stalls. Safe for use by many threads.
 */
public final class Handshakes {
  public static final int MOST = 256;
  public static final Duration WITHIN = Duration.ofSeconds(10);

  /** A TLS socket's own socket, for the thread that serves it, as long as it does. */
  private static final ThreadLocal<@Nullable Socket> RAW = new ThreadLocal<>();

  private record Pending(Socket raw, long sinceNanos) {}

  private final int most;
  private final long withinNanos;
  private final Set<Pending> pending = ConcurrentHashMap.newKeySet();
  private final LongAdder failed = new LongAdder();

  public Handshakes() {
    this(MOST, WITHIN);
  }

  Handshakes(int most, Duration within) {
    this.most = most;
    this.withinNanos = within.toNanos();
  }

  /**
   * The socket below the TLS socket that the calling thread serves; null: there is none. To close
   * it ends everything at once, where closing TLS waits for a client that does not read.
   */
  public static @Nullable Socket raw() {
    return RAW.get();
  }

  /**
   * @throws IOException if there are as many as may be
   */
  void begin(Socket raw, SSLSocket secure) throws IOException {
    if (pending.size() >= most) {
      dropClosed();
      if (pending.size() >= most) {
        failed.increment();
        throw new SSLException("there are " + most + " TLS handshakes already");
      }
    }
    Pending begun = new Pending(raw, System.nanoTime());
    pending.add(begun);
    RAW.set(raw);
    secure.addHandshakeCompletedListener(_ -> pending.remove(begun));
  }

  private void dropClosed() {
    drop(each -> each.raw.isClosed());
  }

  void endOverdue(long nowNanos) {
    dropClosed();
    drop(each -> nowNanos - each.sinceNanos > withinNanos && close(each.raw));
  }

  private void drop(Predicate<Pending> which) {
    pending.removeIf(
        each -> {
          boolean ended = which.test(each);
          if (ended) {
            failed.increment();
          }
          return ended;
        });
  }

  private static boolean close(Socket raw) {
    try {
      raw.close();
    } catch (IOException e) {
      // Closed already.
    }
    return true;
  }

  /** That are under way. */
  public int size() {
    return pending.size();
  }

  /** That came to no good end: refused by either side, too slow, or too many. */
  public long failed() {
    return failed.sum();
  }
}
