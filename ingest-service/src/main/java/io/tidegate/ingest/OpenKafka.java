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
import io.tidegate.contract.webhook.Endpoints;
import io.tidegate.ingest.endpoints.EndpointTable;
import io.tidegate.ingest.lag.Eta;
import io.tidegate.ingest.policies.Policies;
import io.tidegate.ingest.publish.AdminProbe;
import io.tidegate.ingest.publish.KeyTable;
import io.tidegate.ingest.publish.LagAsker;
import io.tidegate.ingest.publish.TableFeed;
import io.tidegate.ingest.publish.TopicProbe;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import org.apache.kafka.clients.producer.Producer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What ingest has open of Kafka.
 *
 * @param policies what {@code feed} feeds
 * @param keys null: no key is asked for
 * @param endpoints null: there are none
 * @param eta how long messages will probably wait for fan-out
 * @param asker closes what tells it
 */
record OpenKafka(
    Producer<byte[], byte[]> producer,
    TopicProbe probe,
    Policies policies,
    TableFeed feed,
    @Nullable KeyTable keys,
    @Nullable EndpointTable endpoints,
    Eta eta,
    Runnable asker) {
  private static final Logger LOGGER = LoggerFactory.getLogger(OpenKafka.class);

  /**
   * Returns when Kafka has shown the topics.
   *
   * @throws StartupException with one line that says what to mend; nothing is left open
   */
  static OpenKafka open(IngestConfig config) throws StartupException {
    Deque<Runnable> open = new ArrayDeque<>();
    boolean complete = false;
    try {
      OpenKafka all = open(config, open);
      complete = true;
      return all;
    } catch (RuntimeException e) {
      throw new StartupException(KafkaFault.of(config.kafka(), e), e);
    } finally {
      if (!complete) {
        open.forEach(Runnable::run);
      }
    }
  }

  /**
   * @param open gets, the last first, what closes what was opened
   */
  private static OpenKafka open(IngestConfig config, Deque<Runnable> open) throws StartupException {
    Topics topics = config.topics();
    TopicProbe probe =
        new AdminProbe(
            KafkaClients.admin(config.kafka(), KafkaSettings.admin(config)), config.kafka());
    open.push(probe::close);
    RequiredTopics required = new RequiredTopics(config, probe);
    for (String topic :
        List.of(topics.messages(), topics.policies(), topics.users(), topics.members())) {
      var _ = required.find(topic);
    }
    // Before the producer, whose start takes longer than to read the policies.
    Policies policies = new Policies();
    TableFeed feed =
        TableFeed.of(
            TopicTable.open(
                config.kafka(), topics.policies(), "tidegate-ingest-policies", policies::changed));
    open.push(feed::close);
    KeyTable keys = null;
    if (config.auth() == Auth.KEYS) {
      var _ = required.find(topics.keys());
      keys = keys(config);
      open.push(keys::close);
    }
    EndpointTable endpoints = null;
    if (config.webhooks().isOn()) {
      var _ = required.find(topics.endpoints());
      endpoints = endpoints(config);
      open.push(endpoints::close);
    }
    Producer<byte[], byte[]> producer =
        KafkaClients.producer(config.kafka(), KafkaSettings.producer(config));
    open.push(() -> producer.close(Duration.ZERO));
    fetchMetadata(config, producer);
    Eta eta = new Eta(LagAsker.FRESH.toNanos());
    LagAsker asker =
        LagAsker.start(
            KafkaClients.admin(config.kafka(), KafkaSettings.lagAdmin(config)),
            config.fanoutGroup().isEmpty() ? topics.prefix() + "-fanout" : config.fanoutGroup(),
            topics.messages(),
            eta);
    return new OpenKafka(producer, probe, policies, feed, keys, endpoints, eta, asker::close);
  }

  /** Otherwise the first request pays for it, and may not have that much time. */
  private static void fetchMetadata(IngestConfig config, Producer<byte[], byte[]> producer) {
    try {
      var _ = producer.partitionsFor(config.topics().messages());
    } catch (RuntimeException e) {
      if (KafkaFault.isOfLogin(e)) {
        // A producer that was refused before it had its id asks for none again.
        throw e;
      }
      LOGGER.atWarn().addKeyValue("cause", cause(e)).log("metadata not fetched ahead");
    }
  }

  /** Kafka's own exception often says only that something failed; its cause says what. */
  private static String cause(Throwable e) {
    Throwable cause = e.getCause() == null ? e : e.getCause();
    return String.valueOf(cause.getMessage()).lines().findFirst().orElse("no reason given");
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

  /** Whether policies, keys and endpoints are known. */
  boolean caughtUp() {
    return feed.caughtUp()
        && (endpoints == null || endpoints.feed().caughtUp())
        && (keys == null || keys.isKnown());
  }

  /**
   * @param toFlush how long what the producer has may take to be written
   */
  void close(Duration toFlush) {
    asker.run();
    feed.close();
    if (keys != null) {
      keys.close();
    }
    if (endpoints != null) {
      endpoints.close();
    }
    producer.close(toFlush);
    probe.close();
  }
}
