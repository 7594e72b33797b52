package io.tidegate.contract.token;

import java.io.IOException;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The public keys of a {@link KeySource}, read again by a thread of its own every {@code refresh},
 * and sooner when one was asked for that is not there, but never twice within {@code least}. What
 * was read last stays while the source is gone or has nothing that can be used. Who asks never
 * waits for a fetch, unless with {@link #await}.
 */
public final class FreshKeys implements AutoCloseable {
  /** Sooner than {@link SigningKeys#SETTLED}, so that a rotation refuses nobody. */
  public static final Duration REFRESH = Duration.ofSeconds(45);

  /** However many tokens name keys that are not there. */
  public static final Duration LEAST = Duration.ofSeconds(5);

  private static final Logger LOGGER = LoggerFactory.getLogger(FreshKeys.class);

  /** {@link KeySource#read}. */
  interface Reading {
    String read() throws IOException, InterruptedException;
  }

  private final Reading reading;

  /** What is read, for people. */
  private final String source;

  private final long refreshNanos;
  private final long leastNanos;
  private final Thread thread;
  private final ReentrantLock lock = new ReentrantLock();
  private final Condition changed = lock.newCondition();

  private volatile PublicKeys keys = PublicKeys.NONE;

  /** Why the last fetch brought nothing; null: it did. */
  private volatile @Nullable String fault = "not read yet";

  private final AtomicLong fetches = new AtomicLong();
  private final AtomicLong failures = new AtomicLong();

  /** What {@link #keys} were read from. Only the thread looks at it. */
  private @Nullable String text;

  // Guarded by the lock.
  private boolean wanted;
  private boolean closed;

  private FreshKeys(Reading reading, String source, Duration refresh, Duration least, String name) {
    this.reading = reading;
    this.source = source;
    this.refreshNanos = refresh.toNanos();
    this.leastNanos = least.toNanos();
    this.thread = Thread.ofPlatform().daemon().name(name).unstarted(this::run);
  }

  /** Reads at once, and then every {@link #REFRESH}. */
  public static FreshKeys open(KeySource source, String threadName) {
    return open(source, REFRESH, LEAST, threadName);
  }

  public static FreshKeys open(
      KeySource source, Duration refresh, Duration least, String threadName) {
    return open(source::read, source.toString(), refresh, least, threadName);
  }

  static FreshKeys open(
      Reading reading, String source, Duration refresh, Duration least, String threadName) {
    FreshKeys fresh = new FreshKeys(reading, source, refresh, least, threadName);
    fresh.thread.start();
    return fresh;
  }

  public PublicKeys keys() {
    return keys;
  }

  /** Whether keys have been read, were it long ago. */
  public boolean isKnown() {
    return keys.size() > 0;
  }

  /** How it stands, for people. */
  public String detail() {
    String why = fault;
    String known = keys.size() + " keys";
    return why == null ? known : known + "; " + source + ": " + why;
  }

  /** How often the source was read, and how often in vain. */
  public long fetches() {
    return fetches.get();
  }

  public long failures() {
    return failures.get();
  }

  /** A key was asked for that is not there: reads again as soon as may be. */
  public void missed() {
    lock.lock();
    try {
      wanted = true;
      changed.signalAll();
    } finally {
      lock.unlock();
    }
  }

  /**
   * As {@link #missed}, and waits until the source was read again.
   *
   * @return the keys then, or those that are known after the time
   */
  public PublicKeys await(Duration most) throws InterruptedException {
    long nanos = most.toNanos();
    lock.lock();
    try {
      wanted = true;
      changed.signalAll();
      long before = fetches.get();
      while (fetches.get() == before && nanos > 0 && !closed) {
        nanos = changed.awaitNanos(nanos);
      }
      return keys;
    } finally {
      lock.unlock();
    }
  }

  private void run() {
    try {
      while (true) {
        fetch();
        if (!pause()) {
          return;
        }
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private void fetch() throws InterruptedException {
    PublicKeys read = null;
    String why = null;
    lock.lock();
    try {
      wanted = false; // a key that is missed from now on may not be in what is read
    } finally {
      lock.unlock();
    }
    try {
      String found = reading.read();
      // The same keys stay the same object, so that what was checked with them stays checked.
      read = found.equals(text) ? keys : PublicKeys.parse(found);
      text = found;
    } catch (IOException | RuntimeException e) {
      why = reason(e);
    } catch (Error e) {
      // A fault of ours or of the JVM: without this thread the keys would grow old, and nobody
      // know.
      why = reason(e);
      LOGGER.atError().setCause(e).addKeyValue("source", source).log("keys could not be read");
    }
    lock.lock();
    try {
      String before = fault;
      fault = why;
      // Counted when it can be seen: whoever sees a failure counted finds its reason.
      if (read == null) {
        failures.incrementAndGet();
        if (!String.valueOf(why).equals(before)) {
          LOGGER
              .atWarn()
              .addKeyValue("source", source)
              .addKeyValue("reason", why)
              .addKeyValue("keys", keys.size())
              .log("keys not read; those that are known still count");
        }
      } else {
        keys = read;
      }
      fetches.incrementAndGet();
      changed.signalAll();
    } finally {
      lock.unlock();
    }
  }

  /** False: it is closed. */
  private boolean pause() throws InterruptedException {
    long start = System.nanoTime();
    lock.lock();
    try {
      while (!closed) {
        // Until keys are there, nobody is let in: so that is tried as often as may be.
        long pause = wanted || keys.size() == 0 ? leastNanos : refreshNanos;
        long left = pause - (System.nanoTime() - start);
        if (left <= 0) {
          return true;
        }
        long _ = changed.awaitNanos(left);
      }
      return false;
    } finally {
      lock.unlock();
    }
  }

  private static String reason(Throwable e) {
    String message = String.valueOf(e.getMessage());
    return e instanceof IllegalArgumentException
        ? message
        : message.startsWith("answers ")
                || message.startsWith("no answer")
                || message.startsWith("longer")
            ? message
            : e.getClass().getSimpleName() + ": " + message;
  }

  @Override
  public void close() {
    lock.lock();
    try {
      closed = true;
      changed.signalAll();
    } finally {
      lock.unlock();
    }
    thread.interrupt();
    try {
      thread.join(TimeUnit.SECONDS.toMillis(1));
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
