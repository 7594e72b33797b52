package io.tidegate.ingest.connection;

import io.helidon.common.buffers.BufferData;
import io.helidon.common.socket.HelidonSocket;
import io.helidon.webserver.CloseConnectionException;
import io.helidon.webserver.ServerConnectionException;
import io.tidegate.ingest.admission.Admission;
import java.io.UncheckedIOException;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Stands between Helidon and one connection's socket and knows, at any moment, what is waited for
 * and since when. Helidon 4.5.0 has no read timeout on its sockets, reads a chunk of a chunked body
 * whole, and looks for the end of a chunk's size line without a limit; so time and bytes are
 * counted here, where every byte comes by.
 *
 * <p>One thread, the connection's, reads. Another, the watchdog's, asks {@link #overdue} and, if
 * so, answers 408 and closes the socket, which ends the read.
 */
public final class Guard implements Supplier<byte[]> {
  static final ScopedValue<Guard> CURRENT = ScopedValue.newInstance();

  /** A piece costs at least that much memory, however few bytes are in it. */
  private static final int PIECE_OVERHEAD_BYTES = 64;

  /** Received, and taken apart. */
  private static final int COPIES = 2;

  private static final long LINGER_NANOS = TimeUnit.SECONDS.toNanos(1);

  private final HelidonSocket socket;
  private final Timeouts timeouts;
  private final int maxHeadBytes;

  private Phase phase = Phase.IDLE;
  private boolean reading;
  private boolean overdue;
  private boolean unread;
  private Runnable stop = () -> {};

  /** With {@link #reading}: since when; else: since when we have not read. */
  private long sinceNanos = System.nanoTime();

  /** How long this phase may still wait for bytes. */
  private long budgetNanos;

  /** How many bytes this phase may still take in. */
  private long room;

  private Admission.@Nullable Permit permit;

  /** What came in on this connection so far. */
  private long received;

  /**
   * @param maxHeadBytes what may come in before the headers end, with what a client sends ahead
   */
  Guard(HelidonSocket socket, Timeouts timeouts, int maxHeadBytes) {
    this.socket = socket;
    this.timeouts = timeouts;
    this.maxHeadBytes = maxHeadBytes;
    this.budgetNanos = timeouts.idle().toNanos();
  }

  /** How Helidon is told to serve no further request here. */
  void onLast(Runnable stopServing) {
    stop = stopServing;
  }

  /**
   * The request that is being answered is this connection's last. Helidon, left alone, would wait
   * for the client to close, and would take what is unread of a body for the next request.
   */
  public void last() {
    stop.run();
  }

  /** The guard of the connection that the calling thread serves. */
  public static Guard current() {
    return CURRENT.get();
  }

  /** The next bytes off the socket; null at its end. */
  @Override
  public byte @Nullable [] get() {
    startRead();
    byte[] bytes;
    try {
      bytes = socket.get();
    } catch (UncheckedIOException e) {
      throw new ServerConnectionException("the connection failed", e);
    } finally {
      endRead();
    }
    if (bytes != null) {
      take(bytes.length);
    }
    return bytes;
  }

  private synchronized void startRead() {
    requireOpen();
    if (phase == Phase.ANSWER) {
      enter(Phase.IDLE, timeouts.idle().toNanos(), maxHeadBytes);
    }
    reading = true;
    sinceNanos = System.nanoTime();
  }

  private synchronized void endRead() {
    long now = System.nanoTime();
    budgetNanos -= now - sinceNanos;
    sinceNanos = now;
    reading = false;
    requireOpen();
  }

  /** How many bytes have come in on this connection. */
  public synchronized long received() {
    return received;
  }

  private synchronized void take(int length) {
    received += length;
    if (phase == Phase.IDLE) {
      enter(Phase.HEAD, timeouts.head().toNanos(), maxHeadBytes);
    }
    room -= phase == Phase.BODY ? Math.max(length, PIECE_OVERHEAD_BYTES) : length;
    if (room < 0) {
      unread = true;
      if (phase == Phase.BODY) {
        throw new ReadLimitException(ReadLimitException.Limit.SIZE);
      }
      throw new CloseConnectionException("more bytes than a request's head may have");
    }
    if (permit != null && !permit.grow((long) COPIES * Math.max(length, PIECE_OVERHEAD_BYTES))) {
      unread = true;
      throw new ReadLimitException(ReadLimitException.Limit.MEMORY);
    }
  }

  /** A request line was read. It may have come together with an earlier request. */
  synchronized void requestLine() {
    if (phase != Phase.HEAD) {
      enter(Phase.HEAD, timeouts.head().toNanos(), maxHeadBytes);
    }
  }

  /** The headers were read. Until a body is asked for, no more bytes are expected. */
  synchronized void headers() {
    enter(Phase.ANSWER, 0, 0);
  }

  /**
   * A handler reads the body from now on: {@link ReadLimitException} once more than about {@code
   * maxBytes} came in (twice as many, to allow for the framing of chunks; the handler counts what
   * is in them), or once {@code permit} has no more room.
   */
  public synchronized void startBody(long maxBytes, Admission.Permit requestPermit) {
    enter(Phase.BODY, timeouts.body().toNanos(), 2 * maxBytes + maxHeadBytes);
    permit = requestPermit;
  }

  /** The body was read as far as it is wanted. */
  public synchronized void endBody() {
    permit = null;
    enter(Phase.ANSWER, 0, 0);
  }

  /** The request is answered before all of it was read: what remains is to be read and dropped. */
  public synchronized void leaveUnread() {
    unread = true;
  }

  /**
   * @throws CloseConnectionException if the watchdog has ended this connection
   */
  public synchronized void requireOpen() {
    if (overdue) {
      throw new CloseConnectionException("overdue");
    }
  }

  /** Whether this waits for too long; true only once. */
  synchronized @Nullable Phase overdue(long nowNanos) {
    if (overdue) {
      return null;
    }
    long allowed = reading ? budgetNanos : timeouts.answer().toNanos();
    if (nowNanos - sinceNanos <= allowed) {
      return null;
    }
    overdue = true;
    return reading ? phase : Phase.ANSWER;
  }

  /** Ends an overdue connection, with {@code farewell} before. May block. */
  void end(byte @Nullable [] farewell) {
    try {
      if (farewell != null) {
        socket.write(BufferData.create(farewell));
      }
    } catch (UncheckedIOException e) {
      // The client is gone already.
    } finally {
      close();
    }
  }

  void close() {
    try {
      socket.close();
    } catch (UncheckedIOException e) {
      // Closed already.
    }
  }

  /**
   * Reads and drops what a client still sends after an answer that did not wait for it. To close at
   * once would make the kernel send a reset, which can destroy the answer before the client reads
   * it.
   */
  void linger(long maxBytes) {
    synchronized (this) {
      if (!unread || overdue) {
        return;
      }
      permit = null;
      enter(Phase.LINGER, LINGER_NANOS, maxBytes);
    }
    long left = maxBytes;
    try {
      while (left > 0) {
        startRead();
        byte[] bytes;
        try {
          bytes = socket.get();
        } finally {
          endRead();
        }
        if (bytes == null) {
          return;
        }
        left -= bytes.length;
      }
    } catch (UncheckedIOException | CloseConnectionException e) {
      // Gone or overdue: either way it is over.
    }
  }

  private void enter(Phase next, long nanos, long bytes) {
    phase = next;
    budgetNanos = nanos;
    room = bytes;
    if (!reading) {
      sinceNanos = System.nanoTime();
    }
  }
}
