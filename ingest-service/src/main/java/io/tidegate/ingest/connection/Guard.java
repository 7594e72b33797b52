package io.tidegate.ingest.connection;

import io.helidon.common.buffers.BufferData;
import io.helidon.common.socket.HelidonSocket;
import io.helidon.webserver.CloseConnectionException;
import io.helidon.webserver.ServerConnectionException;
import io.tidegate.ingest.admission.Admission;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.Socket;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
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

  /** How long a client has to read what was said last. */
  static final long LINGER_NANOS = TimeUnit.SECONDS.toNanos(1);

  private static final int REQUEST_TIMEOUT = 408;
  private static final int CLIENT_LEFT = 499;

  private static final Duration GENTLY = Duration.ofSeconds(1);

  private final HelidonSocket socket;

  /** Below TLS; null where there is none. */
  private final @Nullable Socket raw;

  private final Timeouts timeouts;
  private final int maxHeadBytes;
  private final boolean ofOneRequest;

  private Phase phase = Phase.IDLE;
  private boolean reading;

  /** Whoever reads may wait: something else is going on here that is watched for itself. */
  private boolean busy;

  /** While not busy, this is idle, whatever comes; since when. */
  private boolean ofManyRequests;

  private long idleSinceNanos;

  /** Since when a {@link #writeInTime} writes; 0: none does. */
  private long writingSinceNanos;

  private boolean overdue;
  private boolean cutInBody;
  private boolean unread;
  private Runnable stop = () -> {};
  private volatile @Nullable Upgraded upgraded;

  /** With {@link #reading}: since when; else: since when we have not read. */
  private long sinceNanos = System.nanoTime();

  /** How long this phase may still wait for bytes. */
  private long budgetNanos;

  /** How many bytes this phase may still take in. */
  private long room;

  private Admission.@Nullable Permit permit;

  /** Of an overdue connection all was read. */
  private final CountDownLatch noMore = new CountDownLatch(1);

  /** What came in on this connection so far. */
  private long received;

  /**
   * @param raw the socket below {@code socket} where that is TLS
   * @param maxHeadBytes what may come in before the headers end, with what a client sends ahead
   * @param ofOneRequest whether that is all that the socket, a stream of HTTP/2's, ever brings
   */
  Guard(
      HelidonSocket socket,
      @Nullable Socket raw,
      Timeouts timeouts,
      int maxHeadBytes,
      boolean ofOneRequest) {
    this.socket = socket;
    this.raw = raw;
    this.ofOneRequest = ofOneRequest;
    this.timeouts = timeouts;
    this.maxHeadBytes = maxHeadBytes;
    this.budgetNanos = timeouts.idle().toNanos();
  }

  /** Whether this is a stream of a connection that has a guard of its own. */
  public boolean ofOneRequest() {
    return ofOneRequest;
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
      while (bytes != null && isOverdue()) {
        bytes = socket.get(); // Dropped, until whoever has answered it closes.
      }
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
    if (overdue) {
      noMore.countDown();
    }
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
  void headers() {
    synchronized (this) {
      enter(Phase.ANSWER, 0, 0);
    }
    if (ofOneRequest) {
      last();
    }
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
   * Hands the connection over: HTTP ends here, and {@code next} speaks from now on.
   *
   * @return to be thrown by the handler, so that HTTP writes no answer of its own
   */
  public CloseConnectionException upgradeTo(Upgraded next) {
    upgraded = next;
    return new CloseConnectionException("handed over");
  }

  @Nullable Upgraded upgraded() {
    return upgraded;
  }

  /** A frame of an upgraded connection may begin whenever it likes, within the idle time. */
  public synchronized void awaitFrame() {
    enter(Phase.STREAM, timeouts.idle().toNanos(), Long.MAX_VALUE);
  }

  /** One has begun, and all of it is to come as a body has to. */
  public synchronized void frame() {
    if (phase != Phase.FRAME) {
      enter(Phase.FRAME, timeouts.body().toNanos(), Long.MAX_VALUE);
    }
  }

  /**
   * Writes to an upgraded connection; one thread at a time.
   *
   * @throws UncheckedIOException if the client is gone
   */
  public void write(byte[] bytes) {
    socket.write(BufferData.create(bytes));
  }

  /**
   * As {@link #write}, but whoever does not take it in the time there is for an answer loses the
   * connection.
   */
  void writeInTime(byte[] bytes) {
    synchronized (this) {
      writingSinceNanos = System.nanoTime();
    }
    try {
      write(bytes);
    } finally {
      synchronized (this) {
        writingSinceNanos = 0;
      }
    }
  }

  /** Requests, many at once, may come whenever they like, within the idle time. */
  synchronized void awaitRequests() {
    awaitFrame();
    ofManyRequests = true;
    idleSinceNanos = System.nanoTime();
  }

  /** While busy the connection is not idle, however long nothing comes. */
  synchronized void busy(boolean now) {
    busy = now;
    budgetNanos = timeouts.idle().toNanos();
    sinceNanos = System.nanoTime();
    idleSinceNanos = sinceNanos;
  }

  private synchronized boolean isOverdue() {
    return overdue;
  }

  /**
   * @throws CloseConnectionException if the watchdog has ended this connection
   */
  public synchronized void requireOpen() {
    if (overdue) {
      throw new CloseConnectionException("overdue");
    }
  }

  /**
   * What a request that was cut off counts as: 408 where its body took too long, else 499, as with
   * nginx a client that left before there was an answer.
   */
  public synchronized int statusOfCut() {
    return cutInBody ? REQUEST_TIMEOUT : CLIENT_LEFT;
  }

  /**
   * Whether this waits for too long; true only once.
   *
   * @param mostIdleNanos no more than this between two requests, whatever the timeouts say
   */
  synchronized @Nullable Phase overdue(long nowNanos, long mostIdleNanos) {
    if (overdue) {
      return null;
    }
    long answer = timeouts.answer().toNanos();
    if (writingSinceNanos != 0 && nowNanos - writingSinceNanos > answer) {
      overdue = true;
      return Phase.ANSWER;
    }
    long idle = Math.min(mostIdleNanos, timeouts.idle().toNanos());
    if (ofManyRequests && !busy && nowNanos - idleSinceNanos > idle) {
      overdue = true;
      return Phase.STREAM;
    }
    long wait = phase == Phase.IDLE ? Math.min(mostIdleNanos, budgetNanos) : budgetNanos;
    if ((reading && busy) || nowNanos - sinceNanos <= (reading ? wait : answer)) {
      return null;
    }
    overdue = true;
    cutInBody = reading && phase == Phase.BODY;
    return reading ? phase : Phase.ANSWER;
  }

  /**
   * Ends an overdue connection, with {@code farewell} before, and with a second for the client to
   * read it: an early close would make the kernel send a reset for what still comes. May block.
   */
  void end(byte @Nullable [] farewell) {
    Upgraded other = upgraded;
    try {
      if (other != null) {
        other.overdue();
      } else if (farewell != null) {
        socket.write(BufferData.create(farewell));
        if (!ofOneRequest) {
          var _ = noMore.await(LINGER_NANOS, TimeUnit.NANOSECONDS);
        }
      }
    } catch (UncheckedIOException e) {
      // The client is gone already.
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    } finally {
      close();
    }
  }

  /**
   * Cuts the connection off, without waiting for anyone: TLS itself would want to write a farewell,
   * behind one who waits for the client to read.
   */
  public void close() {
    try {
      if (raw == null) {
        socket.close();
      } else {
        raw.close();
      }
    } catch (IOException | UncheckedIOException e) {
      // Closed already.
    }
  }

  /** Lets TLS take its leave, if the client takes it. */
  void closeGently() {
    if (raw == null) {
      return;
    }
    Thread closing =
        Thread.ofVirtual()
            .start(
                () -> {
                  try {
                    socket.close();
                  } catch (UncheckedIOException e) {
                    // Closed already.
                  }
                });
    try {
      if (!closing.join(GENTLY)) {
        close();
      }
    } catch (InterruptedException e) {
      close();
      Thread.currentThread().interrupt();
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
