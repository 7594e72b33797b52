package io.tidegate.ingest;

import io.tidegate.contract.StartupException;
import io.tidegate.contract.Topics;
import io.tidegate.contract.auth.Auth;
import io.tidegate.contract.tls.TlsFiles;
import io.tidegate.contract.tls.WatchedTls;
import io.tidegate.contract.token.SigningKeyFile;
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
import io.tidegate.ingest.metrics.IngestMetrics;
import io.tidegate.ingest.policies.PolicyStore;
import io.tidegate.ingest.publish.CopiesCheck;
import io.tidegate.ingest.publish.Flusher;
import io.tidegate.ingest.publish.KeyTable;
import io.tidegate.ingest.publish.Publisher;
import io.tidegate.ingest.publish.Readiness;
import io.tidegate.ingest.publish.SettingsWriter;
import io.tidegate.ingest.publish.TopicProbe;
import io.tidegate.ingest.quota.Allowance;
import io.tidegate.ingest.quota.Quotas;
import io.tidegate.ingest.tokens.TokenSigner;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;
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
  private final OpenKafka kafka;
  private final Flusher flusher;
  private final Readiness readiness;
  private final IngestMetrics metrics;
  private final IngestServer server;
  private final @Nullable WatchedTls tls;
  private final AtomicBoolean closed = new AtomicBoolean();

  private IngestService(
      IngestConfig config,
      OpenKafka kafka,
      Flusher flusher,
      Readiness readiness,
      IngestMetrics metrics,
      IngestServer server,
      @Nullable WatchedTls tls) {
    this.config = config;
    this.kafka = kafka;
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
    return start(config, OpenKafka.open(config));
  }

  /**
   * @param kafka closed with the service or on failure
   */
  static IngestService start(IngestConfig config, OpenKafka kafka) throws StartupException {
    IngestMetrics metrics = new IngestMetrics();
    metrics.showSettings(config.shown());
    Flusher flusher = new Flusher(kafka.producer());
    TlsFiles files = config.tls();
    WatchedTls tls = null;
    try {
      tls = files == null ? null : WatchedTls.ofServer(files);
      Topics topics = config.topics();
      RequiredTopics required = new RequiredTopics(config, kafka.probe());
      TopicProbe.Answer.Present first = required.find(topics.messages());
      for (String topic : List.of(topics.users(), topics.members())) {
        required.requireAsManyPartitions(topic, first);
      }
      metrics.showCopies(
          CopiesCheck.look(
              kafka.probe(),
              config.kafka().toolOptions(),
              CopiesCheck.topics(topics, config.webhooks().isOn())));
      if (config.auth() == Auth.NONE && !config.signingKeys().isEmpty()) {
        LOGGER
            .atWarn()
            .log(
                "no key is asked for (TIDEGATE_INGEST_AUTH=none), but there are signing keys:"
                    + " whoever reaches this port gets a token for any user from POST /v1/tokens");
      }
      Readiness readiness =
          new Readiness(kafka.probe(), topics.messages(), first, System::nanoTime);
      Duration within = config.deliveryTimeout().plus(config.maxBlock()).plus(ANSWER_SLACK);
      SettingsWriter writer = new SettingsWriter(kafka.producer(), topics, within, flusher);
      PolicyStore store = new PolicyStore(kafka.policies(), kafka.feed(), writer, within);
      EndpointTable endpoints = kafka.endpoints();
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
              quotas(config, kafka.keys()),
              new SharedRoom(config.producerBytes(), part(config)),
              new Replays(
                  config.idempotencyKeys(),
                  config.idempotencyBytes(),
                  config.idempotencyAge().toNanos(),
                  System::nanoTime),
              kafka.eta(),
              new Publisher(kafka.producer(), topics, first.partitions(), within, flusher),
              store,
              kafka.keys(),
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
      return new IngestService(config, kafka, flusher, readiness, metrics, server, tls);
    } catch (StartupException | RuntimeException e) {
      metrics.close();
      if (tls != null) {
        tls.close();
      }
      flusher.close();
      kafka.close(Duration.ZERO);
      throw e;
    }
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

  public int port() {
    return server.port();
  }

  /**
   * Whether messages can be written now and policies and keys are known; may take as long as a
   * probe of Kafka, 2 s.
   */
  public boolean ready() {
    return kafka.caughtUp() && readiness.state().up();
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
      if (tls != null) {
        tls.close();
      }
      flusher.close();
      kafka.close(Duration.ofNanos(Math.max(0, end - System.nanoTime())));
      metrics.close();
    }
    LOGGER.atInfo().log("ingest-service stopped");
  }
}
