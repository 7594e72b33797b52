package io.tidegate.delivery;

import io.tidegate.contract.StartupException;
import io.tidegate.contract.tls.TlsFiles;
import io.tidegate.contract.tls.WatchedTls;
import io.tidegate.delivery.auth.Door;
import io.tidegate.delivery.connection.Server;
import io.tidegate.delivery.connection.ServerSettings;
import io.tidegate.delivery.health.Health;
import io.tidegate.delivery.kafka.KafkaLink;
import io.tidegate.delivery.metrics.DeliveryMetrics;
import io.tidegate.delivery.session.DeparturePlan;
import io.tidegate.delivery.session.Progress;
import io.tidegate.delivery.session.SessionLimits;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A running worker: holds connections and drains its inbox partition to them. It keeps no durable
 * state, so it may die at any moment and nothing is lost.
 */
public final class DeliveryService implements AutoCloseable {
  private static final Logger LOGGER = LoggerFactory.getLogger(DeliveryService.class);

  /** From a goaway for age to its close, and from a close frame to the client's. */
  private static final Duration FAREWELL = Duration.ofSeconds(2);

  /** What a client with much to come takes in the time for slow ones, at 10 s 3.2 KiB/s. */
  private static final long NEEDED_BYTES = 32 * 1024;

  /** To close what has nothing more to do. */
  private static final Duration END = Duration.ofSeconds(5);

  /** For the threads of a start that failed. */
  private static final Duration ABANDON = Duration.ofSeconds(1);

  private final DeliveryConfig config;
  private final DeliveryMetrics metrics;
  private final KafkaLink link;
  private final @Nullable TokenGate gate;
  private final Server server;
  private final @Nullable Webhooks webhooks;
  private final AtomicBoolean closing;
  private final @Nullable WatchedTls tls;

  private DeliveryService(
      DeliveryConfig config,
      @Nullable WatchedTls tls,
      DeliveryMetrics metrics,
      KafkaLink link,
      @Nullable TokenGate gate,
      Server server,
      @Nullable Webhooks webhooks,
      AtomicBoolean closing) {
    this.config = config;
    this.metrics = metrics;
    this.link = link;
    this.gate = gate;
    this.server = server;
    this.webhooks = webhooks;
    this.closing = closing;
    this.tls = tls;
  }

  /**
   * Connects to Kafka, listens, and takes the slot. Another worker that holds the slot closes its
   * sessions then.
   *
   * @throws StartupException if Kafka does not answer, a topic is missing, the slot has no
   *     partition or the port is taken; nothing is left running then
   */
  public static DeliveryService start(DeliveryConfig config) throws StartupException {
    config.kafka().warn();
    DeliveryMetrics metrics = new DeliveryMetrics();
    metrics.settings(config.shown());
    AtomicBoolean closing = new AtomicBoolean();
    KafkaLink link = null;
    TokenGate gate = null;
    Server server = null;
    Webhooks webhooks = null;
    TlsFiles files = config.tls();
    WatchedTls tls = null;
    boolean started = false;
    try {
      tls = files == null ? null : WatchedTls.ofServer(files);
      gate = config.auth() == DeliveryAuth.NONE ? null : TokenGate.open(config, metrics);
      link = KafkaLink.connect(linkSettings(config), metrics);
      server =
          Server.start(
              serverSettings(config),
              tls,
              link.userPartitions(),
              link.sessionLog(),
              gate == null ? new Door.Open() : gate.door(),
              new WorkerHealth(link, gate, closing),
              metrics);
      if (gate != null) {
        gate.follow(server::recheck);
      }
      int batches = config.limits().batches();
      link.hold(server, server.handover(batches), server.handover(batches));
      if (config.webhooks().isOn()) {
        webhooks = Webhooks.open(config, linkSettings(config), link, server, metrics);
      }
      KafkaLink held = link;
      metrics.gauge("slot.held", "1 while the slot is held", () -> held.isHeld() ? 1 : 0);
      metrics.gauge("incarnation", "That is held; -1: none", held::incarnation);
      DeliveryService service =
          new DeliveryService(config, tls, metrics, link, gate, server, webhooks, closing);
      LOGGER
          .atInfo()
          .addKeyValue("port", service.port())
          .addKeyValue("auth", config.auth())
          .addKeyValue("webhooks", webhooks != null)
          .log("delivery started");
      started = true;
      return service;
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new StartupException("interrupted while starting", e);
    } finally {
      if (!started) {
        if (webhooks != null) {
          webhooks.close(Duration.ZERO);
        }
        abandon(server, link, gate, metrics);
        if (tls != null) {
          tls.close();
        }
      }
    }
  }

  private static void abandon(
      @Nullable Server server,
      @Nullable KafkaLink link,
      @Nullable TokenGate gate,
      DeliveryMetrics metrics) {
    if (gate != null) {
      gate.close();
    }
    if (server != null) {
      server.close();
    }
    if (link != null) {
      try {
        link.close(ABANDON);
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
      }
    }
    metrics.close();
  }

  /** The port that it listens on. */
  public int port() {
    return server.port();
  }

  /** Whether connections are welcome. */
  public boolean ready() {
    return !closing.get() && link.isHeld() && (gate == null || gate.isKnown());
  }

  /**
   * Drains and stops within the configured time: not ready, and after a notice no more connections,
   * goaway to all, closes at an even pace within half of the time, then what is still to be
   * written.
   */
  @Override
  public void close() {
    if (!closing.compareAndSet(false, true)) {
      return;
    }
    link.announceDrain();
    boolean interrupted = server.sessions() > 0 && isInterruptedWithin(config.timing().notice());
    Duration drain = config.timing().drain();
    long deadline = System.nanoTime() + drain.toNanos();
    int sessions = server.sessions();
    DeparturePlan plan =
        DeparturePlan.of(sessions, share(drain, 50), config.limits().departuresPerSecond());
    LOGGER
        .atInfo()
        .addKeyValue("sessions", sessions)
        .addKeyValue("closingMillis", plan.closing().toMillis())
        .addKeyValue("awayMillis", plan.retryMost().toMillis())
        .log("drain started");
    try {
      if (webhooks != null) {
        webhooks.close(share(drain, 30));
      }
      server.drain(plan, share(drain, 70));
      server.close(share(drain, 10));
      Duration left = left(deadline);
      link.close(left.compareTo(END) < 0 ? left : END);
    } catch (InterruptedException e) {
      server.close();
      Thread.currentThread().interrupt();
    }
    if (tls != null) {
      tls.close();
    }
    if (gate != null) {
      gate.close();
    }
    metrics.close();
    LOGGER.atInfo().addKeyValue("sessions", server.sessions()).log("delivery stopped");
    if (interrupted) {
      Thread.currentThread().interrupt();
    }
  }

  /** Who is in a hurry ends only the wait. */
  private static boolean isInterruptedWithin(Duration time) {
    try {
      Thread.sleep(time);
      return false;
    } catch (InterruptedException e) {
      return true;
    }
  }

  private static Duration share(Duration whole, int percent) {
    return whole.multipliedBy(percent).dividedBy(100);
  }

  private static Duration left(long deadline) {
    return Duration.ofNanos(Math.max(0, deadline - System.nanoTime()));
  }

  private static SessionLimits sessionLimits(DeliveryConfig config) {
    DeliveryConfig.Timing timing = config.timing();
    return new SessionLimits(
        timing.hello().toNanos(),
        timing.attach().toNanos(),
        timing.ping().toNanos(),
        timing.pong().toNanos(),
        timing.maxAge().toNanos(),
        FAREWELL.toNanos(),
        FAREWELL.toNanos(),
        config.limits().framesPerSecond(),
        config.limits().window());
  }

  /** What the socket side of a worker with that configuration is told; for benches too. */
  public static ServerSettings serverSettings(DeliveryConfig config) {
    DeliveryConfig.Limits limits = config.limits();
    DeliveryConfig.Timing timing = config.timing();
    return new ServerSettings(
        config.host(),
        config.port(),
        config.io(),
        config.slot(),
        config.loops(),
        limits.connections(),
        limits.addressConnections(),
        limits.arrivalsPerSecond(),
        limits.frameBytes(),
        config.deflate(),
        config.http2(),
        timing.hello().toNanos(),
        timing.ack().toNanos(),
        sessionLimits(config),
        config.origins(),
        (int) timing.mostDelay().toMillis(),
        limits.bytesPerSecond(),
        limits.outboundLimitBytes(),
        limits.outboundTotalBytes(),
        new Progress.Bounds(limits.outboundBytes(), NEEDED_BYTES, timing.slow().toNanos()));
  }

  private static KafkaLink.LinkSettings linkSettings(DeliveryConfig config) {
    return new KafkaLink.LinkSettings(
        config.kafka(),
        config.topics(),
        config.slot(),
        config.auth() == DeliveryAuth.TOKENS,
        config.webhooks().isOn(),
        config.timing().start(),
        config.timing().beat(),
        config.timing().fence());
  }

  /**
   * The worker's health: alive while its threads are and no other worker has its slot, ready while
   * it holds the slot.
   */
  private record WorkerHealth(KafkaLink link, @Nullable TokenGate gate, AtomicBoolean closing)
      implements Health.Source {
    @Override
    public Health live() {
      boolean sound = link.isSound();
      return new Health(
          List.of(
              new Health.Check("threads", sound, sound ? "running" : "one has ended; restart"),
              new Health.Check("slot", !link.isLost(), link.slotDetail())));
    }

    @Override
    public Health ready() {
      boolean draining = closing.get();
      List<Health.Check> checks = new ArrayList<>();
      checks.add(new Health.Check("slot", link.isHeld(), link.slotDetail()));
      checks.add(new Health.Check("drain", !draining, draining ? "draining" : "not draining"));
      if (gate != null) {
        checks.addAll(gate.checks());
      }
      return new Health(List.copyOf(checks));
    }

    @Override
    public int fewestElsewhere() {
      return link.fewestElsewhere();
    }
  }
}
