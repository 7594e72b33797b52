package io.tidegate.ingest;

import io.tidegate.contract.StartupException;
import io.tidegate.contract.Topics;
import io.tidegate.contract.auth.Auth;
import io.tidegate.contract.auth.Keyring;
import io.tidegate.contract.auth.TrustedIssuer;
import io.tidegate.contract.auth.WatchedIssuer;
import io.tidegate.contract.kafka.KafkaClients;
import io.tidegate.contract.kafka.KafkaFault;
import io.tidegate.contract.table.TopicTable;
import io.tidegate.contract.tls.TlsFiles;
import io.tidegate.contract.tls.WatchedTls;
import io.tidegate.contract.token.SigningKeyFile;
import io.tidegate.contract.webhook.Endpoints;
import io.tidegate.contract.webhook.WebhookKeyFile;
import io.tidegate.ingest.admission.Admission;
import io.tidegate.ingest.admission.Part;
import io.tidegate.ingest.admission.SharedRoom;
import io.tidegate.ingest.connection.Timeouts;
import io.tidegate.ingest.endpoints.EndpointStore;
import io.tidegate.ingest.endpoints.EndpointTable;
import io.tidegate.ingest.http.IngestServer;
import io.tidegate.ingest.http.Limits;
import io.tidegate.ingest.idempotency.Replays;
import io.tidegate.ingest.lag.Eta;
import io.tidegate.ingest.metrics.IngestMetrics;
import io.tidegate.ingest.policies.Policies;
import io.tidegate.ingest.policies.PolicyStore;
import io.tidegate.ingest.publish.AdminProbe;
import io.tidegate.ingest.publish.CopiesCheck;
import io.tidegate.ingest.publish.Flusher;
import io.tidegate.ingest.publish.KeyTable;
import io.tidegate.ingest.publish.LagAsker;
import io.tidegate.ingest.publish.Publisher;
import io.tidegate.ingest.publish.Readiness;
import io.tidegate.ingest.publish.SettingsWriter;
import io.tidegate.ingest.publish.TableFeed;
import io.tidegate.ingest.publish.TopicProbe;
import io.tidegate.ingest.quota.Allowance;
import io.tidegate.ingest.quota.Quotas;
import io.tidegate.ingest.tokens.TokenSigner;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.common.KafkaException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** A running ingest-service: messages, policies, settings and members from REST to Kafka. */
public final class IngestService implements AutoCloseable {
  private static final Logger LOGGER = LoggerFactory.getLogger(IngestService.class);

  /** What of the drain time is kept for the producer to flush. */
  private static final int FLUSH_SHARE = 4;

  private static final Duration ANSWER_SLACK = Duration.ofSeconds(1);

  /** How long a client may take to read an answer, beyond our own work. */
  private static final Duration SLOW_READER = Duration.ofSeconds(30);

  private final IngestConfig config;
  private final Producer<byte[], byte[]> producer;
  private final TopicProbe probe;
  private final TableFeed policies;
  private final @Nullable KeyTable keys;
  private final @Nullable EndpointTable endpoints;
  private final Runnable asker;
  private final Flusher flusher;
  private final Readiness readiness;
  private final IngestMetrics metrics;
  private final IngestServer server;
  private final @Nullable WatchedTls tls;
  private final AtomicBoolean closed = new AtomicBoolean();

  private IngestService(
      IngestConfig config,
      Producer<byte[], byte[]> producer,
      TopicProbe probe,
      TableFeed policies,
      @Nullable KeyTable keys,
      @Nullable EndpointTable endpoints,
      Runnable asker,
      Flusher flusher,
      Readiness readiness,
      IngestMetrics metrics,
      IngestServer server,
      @Nullable WatchedTls tls) {
    this.config = config;
    this.producer = producer;
    this.probe = probe;
    this.policies = policies;
    this.keys = keys;
    this.endpoints = endpoints;
    this.asker = asker;
    this.flusher = flusher;
    this.readiness = readiness;
    this.metrics = metrics;
    this.server = server;
    this.tls = tls;
  }

  /**
   * Returns when the port is open and Kafka has shown the topics.
   *
   * @throws StartupException with one line that says what to mend; nothing is left running
   */
  public static IngestService start(IngestConfig config) throws StartupException {
    config.kafka().warn();
    TopicProbe probe;
    try {
      probe =
          new AdminProbe(
              KafkaClients.admin(config.kafka(), KafkaSettings.admin(config)), config.kafka());
    } catch (KafkaException e) {
      throw new StartupException(KafkaFault.of(config.kafka(), e), e);
    }
    Policies policies = new Policies();
    TableFeed feed = null;
    KeyTable keys = null;
    EndpointTable endpoints = null;
    Producer<byte[], byte[]> producer;
    try {
      Topics topics = config.topics();
      for (String topic :
          List.of(topics.messages(), topics.policies(), topics.users(), topics.members())) {
        requireTopic(config, probe, topic);
      }
      // Before the producer, whose start takes longer than to read the policies.
      feed =
          TableFeed.of(
              TopicTable.open(
                  config.kafka(),
                  topics.policies(),
                  "tidegate-ingest-policies",
                  policies::changed));
      if (config.auth() == Auth.KEYS) {
        requireTopic(config, probe, topics.keys());
        keys = keys(config);
      }
      if (config.webhooks().isOn()) {
        requireTopic(config, probe, topics.endpoints());
        endpoints = endpoints(config);
      }
      producer = KafkaClients.producer(config.kafka(), KafkaSettings.producer(config));
    } catch (StartupException e) {
      close(probe, feed, keys, endpoints);
      throw e;
    } catch (RuntimeException e) {
      close(probe, feed, keys, endpoints);
      throw new StartupException(KafkaFault.of(config.kafka(), e), e);
    }
    try {
      // Otherwise the first request pays for it, and may not have that much time.
      producer.partitionsFor(config.topics().messages());
    } catch (RuntimeException e) {
      if (KafkaFault.isOfLogin(e)) {
        // A producer that was refused before it had its id asks for none again.
        producer.close(Duration.ZERO);
        close(probe, feed, keys, endpoints);
        throw new StartupException(KafkaFault.of(config.kafka(), e), e);
      }
      LOGGER.atWarn().addKeyValue("cause", cause(e)).log("metadata not fetched ahead");
    }
    Eta eta = new Eta(LagAsker.FRESH.toNanos());
    LagAsker asker;
    try {
      asker =
          LagAsker.start(
              KafkaClients.admin(config.kafka(), KafkaSettings.lagAdmin(config)),
              config.fanoutGroup().isEmpty()
                  ? config.topics().prefix() + "-fanout"
                  : config.fanoutGroup(),
              config.topics().messages(),
              eta);
    } catch (KafkaException e) {
      producer.close(Duration.ZERO);
      close(probe, feed, keys, endpoints);
      throw new StartupException(KafkaFault.of(config.kafka(), e), e);
    }
    return start(config, producer, probe, policies, feed, keys, endpoints, eta, asker::close);
  }

  private static EndpointTable endpoints(IngestConfig config) {
    Endpoints known = new Endpoints();
    return new EndpointTable(
        known,
        TableFeed.of(
            TopicTable.open(
                config.kafka(),
                config.topics().endpoints(),
                "tidegate-ingest-endpoints",
                (key, value, offset) -> {
                  var _ = known.changed(key, value, offset);
                })));
  }

  private static KeyTable keys(IngestConfig config) throws StartupException {
    TrustedIssuer trusted = config.issuer();
    WatchedIssuer issuer = trusted == null ? null : trusted.open("tidegate-ingest-token-keys");
    Keyring keyring = new Keyring();
    try {
      return new KeyTable(
          keyring,
          TableFeed.of(
              TopicTable.open(
                  config.kafka(),
                  config.topics().keys(),
                  "tidegate-ingest-keys",
                  keyring::changed)),
          issuer);
    } catch (RuntimeException e) {
      if (issuer != null) {
        issuer.close();
      }
      throw e;
    }
  }

  private static void close(
      TopicProbe probe,
      @Nullable TableFeed feed,
      @Nullable KeyTable keys,
      @Nullable EndpointTable endpoints) {
    if (endpoints != null) {
      endpoints.close();
    }
    if (feed != null) {
      feed.close();
    }
    if (keys != null) {
      keys.close();
    }
    probe.close();
  }

  /**
   * Starts over any producer, probe and feed, which are closed with the service or on failure.
   *
   * @param policies what {@code feed} feeds
   * @param keys null: no key is asked for
   * @param endpoints null: there are none
   * @param eta how long messages will probably wait for fan-out
   * @param asker closes what tells it
   */
  static IngestService start(
      IngestConfig config,
      Producer<byte[], byte[]> producer,
      TopicProbe probe,
      Policies policies,
      TableFeed feed,
      @Nullable KeyTable keys,
      @Nullable EndpointTable endpoints,
      Eta eta,
      Runnable asker)
      throws StartupException {
    IngestMetrics metrics = new IngestMetrics();
    metrics.showSettings(config.shown());
    Flusher flusher = new Flusher(producer);
    Topics topics = config.topics();
    TlsFiles files = config.tls();
    WatchedTls tls = null;
    try {
      tls = files == null ? null : WatchedTls.ofServer(files);
      TopicProbe.Answer.Present first = requireTopic(config, probe, topics.messages());
      for (String topic : List.of(topics.users(), topics.members())) {
        requireSame(config, first, topic, requireTopic(config, probe, topic));
      }
      metrics.showCopies(
          CopiesCheck.look(
              probe,
              config.kafka().toolOptions(),
              CopiesCheck.topics(topics, config.webhooks().isOn())));
      if (config.auth() == Auth.NONE && !config.signingKeys().isEmpty()) {
        LOGGER
            .atWarn()
            .log(
                "no key is asked for (TIDEGATE_INGEST_AUTH=none), but there are signing keys:"
                    + " whoever reaches this port gets a token for any user from POST /v1/tokens");
      }
      Readiness readiness = new Readiness(probe, topics.messages(), first, System::nanoTime);
      Duration within = config.deliveryTimeout().plus(config.maxBlock()).plus(ANSWER_SLACK);
      SettingsWriter writer = new SettingsWriter(producer, topics, within);
      PolicyStore store = new PolicyStore(policies, feed, writer, within);
      EndpointStore endpointStore =
          endpoints == null
              ? null
              : new EndpointStore(
                  endpoints,
                  config.webhooks(),
                  new WebhookKeyFile(Path.of(config.webhooks().webhookKey()))
                      .read("TIDEGATE_INGEST_WEBHOOK_KEY"),
                  writer,
                  within,
                  InstantSource.system());
      IngestServer server =
          IngestServer.start(
              settings(config, tls, within),
              new Admission(config.maxInFlightRequests(), config.maxInFlightBytes()),
              quotas(config, keys),
              new SharedRoom(config.producerBytes(), part(config)),
              new Replays(
                  config.idempotencyKeys(),
                  config.idempotencyBytes(),
                  config.idempotencyAge().toNanos(),
                  System::nanoTime),
              eta,
              new Publisher(producer, topics, first.partitions(), within, flusher),
              store,
              keys,
              endpointStore,
              readiness,
              metrics);
      LOGGER
          .atInfo()
          .addKeyValue("host", config.host())
          .addKeyValue("port", server.port())
          .addKeyValue("topic", topics.messages())
          .addKeyValue("auth", config.auth())
          .addKeyValue("tls", tls != null)
          .log("ingest-service started");
      return new IngestService(
          config, producer, probe, feed, keys, endpoints, asker, flusher, readiness, metrics,
          server, tls);
    } catch (StartupException | RuntimeException e) {
      asker.run();
      metrics.close();
      if (tls != null) {
        tls.close();
      }
      flusher.close();
      producer.close(Duration.ZERO);
      close(probe, feed, keys, endpoints);
      throw e;
    }
  }

  /** Otherwise what is known of a user would lie where nobody looks for it. */
  private static void requireSame(
      IngestConfig config,
      TopicProbe.Answer.Present messages,
      String other,
      TopicProbe.Answer.Present found)
      throws StartupException {
    if (found.partitions() != messages.partitions()) {
      throw new StartupException(
          "topics "
              + config.topics().messages()
              + " and "
              + other
              + " must have the same number of partitions, but have "
              + messages.partitions()
              + " and "
              + found.partitions()
              + ": recreate them with `tidegate topics create`");
    }
  }

  private static TopicProbe.Answer.Present requireTopic(
      IngestConfig config, TopicProbe probe, String topic) throws StartupException {
    TopicProbe.Answer answer = probe.ask(topic, config.startTimeout());
    return switch (answer) {
      case TopicProbe.Answer.Present present -> present;
      case TopicProbe.Answer.Missing missing ->
          throw new StartupException(
              "Kafka at "
                  + config.kafka().servers()
                  + " has no topic "
                  + topic
                  + ": create the topics with: tidegate topics create");
      case TopicProbe.Answer.Unanswered unanswered ->
          throw new StartupException(
              "Kafka at %s is not reachable: %s%s"
                  .formatted(
                      config.kafka().servers(),
                      unanswered.reason(),
                      KafkaFault.ofLate(config.kafka())));
      case TopicProbe.Answer.Unreachable unreachable ->
          throw new StartupException(
              "Kafka at " + config.kafka().servers() + " is not usable: " + unreachable.reason());
      case TopicProbe.Answer.Refused refused ->
          throw new StartupException(
              "Kafka at " + config.kafka().servers() + " " + refused.reason());
    };
  }

  private static IngestServer.Settings settings(
      IngestConfig config, @Nullable WatchedTls tls, Duration within) throws StartupException {
    return new IngestServer.Settings(
        config.host(),
        config.port(),
        config.maxConnections(),
        config.maxStreams(),
        tls,
        new Timeouts(
            config.headTimeout(),
            config.bodyTimeout(),
            config.idleTimeout(),
            within.plus(SLOW_READER)),
        new Limits(config.maxBodyBytes(), config.maxBatchBytes(), config.maxBatchLines()),
        within,
        SLOW_READER,
        config.drainTimeout().minus(config.drainTimeout().dividedBy(FLUSH_SHARE)),
        config.accessLog(),
        config.http2(),
        config.signingKeys().isEmpty()
            ? null
            : TokenSigner.open(new SigningKeyFile(Path.of(config.signingKeys()))));
  }

  private static Quotas quotas(IngestConfig config, @Nullable KeyTable keys) {
    return new Quotas(
        new Allowance(config.tenantRate(), config.tenantBytes()),
        new Allowance(config.keyRate(), config.keyBytes()),
        part(config),
        keys == null ? Quotas.Own.NOTHING : keys,
        Quotas.MOST,
        System::nanoTime);
  }

  private static Part part(IngestConfig config) {
    return config.auth() == Auth.NONE ? Part.ALL : new Part(config.tenantShare());
  }

  /** Kafka's own exception often says only that something failed; its cause says what. */
  private static String cause(Throwable e) {
    Throwable cause = e.getCause() == null ? e : e.getCause();
    return String.valueOf(cause.getMessage()).lines().findFirst().orElse("no reason given");
  }

  public int port() {
    return server.port();
  }

  /**
   * Whether messages can be written now and policies and keys are known; may take as long as a
   * probe of Kafka, 2 s.
   */
  public boolean ready() {
    return policies.caughtUp()
        && (endpoints == null || endpoints.feed().caughtUp())
        && (keys == null || keys.isKnown())
        && readiness.state().up();
  }

  /**
   * Stops within the drain time: reports not ready, takes no more connections, lets requests end,
   * flushes the producer. Closing again does nothing.
   */
  @Override
  public void close() {
    if (!closed.compareAndSet(false, true)) {
      return;
    }
    long end = System.nanoTime() + config.drainTimeout().toNanos();
    readiness.drain();
    try {
      server.close();
    } finally {
      asker.run();
      if (tls != null) {
        tls.close();
      }
      policies.close();
      if (keys != null) {
        keys.close();
      }
      if (endpoints != null) {
        endpoints.close();
      }
      flusher.close();
      producer.close(Duration.ofNanos(Math.max(0, end - System.nanoTime())));
      probe.close();
      metrics.close();
    }
    LOGGER.atInfo().log("ingest-service stopped");
  }
}
