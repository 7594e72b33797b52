package io.tidegate.ingest;

import static io.tidegate.contract.settings.Bounds.filled;
import static io.tidegate.contract.settings.Bounds.require;
import static io.tidegate.contract.settings.Bounds.within;

import io.tidegate.contract.Topics;
import io.tidegate.contract.auth.Auth;
import io.tidegate.contract.auth.Quota;
import io.tidegate.contract.auth.TrustedIssuer;
import io.tidegate.contract.kafka.KafkaAccess;
import io.tidegate.contract.rate.Rate;
import io.tidegate.contract.settings.Environment;
import io.tidegate.contract.tls.TlsFiles;
import io.tidegate.contract.webhook.WebhookRules;
import java.time.Duration;
import java.util.Map;
import java.util.SortedMap;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * The settings of an ingest-service. Sizes are in bytes.
 *
 * @param kafka the way of all clients to it
 * @param topics the names of the topics
 * @param fanoutGroup fan-out's consumer group, whose lag is asked for; empty: the prefix of the
 *     topics and {@code -fanout}
 * @param auth whether requests must show an API key
 * @param issuer whose tokens let callers in, too; null: nobody's
 * @param tls null: plain HTTP
 * @param signingKeys the file of the keys that tokens for devices are signed with; empty: none are
 *     made
 * @param webhooks what endpoints may be, and the file of the key that their secrets follow from
 * @param host the address to listen on
 * @param port 0 for any that is free
 * @param maxBodyBytes one message request, and one line of a batch; up to 8 MiB
 * @param maxBatchBytes the body of a batch; at least maxBodyBytes
 * @param maxBatchLines messages in a batch
 * @param maxInFlightBytes of all requests together, counted twice from the moment they come off the
 *     socket (as received, and as taken apart); at least twice maxBatchBytes
 * @param maxInFlightRequests requests that are being served at once
 * @param tenantShare where keys are asked for, how much of maxInFlightBytes, maxInFlightRequests
 *     and maxStreams one tenant may hold alone, in percent; with others it is less
 * @param tenantRate messages that each tenant may send, unless its own rate is set
 * @param tenantBytes of maxInFlightBytes that each tenant may have, unless its own are set; 0 for
 *     no bound of its own
 * @param keyRate messages that may be sent with each key, unless its own rate is set
 * @param keyBytes of maxInFlightBytes that requests with each key may have, as tenantBytes
 * @param idempotencyKeys answers that are kept for requests that come again with the same
 *     Idempotency-Key; 0 for none
 * @param idempotencyBytes of those answers and their keys
 * @param idempotencyAge for how long each is kept
 * @param maxConnections further ones wait unaccepted; from nine tenths on those that are idle for a
 *     second make room
 * @param maxStreams WebSockets of producers among them; each is a request that is being served
 * @param headTimeout for a request line and headers to arrive
 * @param bodyTimeout for a body to arrive, not counting the time we did not read
 * @param idleTimeout between two requests on a connection
 * @param deliveryTimeout for Kafka to acknowledge; after it the answer is 503
 * @param maxBlock how long a message may wait for room in the producer or for metadata
 * @param producerBytes the producer's memory
 * @param startTimeout for Kafka to answer at start
 * @param drainTimeout for {@code close}
 * @param accessLog whether each request is logged
 * @param http2 whether HTTP/2 is spoken beside HTTP/1.1
 */
public record IngestConfig(
    KafkaAccess kafka,
    Topics topics,
    String fanoutGroup,
    Auth auth,
    @Nullable TrustedIssuer issuer,
    @Nullable TlsFiles tls,
    String signingKeys,
    WebhookRules webhooks,
    String host,
    int port,
    int maxBodyBytes,
    int maxBatchBytes,
    int maxBatchLines,
    long maxInFlightBytes,
    int maxInFlightRequests,
    int tenantShare,
    Rate tenantRate,
    long tenantBytes,
    Rate keyRate,
    long keyBytes,
    int idempotencyKeys,
    long idempotencyBytes,
    Duration idempotencyAge,
    int maxConnections,
    int maxStreams,
    Duration headTimeout,
    Duration bodyTimeout,
    Duration idleTimeout,
    Duration deliveryTimeout,
    Duration maxBlock,
    long producerBytes,
    Duration startTimeout,
    Duration drainTimeout,
    boolean accessLog,
    boolean http2) {

  static final String PREFIX = "TIDEGATE_INGEST_";

  private static final int MIB = 1024 * 1024;
  private static final int DEFAULT_PORT = 8080;
  private static final Duration HOUR = Duration.ofHours(1);

  /**
   * @throws IllegalArgumentException naming the field and the value
   */
  public IngestConfig {
    filled("host", host);
    within("port", port, 0, 65_535);
    within("maxBodyBytes", maxBodyBytes, 1, 8 * MIB);
    within("maxBatchBytes", maxBatchBytes, maxBodyBytes, 64 * MIB);
    within("maxBatchLines", maxBatchLines, 1, 100_000);
    within("maxInFlightBytes", maxInFlightBytes, 2L * maxBatchBytes, Long.MAX_VALUE / 4);
    within("maxInFlightRequests", maxInFlightRequests, 1, 1_000_000);
    within("tenantShare", tenantShare, 1, 100);
    requireShare(auth, maxInFlightBytes, tenantShare, maxBatchBytes);
    requireBytes("tenantBytes", tenantBytes, maxBodyBytes);
    requireBytes("keyBytes", keyBytes, maxBodyBytes);
    within("idempotencyKeys", idempotencyKeys, 0, 10_000_000);
    within("idempotencyBytes", idempotencyBytes, 0, Long.MAX_VALUE / 4);
    within("idempotencyAge", idempotencyAge, Duration.ofSeconds(1), Duration.ofDays(7));
    within("maxConnections", maxConnections, 1, 1_000_000);
    within("maxStreams", maxStreams, 0, 1_000_000);
    within("headTimeout", headTimeout, Duration.ofMillis(10), HOUR);
    within("bodyTimeout", bodyTimeout, Duration.ofMillis(10), HOUR);
    within("idleTimeout", idleTimeout, Duration.ofMillis(10), HOUR);
    within("deliveryTimeout", deliveryTimeout, Duration.ofMillis(100), HOUR);
    within("maxBlock", maxBlock, Duration.ofMillis(1), HOUR);
    within("producerBytes", producerBytes, MIB, Long.MAX_VALUE / 4);
    within("startTimeout", startTimeout, Duration.ofMillis(10), HOUR);
    within("drainTimeout", drainTimeout, Duration.ofMillis(10), HOUR);
  }

  /** The largest batch must have room in it. */
  private static void requireShare(Auth auth, long inFlight, int share, int batch) {
    require(
        auth == Auth.NONE || share == 100 || inFlight >= Math.ceilDiv(200L * batch, share),
        "tenantShare",
        "want 2 x maxBatchBytes to fit into so many percent of maxInFlightBytes",
        share);
  }

  /** What is received counts twice, so that less would never let the largest message in. */
  private static void requireBytes(String field, long bytes, int maxBodyBytes) {
    long least = 2L * maxBodyBytes;
    require(
        bytes == Quota.NO_LIMIT || bytes >= least,
        field,
        "want 0, or " + least + " or more",
        bytes);
  }

  public static IngestConfig defaults(String bootstrapServers) {
    return new IngestConfig(
        KafkaAccess.plain(bootstrapServers),
        Topics.DEFAULT,
        "",
        Auth.NONE,
        null,
        null,
        "",
        WebhookRules.DEFAULT,
        "127.0.0.1",
        DEFAULT_PORT,
        MIB,
        8 * MIB,
        1000,
        64L * MIB,
        1024,
        50,
        Rate.NONE,
        Quota.NO_LIMIT,
        Rate.NONE,
        Quota.NO_LIMIT,
        100_000,
        64L * MIB,
        Duration.ofHours(24),
        4096,
        256,
        Duration.ofSeconds(10),
        Duration.ofSeconds(30),
        Duration.ofSeconds(60),
        Duration.ofSeconds(10),
        Duration.ofSeconds(1),
        32L * MIB,
        Duration.ofSeconds(10),
        Duration.ofSeconds(5),
        true,
        true);
  }

  /**
   * The defaults with what {@code environment} says otherwise: {@code TIDEGATE_KAFKA} (required),
   * {@code TIDEGATE_KAFKA_CONFIG}, {@code TIDEGATE_TOPIC_PREFIX} and the {@code TIDEGATE_INGEST_…}
   * variables that the README lists.
   *
   * @throws IllegalArgumentException naming the variable and the reason
   */
  public static IngestConfig from(Map<String, String> environment) {
    return Environment.read(
        environment,
        PREFIX,
        variables -> {
          KafkaAccess access = variables.kafka();
          return defaults(access.servers()).withKafka(access).with(draft -> draft.read(variables));
        });
  }

  /** What of it anyone may see, as {@link Environment#shown}. */
  public SortedMap<String, String> shown() {
    return Environment.shown(PREFIX, new IngestDraft(this)::read);
  }

  public IngestConfig withKafka(KafkaAccess value) {
    return with(draft -> draft.kafka = value);
  }

  public IngestConfig withTopics(Topics value) {
    return with(draft -> draft.topics = value);
  }

  public IngestConfig withAuth(Auth value) {
    return with(draft -> draft.auth = value);
  }

  /** Requests must show an API key, or a token of that issuer. */
  public IngestConfig withIssuer(TrustedIssuer value) {
    return with(
        draft -> {
          draft.auth = Auth.KEYS;
          draft.issuer = value;
        });
  }

  public IngestConfig withTls(TlsFiles value) {
    return with(draft -> draft.tls = value);
  }

  public IngestConfig withSigningKeys(String file) {
    return with(draft -> draft.signingKeys = file);
  }

  public IngestConfig withWebhooks(WebhookRules rules) {
    return with(draft -> draft.webhooks = rules);
  }

  public IngestConfig withAddress(String newHost, int newPort) {
    return with(
        draft -> {
          draft.host = newHost;
          draft.port = newPort;
        });
  }

  /** What one message, and a batch of them, may have. */
  public IngestConfig withBodies(int one, int batch) {
    return with(
        draft -> {
          draft.maxBodyBytes = one;
          draft.maxBatchBytes = batch;
        });
  }

  public IngestConfig withInFlight(int requests, long bytes) {
    return with(
        draft -> {
          draft.maxInFlightRequests = requests;
          draft.maxInFlightBytes = bytes;
        });
  }

  public IngestConfig withTenantShare(int percent) {
    return with(draft -> draft.tenantShare = percent);
  }

  /** What each tenant and each key may use. */
  public IngestConfig withQuotas(Rate perTenant, long tenant, Rate perKey, long key) {
    return with(
        draft -> {
          draft.tenantRate = perTenant;
          draft.tenantBytes = tenant;
          draft.keyRate = perKey;
          draft.keyBytes = key;
        });
  }

  /** Which answers are kept for requests that come again. */
  public IngestConfig withIdempotency(int keys, long bytes, Duration age) {
    return with(
        draft -> {
          draft.idempotencyKeys = keys;
          draft.idempotencyBytes = bytes;
          draft.idempotencyAge = age;
        });
  }

  public IngestConfig withMaxConnections(int value) {
    return with(draft -> draft.maxConnections = value);
  }

  public IngestConfig withMaxStreams(int value) {
    return with(draft -> draft.maxStreams = value);
  }

  public IngestConfig withReadTimeouts(Duration head, Duration body, Duration idle) {
    return with(
        draft -> {
          draft.headTimeout = head;
          draft.bodyTimeout = body;
          draft.idleTimeout = idle;
        });
  }

  public IngestConfig withKafkaTimeouts(Duration start, Duration block, Duration delivery) {
    return with(
        draft -> {
          draft.startTimeout = start;
          draft.maxBlock = block;
          draft.deliveryTimeout = delivery;
        });
  }

  public IngestConfig withDrainTimeout(Duration value) {
    return with(draft -> draft.drainTimeout = value);
  }

  public IngestConfig withHttp2(boolean value) {
    return with(draft -> draft.http2 = value);
  }

  public IngestConfig withAccessLog(boolean value) {
    return with(draft -> draft.accessLog = value);
  }

  private IngestConfig with(Consumer<IngestDraft> change) {
    IngestDraft draft = new IngestDraft(this);
    change.accept(draft);
    return draft.config();
  }
}
