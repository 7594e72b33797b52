package io.tidegate.contract.tls;

import io.tidegate.contract.StartupException;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLParameters;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * TLS of one port, or of the requests that we make. Its files are looked at each period, and new
 * connections have what they say from then on; those that are open go on as they are. Files that
 * are no good change nothing: that is logged once for each change, and counted.
 *
 * <p>TLS 1.3 and 1.2, with the suites that the JDK has on. Where a port has authorities of clients,
 * who shows no certificate of theirs gets no connection.
 */
public final class WatchedTls implements AutoCloseable {
  public static final Duration PERIOD = Duration.ofSeconds(10);

  private static final Logger LOGGER = LoggerFactory.getLogger(WatchedTls.class);
  private static final String[] PROTOCOLS = {"TLSv1.3", "TLSv1.2"};

  /** How often the handshakes are looked at. */
  private static final Duration STEP = Duration.ofMillis(100);

  static {
    // Of TLS 1.2 only, and each costs a signature; 1.3 has none. Read when the first session is
    // made.
    String renegotiation = "jdk.tls.rejectClientInitiatedRenegotiation";
    if (System.getProperty(renegotiation) == null) {
      System.setProperty(renegotiation, "true");
    }
  }

  private final TlsFiles files;
  private final boolean server;
  private final InstantSource clock;
  private final Handshakes handshakes;
  private final SSLContext context;
  private final Thread thread;
  private final long periodNanos;
  private volatile TlsMaterial material;
  private final AtomicLong reloads = new AtomicLong();
  private final AtomicLong refusals = new AtomicLong();
  private volatile boolean closed;

  /** What was read last and is no good. */
  private TlsMaterial.@Nullable Contents refused;

  /** What kept the files from being read last. */
  private String unreadable = "";

  private WatchedTls(
      TlsFiles files,
      boolean server,
      TlsMaterial material,
      Duration period,
      Handshakes handshakes,
      InstantSource clock) {
    this.files = files;
    this.server = server;
    this.material = material;
    this.clock = clock;
    this.handshakes = handshakes;
    this.periodNanos = period.toNanos();
    this.context =
        new CurrentContext(
            () -> this.material.context(), server ? parameters(files) : null, handshakes);
    this.thread = Thread.ofPlatform().daemon().name("tidegate-tls").unstarted(this::run);
  }

  /**
   * @throws StartupException naming the variable, the file and the reason
   */
  public static WatchedTls ofServer(TlsFiles files) throws StartupException {
    return ofServer(files, PERIOD);
  }

  /**
   * As {@link #ofServer(TlsFiles)}.
   *
   * @param period between two looks at the files
   */
  public static WatchedTls ofServer(TlsFiles files, Duration period) throws StartupException {
    return open(files, true, period, new Handshakes(), InstantSource.system());
  }

  /**
   * Of requests, which show the certificate if there is one.
   *
   * @throws StartupException naming the variable, the file and the reason
   */
  public static WatchedTls ofClient(TlsFiles files) throws StartupException {
    return open(files, false, PERIOD, new Handshakes(), InstantSource.system());
  }

  static WatchedTls open(
      TlsFiles files, boolean server, Duration period, Handshakes handshakes, InstantSource clock)
      throws StartupException {
    try {
      TlsMaterial first =
          TlsMaterial.of(files, TlsMaterial.read(files, server), server, clock.instant());
      WatchedTls opened = new WatchedTls(files, server, first, period, handshakes, clock);
      opened.thread.start();
      return opened;
    } catch (TlsException e) {
      throw new StartupException(String.valueOf(e.getMessage()), e);
    }
  }

  private static SSLParameters parameters(TlsFiles files) {
    SSLParameters parameters = new SSLParameters();
    parameters.setProtocols(PROTOCOLS);
    parameters.setNeedClientAuth(files.ca() != null);
    parameters.setUseCipherSuitesOrder(true);
    return parameters;
  }

  /** Makes engines, and a port's sockets, each with what the files say at that moment. */
  public SSLContext context() {
    return context;
  }

  /** Those that {@link #context}'s sockets are at. */
  public Handshakes handshakes() {
    return handshakes;
  }

  private void run() {
    long last = System.nanoTime();
    while (!closed) {
      LockSupport.parkNanos(this, Math.min(periodNanos, STEP.toNanos()));
      long now = System.nanoTime();
      try {
        handshakes.endOverdue(now);
      } catch (RuntimeException | Error e) {
        LOGGER.atError().setCause(e).log("handshakes could not be looked after");
      }
      if (now - last >= periodNanos) {
        last = now;
        try {
          look();
        } catch (RuntimeException | Error e) {
          // A fault of ours or of the JVM, after which the files are looked at as before.
          refusals.incrementAndGet();
          LOGGER.atError().setCause(e).log("TLS files could not be looked at; the old ones stay");
        }
      }
    }
  }

  /** Takes the files over if they have changed and are good. */
  private void look() {
    TlsMaterial.Contents contents;
    try {
      contents = TlsMaterial.read(files, server);
      unreadable = "";
    } catch (TlsException e) {
      String why = String.valueOf(e.getMessage());
      if (!why.equals(unreadable)) {
        unreadable = why;
        refuse(why);
      }
      return;
    }
    TlsMaterial.Contents no = refused;
    if (contents.same(material.contents()) || (no != null && contents.same(no))) {
      return;
    }
    try {
      material = TlsMaterial.of(files, contents, server, clock.instant());
      refused = null;
      reloads.incrementAndGet();
      LOGGER.atInfo().addKeyValue("expires", material.expires()).log("new TLS files are in use");
    } catch (TlsException e) {
      refused = contents;
      refuse(String.valueOf(e.getMessage()));
    }
  }

  private void refuse(String why) {
    refusals.incrementAndGet();
    LOGGER.atError().addKeyValue("reason", why).log("TLS files are no good; the old ones stay");
  }

  /** How often new files were taken over. */
  public long reloads() {
    return reloads.get();
  }

  /** How often changed files were no good, or could not be looked at for a fault of ours. */
  public long refusals() {
    return refusals.get();
  }

  /** When the certificate that is shown expires. */
  public Instant expires() {
    return material.expires();
  }

  @Override
  public void close() {
    closed = true;
    LockSupport.unpark(thread);
  }
}
