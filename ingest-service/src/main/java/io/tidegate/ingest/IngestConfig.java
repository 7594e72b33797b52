package io.tidegate.ingest;

import io.tidegate.contract.Topics;
import java.time.Duration;
import java.util.Map;

/**
 * The settings of an ingest-service. Sizes are in bytes.
 *
 * @param kafka bootstrap servers, {@code host:port,…}
 * @param topics the names of the topics
 * @param host the address to listen on
 * @param port 0 for any that is free
 * @param maxBodyBytes one message request, and one line of a batch; up to 8 MiB
 * @param maxBatchBytes the body of a batch; at least maxBodyBytes
 * @param maxBatchLines messages in a batch
 * @param maxInFlightBytes of all requests together, counted twice from the moment they come off the
 *     socket (as received, and as taken apart); at least twice maxBatchBytes
 * @param maxInFlightRequests requests that are being served at once
 * @param maxConnections further ones wait unaccepted
 * @param headTimeout for a request line and headers to arrive
 * @param bodyTimeout for a body to arrive, not counting the time we did not read
 * @param idleTimeout between two requests on a connection
 * @param deliveryTimeout for Kafka to acknowledge; after it the answer is 503
 * @param maxBlock how long a message may wait for room in the producer or for metadata
 * @param producerBytes the producer's memory
 * @param startTimeout for Kafka to answer at start
 * @param drainTimeout for {@code close}
 */
public record IngestConfig(
    String kafka,
    Topics topics,
    String host,
    int port,
    int maxBodyBytes,
    int maxBatchBytes,
    int maxBatchLines,
    long maxInFlightBytes,
    int maxInFlightRequests,
    int maxConnections,
    Duration headTimeout,
    Duration bodyTimeout,
    Duration idleTimeout,
    Duration deliveryTimeout,
    Duration maxBlock,
    long producerBytes,
    Duration startTimeout,
    Duration drainTimeout) {

  private static final int MIB = 1024 * 1024;
  private static final int DEFAULT_PORT = 8080;
  private static final Duration HOUR = Duration.ofHours(1);

  /**
   * @throws IllegalArgumentException naming the field and the value
   */
  public IngestConfig {
    if (kafka.isBlank()) {
      throw new IllegalArgumentException("kafka: want host:port[,host:port…], got nothing");
    }
    if (host.isBlank()) {
      throw new IllegalArgumentException("host: want a name or an address, got nothing");
    }
    range("port", port, 0, 65_535);
    range("maxBodyBytes", maxBodyBytes, 1, 8 * MIB);
    range("maxBatchBytes", maxBatchBytes, maxBodyBytes, 64 * MIB);
    range("maxBatchLines", maxBatchLines, 1, 100_000);
    range("maxInFlightBytes", maxInFlightBytes, 2L * maxBatchBytes, Long.MAX_VALUE / 4);
    range("maxInFlightRequests", maxInFlightRequests, 1, 1_000_000);
    range("maxConnections", maxConnections, 1, 1_000_000);
    range("headTimeout", headTimeout, Duration.ofMillis(10));
    range("bodyTimeout", bodyTimeout, Duration.ofMillis(10));
    range("idleTimeout", idleTimeout, Duration.ofMillis(10));
    range("deliveryTimeout", deliveryTimeout, Duration.ofMillis(100));
    range("maxBlock", maxBlock, Duration.ofMillis(1));
    range("producerBytes", producerBytes, MIB, Long.MAX_VALUE / 4);
    range("startTimeout", startTimeout, Duration.ofMillis(10));
    range("drainTimeout", drainTimeout, Duration.ofMillis(10));
  }

  public static IngestConfig defaults(String bootstrapServers) {
    return new IngestConfig(
        bootstrapServers,
        Topics.DEFAULT,
        "127.0.0.1",
        DEFAULT_PORT,
        MIB,
        8 * MIB,
        1000,
        64L * MIB,
        1024,
        4096,
        Duration.ofSeconds(10),
        Duration.ofSeconds(30),
        Duration.ofSeconds(60),
        Duration.ofSeconds(10),
        Duration.ofSeconds(1),
        32L * MIB,
        Duration.ofSeconds(10),
        Duration.ofSeconds(5));
  }

  /**
   * Reads {@code TIDEGATE_KAFKA} (required), {@code TIDEGATE_TOPIC_PREFIX} and the {@code
   * TIDEGATE_INGEST_…} variables that the README lists; what is not set keeps its default.
   * Durations are such as {@code 500ms}, {@code 10s} or {@code 2m}.
   *
   * @throws IllegalArgumentException naming the variable or the field
   */
  public static IngestConfig from(Map<String, String> environment) {
    Environment variables = new Environment(environment);
    IngestConfig d = defaults(variables.required("TIDEGATE_KAFKA"));
    return new IngestConfig(
        d.kafka,
        variables.read("TIDEGATE_TOPIC_PREFIX", d.topics, Topics::new),
        variables.read("TIDEGATE_INGEST_HOST", d.host, text -> text),
        variables.read("TIDEGATE_INGEST_PORT", d.port, Integer::valueOf),
        variables.read("TIDEGATE_INGEST_MAX_BODY_BYTES", d.maxBodyBytes, Integer::valueOf),
        variables.read("TIDEGATE_INGEST_MAX_BATCH_BYTES", d.maxBatchBytes, Integer::valueOf),
        variables.read("TIDEGATE_INGEST_MAX_BATCH_LINES", d.maxBatchLines, Integer::valueOf),
        variables.read("TIDEGATE_INGEST_MAX_IN_FLIGHT_BYTES", d.maxInFlightBytes, Long::valueOf),
        variables.read(
            "TIDEGATE_INGEST_MAX_IN_FLIGHT_REQUESTS", d.maxInFlightRequests, Integer::valueOf),
        variables.read("TIDEGATE_INGEST_MAX_CONNECTIONS", d.maxConnections, Integer::valueOf),
        variables.duration("TIDEGATE_INGEST_HEAD_TIMEOUT", d.headTimeout),
        variables.duration("TIDEGATE_INGEST_BODY_TIMEOUT", d.bodyTimeout),
        variables.duration("TIDEGATE_INGEST_IDLE_TIMEOUT", d.idleTimeout),
        variables.duration("TIDEGATE_INGEST_DELIVERY_TIMEOUT", d.deliveryTimeout),
        variables.duration("TIDEGATE_INGEST_MAX_BLOCK", d.maxBlock),
        variables.read("TIDEGATE_INGEST_PRODUCER_BYTES", d.producerBytes, Long::valueOf),
        variables.duration("TIDEGATE_INGEST_START_TIMEOUT", d.startTimeout),
        variables.duration("TIDEGATE_INGEST_DRAIN_TIMEOUT", d.drainTimeout));
  }

  public IngestConfig withTopics(Topics value) {
    return new IngestConfig(
        kafka,
        value,
        host,
        port,
        maxBodyBytes,
        maxBatchBytes,
        maxBatchLines,
        maxInFlightBytes,
        maxInFlightRequests,
        maxConnections,
        headTimeout,
        bodyTimeout,
        idleTimeout,
        deliveryTimeout,
        maxBlock,
        producerBytes,
        startTimeout,
        drainTimeout);
  }

  public IngestConfig withAddress(String newHost, int newPort) {
    return new IngestConfig(
        kafka,
        topics,
        newHost,
        newPort,
        maxBodyBytes,
        maxBatchBytes,
        maxBatchLines,
        maxInFlightBytes,
        maxInFlightRequests,
        maxConnections,
        headTimeout,
        bodyTimeout,
        idleTimeout,
        deliveryTimeout,
        maxBlock,
        producerBytes,
        startTimeout,
        drainTimeout);
  }

  public IngestConfig withInFlight(int newRequests, long newBytes) {
    return new IngestConfig(
        kafka,
        topics,
        host,
        port,
        maxBodyBytes,
        maxBatchBytes,
        maxBatchLines,
        newBytes,
        newRequests,
        maxConnections,
        headTimeout,
        bodyTimeout,
        idleTimeout,
        deliveryTimeout,
        maxBlock,
        producerBytes,
        startTimeout,
        drainTimeout);
  }

  public IngestConfig withMaxConnections(int value) {
    return new IngestConfig(
        kafka,
        topics,
        host,
        port,
        maxBodyBytes,
        maxBatchBytes,
        maxBatchLines,
        maxInFlightBytes,
        maxInFlightRequests,
        value,
        headTimeout,
        bodyTimeout,
        idleTimeout,
        deliveryTimeout,
        maxBlock,
        producerBytes,
        startTimeout,
        drainTimeout);
  }

  public IngestConfig withReadTimeouts(Duration head, Duration body, Duration idle) {
    return new IngestConfig(
        kafka,
        topics,
        host,
        port,
        maxBodyBytes,
        maxBatchBytes,
        maxBatchLines,
        maxInFlightBytes,
        maxInFlightRequests,
        maxConnections,
        head,
        body,
        idle,
        deliveryTimeout,
        maxBlock,
        producerBytes,
        startTimeout,
        drainTimeout);
  }

  public IngestConfig withKafkaTimeouts(Duration start, Duration block, Duration delivery) {
    return new IngestConfig(
        kafka,
        topics,
        host,
        port,
        maxBodyBytes,
        maxBatchBytes,
        maxBatchLines,
        maxInFlightBytes,
        maxInFlightRequests,
        maxConnections,
        headTimeout,
        bodyTimeout,
        idleTimeout,
        delivery,
        block,
        producerBytes,
        start,
        drainTimeout);
  }

  public IngestConfig withDrainTimeout(Duration value) {
    return new IngestConfig(
        kafka,
        topics,
        host,
        port,
        maxBodyBytes,
        maxBatchBytes,
        maxBatchLines,
        maxInFlightBytes,
        maxInFlightRequests,
        maxConnections,
        headTimeout,
        bodyTimeout,
        idleTimeout,
        deliveryTimeout,
        maxBlock,
        producerBytes,
        startTimeout,
        value);
  }

  private static void range(String field, long value, long least, long most) {
    if (value < least || value > most) {
      throw new IllegalArgumentException(
          field + ": want " + least + " to " + most + ", got " + value);
    }
  }

  private static void range(String field, Duration value, Duration least) {
    if (value.compareTo(least) < 0 || value.compareTo(HOUR) > 0) {
      throw new IllegalArgumentException(
          field + ": want " + least + " to " + HOUR + ", got " + value);
    }
  }
}
