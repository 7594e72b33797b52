package io.tidegate.fanout;

import io.micrometer.prometheusmetrics.PrometheusConfig;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import io.tidegate.contract.StartupException;
import io.tidegate.contract.UserKey;
import io.tidegate.contract.auth.Access;
import io.tidegate.contract.auth.Auth;
import io.tidegate.contract.auth.CallerCheck;
import io.tidegate.contract.auth.Scope;
import io.tidegate.contract.kafka.KafkaFault;
import io.tidegate.contract.kafka.KafkaTrouble;
import io.tidegate.contract.meters.ProcessMeters;
import io.tidegate.contract.meters.SecurityMeters;
import io.tidegate.contract.meters.SettingMeters;
import io.tidegate.contract.tls.TlsFiles;
import io.tidegate.contract.tls.WatchedTls;
import io.tidegate.fanout.inspection.Inspected;
import io.tidegate.fanout.inspection.InspectionServer;
import io.tidegate.fanout.metrics.FanoutMetrics;
import io.tidegate.fanout.recorded.SimulationBounds;
import io.tidegate.fanout.recorded.SimulationRequest;
import io.tidegate.fanout.recorded.Simulator;
import io.tidegate.fanout.sequencer.PresenceView;
import io.tidegate.fanout.sequencer.Sequencer;
import io.tidegate.fanout.sequencer.UserView;
import io.tidegate.fanout.topology.FanoutTopology;
import io.tidegate.fanout.topology.LiveProducer;
import io.tidegate.fanout.topology.Pressures;
import io.tidegate.fanout.topology.SlotIncarnations;
import io.tidegate.fanout.topology.UserHandler;
import io.tidegate.fanout.topology.UserViews;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicBoolean;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.streams.CloseOptions;
import org.apache.kafka.streams.KafkaStreams;
import org.apache.kafka.streams.Topology;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** A running instance of fan-out: Kafka Streams around the sequencer, and its HTTP port. */
public final class FanoutService implements AutoCloseable {
  private static final Logger LOGGER = LoggerFactory.getLogger(FanoutService.class);

  private final FanoutConfig config;
  private final PrometheusMeterRegistry registry =
      new PrometheusMeterRegistry(PrometheusConfig.DEFAULT);
  private final AtomicBoolean closing = new AtomicBoolean();

  /** Of the stream threads. */
  private final KafkaTrouble trouble;

  private final ThreadFailures failures;
  private volatile @Nullable InspectionServer http;

  /** To be closed with the port. */
  private final List<WatchedTls> tls = new CopyOnWriteArrayList<>();

  private volatile @Nullable PolicyFeed policies;
  private volatile @Nullable KeyFeed keys;
  private volatile @Nullable WorkerFeed workers;
  private volatile @Nullable LiveProducer live;
  private volatile @Nullable Simulator simulator;
  private volatile @Nullable Running running;

  /** There from the moment that Streams is. */
  private record Running(KafkaStreams streams, UserViews views) {}

  private FanoutService(FanoutConfig config) {
    this.config = config;
    trouble = new KafkaTrouble(config.kafka(), System::nanoTime);
    failures = new ThreadFailures(config.kafka(), trouble, ThreadFailures.PAUSE, System::nanoTime);
  }

  /**
   * Starts an instance. It takes up its partitions in the background: {@link #ready} tells when.
   *
   * @throws StartupException if Kafka or its topics are not there, or the port or the state
   *     directory cannot be had; within about half a minute, and nothing is left running
   */
  public static FanoutService start(FanoutConfig config) throws StartupException {
    config.kafka().warn();
    int partitions = TopicCheck.partitions(config);
    FanoutService service = new FanoutService(config);
    try {
      service.run(partitions);
      return service;
    } catch (KafkaException e) {
      service.close();
      throw new StartupException(
          "Kafka Streams cannot start with stateDir "
              + config.stateDir()
              + ": "
              + KafkaFault.innermost(config.kafka(), e),
          e);
    } catch (StartupException | RuntimeException e) {
      service.close();
      throw e;
    }
  }

  private void run(int partitions) throws StartupException {
    // First, because other instances are told its port.
    InspectionServer server =
        InspectionServer.start(config.host(), config.port(), openTls(), new Inspection());
    http = server;
    String advertised = config.advertised();
    String self = advertised == null ? config.host() + ":" + server.port() : advertised;
    ProcessMeters.bind(registry);
    SettingMeters.bind(registry, config.shown());
    FanoutMetrics metrics = new FanoutMetrics(registry);
    PolicyFeed feed = PolicyFeed.open(config, registry);
    policies = feed;
    feed.awaitCaughtUp();
    if (config.auth() == Auth.KEYS) {
      keys = KeyFeed.open(config, registry);
    }
    Pressures pressures = new Pressures(config.adaptive());
    SlotIncarnations slots = new SlotIncarnations();
    workers = WorkerFeed.open(config, pressures, slots, registry);
    simulator =
        new Simulator(
            config.kafka(),
            config.topics(),
            config.applicationId() + "-simulation",
            config.sequencer(),
            feed.book(),
            SimulationBounds.within(Runtime.getRuntime().maxMemory()));
    LiveProducer producer = LiveProducer.open(config.kafka(), config.topics().live(), metrics);
    live = producer;
    Topology topology =
        new FanoutTopology(
                config.topics(),
                partitions,
                config.store(),
                () ->
                    UserHandler.of(
                        new Sequencer(config.sequencer(), feed.book(), metrics::slowed),
                        pressures,
                        slots),
                producer,
                config.commitInterval(),
                metrics)
            .build();
    KafkaStreams streams = new KafkaStreams(topology, StreamsProperties.of(config, self));
    running =
        new Running(
            streams,
            new UserViews(
                streams, self, new Sequencer(config.sequencer(), feed.book()), pressures));
    StreamsGauges.register(registry, streams, config.topics());
    streams.setUncaughtExceptionHandler(failures);
    streams.setStateListener(
        (now, before) -> {
          if (now == KafkaStreams.State.RUNNING && !failures.isRefused()) {
            trouble.over();
          }
          LOGGER
              .atInfo()
              .addKeyValue("from", before)
              .addKeyValue("to", now)
              .log("Kafka Streams changed its state");
        });
    streams.start();
    LOGGER
        .atInfo()
        .addKeyValue("application", config.applicationId())
        .addKeyValue("http", self)
        .addKeyValue("partitions", partitions)
        .addKeyValue("store", config.store())
        .log("fan-out started");
  }

  private InspectionServer.@Nullable Tls openTls() throws StartupException {
    TlsFiles own = config.tls();
    TlsFiles others = config.tlsPeers();
    if (own == null || others == null) {
      return null;
    }
    WatchedTls port = WatchedTls.ofServer(own);
    tls.add(port);
    WatchedTls peers = WatchedTls.ofClient(others);
    tls.add(peers);
    SecurityMeters meters = new SecurityMeters(registry, "tidegate.fanout.");
    meters.certificate(port);
    meters.handshakes(port.handshakes());
    return new InspectionServer.Tls(port, peers);
  }

  /** The HTTP port. */
  public int port() {
    InspectionServer server = http;
    if (server == null) {
      throw new IllegalStateException("not started");
    }
    return server.port();
  }

  /** Whether this instance has its partitions and handles their events, and knows the keys. */
  public boolean ready() {
    KeyFeed known = keys;
    return !closing.get()
        && state() == KafkaStreams.State.RUNNING
        && trouble.refusal().isEmpty()
        && (config.auth() == Auth.NONE || (known != null && known.isKnown()));
  }

  private KafkaStreams.@Nullable State state() {
    Running now = running;
    return now == null ? null : now.streams().state();
  }

  /** Commits what is under way and stops, within the drain time and about a second. */
  @Override
  public void close() {
    if (!closing.compareAndSet(false, true)) {
      return;
    }
    Simulator simulations = simulator;
    if (simulations != null) {
      simulations.close();
    }
    failures.close();
    Running now = running;
    if (now != null) {
      // A named instance comes back; nobody should take its partitions for that while.
      CloseOptions.GroupMembershipOperation membership =
          config.instanceId() == null
              ? CloseOptions.GroupMembershipOperation.LEAVE_GROUP
              : CloseOptions.GroupMembershipOperation.REMAIN_IN_GROUP;
      boolean stopped =
          now.streams()
              .close(CloseOptions.timeout(config.drain()).withGroupMembershipOperation(membership));
      if (!stopped) {
        LOGGER
            .atWarn()
            .addKeyValue("drain", config.drain())
            .log("Kafka Streams did not stop within the drain time");
      }
    }
    PolicyFeed feed = policies;
    if (feed != null) {
      feed.close();
    }
    KeyFeed known = keys;
    if (known != null) {
      known.close();
    }
    WorkerFeed following = workers;
    if (following != null) {
      following.close();
    }
    LiveProducer producer = live;
    if (producer != null) {
      producer.close();
    }
    InspectionServer server = http;
    if (server != null) {
      server.close();
    }
    tls.forEach(WatchedTls::close);
    registry.close();
  }

  /** What the HTTP port sees; from a moment before Streams is there. */
  private final class Inspection implements Inspected {
    @Override
    public String state() {
      KafkaStreams.State state = FanoutService.this.state();
      String refusal = trouble.refusal();
      return state == null
          ? "STARTING"
          : closing.get() ? "CLOSING" : state.name() + (refusal.isEmpty() ? "" : "; " + refusal);
    }

    @Override
    public boolean ready() {
      return FanoutService.this.ready();
    }

    @Override
    public boolean live() {
      KafkaStreams.State state = FanoutService.this.state();
      return state == null
          || state.isRunningOrRebalancing()
          || state == KafkaStreams.State.CREATED
          || closing.get();
    }

    @Override
    public Access access(List<String> authorization, Scope scope) {
      if (config.auth() == Auth.NONE) {
        return new Access.Granted(UserKey.DEFAULT_TENANT, "");
      }
      KeyFeed known = keys;
      return known == null ? CallerCheck.NOT_READ_YET : known.check(authorization, scope);
    }

    @Override
    public UserViews.Found<UserView> find(UserKey user) {
      Running now = running;
      return now == null ? new UserViews.Found.NotNow<>() : now.views().find(user);
    }

    @Override
    public UserViews.Found<PresenceView.OfUser> presence(UserKey user) {
      Running now = running;
      return now == null ? new UserViews.Found.NotNow<>() : now.views().presence(user);
    }

    @Override
    public Simulator.Started simulate(SimulationRequest request) {
      Simulator simulations = simulator;
      return simulations == null
          ? new Simulator.Started.Refused("the policies are not read from Kafka yet", 1)
          : simulations.start(request);
    }

    @Override
    public String metrics() {
      return registry.scrape();
    }
  }
}
