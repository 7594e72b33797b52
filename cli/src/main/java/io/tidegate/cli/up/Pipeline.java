package io.tidegate.cli.up;

import io.tidegate.cli.Reason;
import io.tidegate.cli.broker.DataFolder;
import io.tidegate.cli.broker.EmbeddedBroker;
import io.tidegate.cli.topics.TopicAdmin;
import io.tidegate.cli.topics.TopicPlan;
import io.tidegate.contract.StartupException;
import io.tidegate.contract.Topics;
import io.tidegate.contract.auth.Auth;
import io.tidegate.contract.kafka.KafkaAccess;
import io.tidegate.contract.token.SigningKeyFile;
import io.tidegate.contract.webhook.WebhookKeyFile;
import io.tidegate.delivery.DeliveryAuth;
import io.tidegate.delivery.DeliveryConfig;
import io.tidegate.fanout.FanoutConfig;
import io.tidegate.fanout.statestore.StoreKind;
import io.tidegate.ingest.IngestConfig;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The three services in this JVM, on 127.0.0.1, with the embedded broker unless there is a Kafka
 * already. They take requests once {@link #start} returns.
 */
public final class Pipeline implements AutoCloseable {
  private static final Logger LOGGER = LoggerFactory.getLogger(Pipeline.class);

  private static final Duration READY = Duration.ofSeconds(60);
  private static final Duration DRAIN = Duration.ofSeconds(2);
  private static final Duration CLOSE_SERVICES = Duration.ofSeconds(4);

  /** On a broker that only this process uses, so that it comes back without a rebalance. */
  private static final String INSTANCE = "up";

  private final DataFolder folder;
  private final AtomicBoolean closed = new AtomicBoolean();
  private volatile @Nullable EmbeddedBroker broker;
  private volatile @Nullable KafkaAccess kafka;
  private volatile List<Services.Running> services = List.of();
  private volatile String asked = "";
  private volatile @Nullable Path tokenKeys;

  private Pipeline(DataFolder folder) {
    this.folder = folder;
  }

  /**
   * What is asked for.
   *
   * @param kafka null for the embedded broker
   * @param brokerPort of the embedded broker: 0 for any free one, null for the one it had before
   * @param adopt topics that are there keep their partitions by user, whatever the plan says
   * @param ingestPort 0 for any free one, as the two after it
   */
  public record Settings(
      @Nullable KafkaAccess kafka,
      @Nullable Integer brokerPort,
      TopicPlan plan,
      boolean adopt,
      int ingestPort,
      int deliveryPort,
      int fanoutPort,
      int slot) {
    /** Every port free and a broker of its own: for tests and training runs. */
    public static Settings anyPorts(TopicPlan plan) {
      return new Settings(null, 0, plan, false, 0, 0, 0, 0);
    }
  }

  /**
   * @param folder closed with the pipeline, and by a start that fails
   * @throws StartupException with the one reason; what had started is stopped again
   */
  public static Pipeline start(DataFolder folder, Settings settings) throws StartupException {
    Pipeline pipeline = new Pipeline(folder);
    boolean started = false;
    try {
      pipeline.run(settings);
      started = true;
      return pipeline;
    } finally {
      if (!started) {
        pipeline.close();
      }
    }
  }

  /** Bootstrap servers. */
  public String kafka() {
    return access().servers();
  }

  /** The way to its Kafka. */
  public KafkaAccess access() {
    KafkaAccess known = kafka;
    if (known == null) {
      throw new IllegalStateException("not started");
    }
    return known;
  }

  /** Of the embedded broker's controller; 0 if Kafka is another's. */
  public int controllerPort() {
    EmbeddedBroker embedded = broker;
    return embedded == null ? 0 : embedded.controllerPort();
  }

  public int ingestPort() {
    return port("ingest");
  }

  public int deliveryPort() {
    return port("delivery");
  }

  public int fanoutPort() {
    return port("fanout");
  }

  public boolean ready() {
    return !services.isEmpty() && services.stream().allMatch(s -> s.ready().getAsBoolean());
  }

  /** Drains the services, side by side, then stops the broker; within about 9 s in all. */
  @Override
  public void close() {
    if (!closed.compareAndSet(false, true)) {
      return;
    }
    closeAll(services);
    EmbeddedBroker embedded = broker;
    if (embedded != null) {
      embedded.close();
    }
    try {
      folder.close();
    } catch (IOException e) {
      LOGGER.atWarn().setCause(e).log("the data folder's lock could not be closed");
    }
  }

  /**
   * Whether what a start needs is there: the ports, and the Kafka that is not its own.
   *
   * @throws StartupException with the first reason why not
   */
  static void check(Settings settings) throws StartupException {
    requirePorts(settings);
    if (settings.kafka() != null) {
      TopicAdmin.connect(settings.kafka()).close();
    }
  }

  private void run(Settings settings) throws StartupException {
    // Before the broker, which takes seconds; the services check again when they bind.
    requirePorts(settings);
    KafkaAccess external = settings.kafka();
    KafkaAccess access;
    if (external == null) {
      EmbeddedBroker embedded = EmbeddedBroker.start(folder, settings.brokerPort());
      broker = embedded;
      access = KafkaAccess.plain(embedded.bootstrapServers());
    } else {
      access = external;
    }
    kafka = access;
    try (TopicAdmin admin = TopicAdmin.connect(access)) {
      TopicPlan plan = settings.plan();
      admin.create(settings.adopt() ? admin.adopt(plan) : plan);
    }
    startServices(settings, access, external == null);
    awaitReady();
  }

  private void startServices(Settings settings, KafkaAccess access, boolean embedded)
      throws StartupException {
    Topics topics = settings.plan().topics();
    IngestConfig ingest =
        Services.configured(IngestConfig::from, access, topics)
            .withKafka(access)
            .withAddress("127.0.0.1", settings.ingestPort())
            .withDrainTimeout(DRAIN);
    DeliveryConfig delivery =
        Services.configured(DeliveryConfig::from, access, topics)
            .withKafka(access)
            .withHost("127.0.0.1")
            .withPort(settings.deliveryPort())
            .withSlot(settings.slot())
            .withNotice(Duration.ZERO)
            .withDrain(DRAIN);
    FanoutConfig base =
        Services.configured(FanoutConfig::from, access, topics)
            .withKafka(access)
            .withAddress("127.0.0.1", settings.fanoutPort(), null)
            .withStore(StoreKind.ROCKSDB, folder.resolve("fanout"))
            .withDrain(DRAIN);
    FanoutConfig fanout = embedded ? base.withInstance(base.applicationId(), INSTANCE) : base;
    Path signingKeys = folder.resolve("signing-keys.json");
    boolean makesTokens = ingest.auth() == Auth.KEYS && ingest.signingKeys().isEmpty();
    String webhookKey = webhookKey(ingest, delivery);
    IngestConfig posting = ingest.withWebhooks(ingest.webhooks().orKey(webhookKey).withLoopback());
    IngestConfig signing =
        makesTokens ? posting.withSigningKeys(makeKeys(signingKeys).toString()) : posting;
    DeliveryConfig asking =
        delivery.auth() == DeliveryAuth.TOKENS && delivery.hasDefaultTokenKeys()
            ? delivery.withTokens(
                signing.signingKeys().isEmpty()
                    ? makeKeys(signingKeys).toString()
                    : signing.signingKeys(),
                delivery.tokens())
            : delivery;
    DeliveryConfig hosting =
        asking.withWebhooks(
            asking
                .webhooks()
                .withRules(asking.webhooks().rules().orKey(webhookKey).withLoopback()));
    asked = asked(ingest, fanout, delivery);
    boolean isOurs = delivery.auth() == DeliveryAuth.TOKENS && delivery.hasDefaultTokenKeys();
    tokenKeys =
        isOurs
            ? signing.signingKeys().isEmpty() ? signingKeys : Path.of(signing.signingKeys())
            : null;
    startAll(
        List.of(
            () -> Services.fanout(fanout),
            () -> Services.delivery(hosting),
            () -> Services.ingest(signing)));
  }

  /** What tokens for delivery are signed with; null where none is asked for, or others sign. */
  @Nullable Path signingKeys() {
    return tokenKeys;
  }

  /** What callers must show where; empty: nothing anywhere. */
  String asked() {
    return asked;
  }

  private static String asked(IngestConfig ingest, FanoutConfig fanout, DeliveryConfig delivery) {
    List<String> asked = new ArrayList<>();
    if (ingest.auth() == Auth.KEYS) {
      asked.add("a key to ingest");
    }
    if (fanout.auth() == Auth.KEYS) {
      asked.add("a key to fan-out");
    }
    if (delivery.auth() == DeliveryAuth.TOKENS) {
      asked.add("a token to delivery");
    }
    return String.join(", ", asked);
  }

  /** One for both, whoever was told of it; made where nobody was. */
  private String webhookKey(IngestConfig ingest, DeliveryConfig delivery) throws StartupException {
    if (ingest.webhooks().isOn()) {
      return ingest.webhooks().webhookKey();
    }
    if (delivery.webhooks().rules().isOn()) {
      return delivery.webhooks().rules().webhookKey();
    }
    Path file = folder.resolve("webhook-key");
    try {
      new WebhookKeyFile(file).makeWhereMissing();
    } catch (IOException e) {
      throw new StartupException(file + ": " + e.getMessage(), e);
    }
    return file.toString();
  }

  /** The file itself, where ingest and delivery are one process, needs nobody to fetch it. */
  private static Path makeKeys(Path file) throws StartupException {
    try {
      var _ = new SigningKeyFile(file).readOrMake(System.currentTimeMillis());
      return file;
    } catch (IOException e) {
      throw new StartupException(file + ": " + e.getMessage(), e);
    }
  }

  /** Side by side; if one fails, the others are stopped and its reason is thrown. */
  private void startAll(List<Callable<Services.Running>> starts) throws StartupException {
    List<Services.Running> running = new ArrayList<>();
    StartupException failure = null;
    try (ExecutorService threads = Executors.newThreadPerTaskExecutor(starter())) {
      List<Future<Services.Running>> futures = starts.stream().map(threads::submit).toList();
      for (Future<Services.Running> future : futures) {
        try {
          running.add(future.get());
        } catch (ExecutionException e) {
          if (failure == null) {
            failure =
                e.getCause() instanceof StartupException known
                    ? known
                    : new StartupException("a service did not start: " + Reason.of(e), e);
          }
        } catch (InterruptedException e) {
          Thread.currentThread().interrupt();
          throw new StartupException("interrupted while starting", e);
        }
      }
    } finally {
      services = List.copyOf(running);
    }
    if (failure != null) {
      throw failure;
    }
  }

  private void awaitReady() throws StartupException {
    long deadline = System.nanoTime() + READY.toNanos();
    while (!ready()) {
      if (System.nanoTime() > deadline) {
        List<String> missing =
            services.stream()
                .filter(service -> !service.ready().getAsBoolean())
                .map(Services.Running::name)
                .toList();
        throw new StartupException(
            "not ready within " + READY.toSeconds() + " s: " + String.join(", ", missing));
      }
      try {
        TimeUnit.MILLISECONDS.sleep(5);
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        throw new StartupException("interrupted while starting", e);
      }
    }
  }

  private static void closeAll(List<Services.Running> services) {
    List<Thread> closers = new ArrayList<>();
    for (Services.Running service : services) {
      closers.add(starter().newThread(service::close));
    }
    closers.forEach(Thread::start);
    long deadline = System.nanoTime() + CLOSE_SERVICES.toNanos();
    for (Thread closer : closers) {
      try {
        long left = deadline - System.nanoTime();
        if (left <= 0 || !closer.join(Duration.ofNanos(left))) {
          LOGGER.atWarn().log("gave up on closing a service");
        }
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        return;
      }
    }
  }

  private static java.util.concurrent.ThreadFactory starter() {
    return Thread.ofPlatform().daemon().name("pipeline-", 0).factory();
  }

  private int port(String name) {
    return services.stream()
        .filter(service -> service.name().equals(name))
        .mapToInt(Services.Running::port)
        .findFirst()
        .orElseThrow();
  }

  private static void requirePorts(Settings settings) throws StartupException {
    requireFree(settings.ingestPort(), "ingest");
    requireFree(settings.deliveryPort(), "delivery");
    requireFree(settings.fanoutPort(), "fanout");
    Integer kafka = settings.brokerPort();
    requireFree(kafka == null ? 0 : kafka, "kafka");
  }

  private static void requireFree(int port, String service) throws StartupException {
    if (port == 0) {
      return;
    }
    try (ServerSocket socket = new ServerSocket()) {
      socket.bind(new InetSocketAddress(InetAddress.ofLiteral("127.0.0.1"), port));
    } catch (IOException e) {
      throw new StartupException(
          "port "
              + port
              + " on 127.0.0.1 is in use (wanted for "
              + service
              + "; choose another with --"
              + service
              + "-port)",
          e);
    }
  }
}
