package io.tidegate.ingest.metrics;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.FunctionCounter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.Timer;
import io.micrometer.prometheusmetrics.PrometheusConfig;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import io.tidegate.contract.CloseCode;
import io.tidegate.contract.Problem;
import io.tidegate.contract.Recipient;
import io.tidegate.contract.auth.Keyring;
import io.tidegate.contract.auth.WatchedIssuer;
import io.tidegate.contract.meters.ProcessMeters;
import io.tidegate.contract.meters.SecurityMeters;
import io.tidegate.contract.meters.SettingMeters;
import io.tidegate.contract.tls.WatchedTls;
import io.tidegate.ingest.admission.Admission;
import io.tidegate.ingest.admission.SharedRoom;
import io.tidegate.ingest.connection.Phase;
import io.tidegate.ingest.connection.Watchdog;
import io.tidegate.ingest.endpoints.EndpointStore;
import io.tidegate.ingest.idempotency.Replays;
import io.tidegate.ingest.lag.Eta;
import io.tidegate.ingest.policies.PolicyStore;
import io.tidegate.ingest.publish.KeyTable;
import io.tidegate.ingest.publish.TableFeed;
import io.tidegate.ingest.quota.Limited;
import io.tidegate.ingest.quota.Quotas;
import java.time.Duration;
import java.util.EnumMap;
import java.util.Map;
import java.util.OptionalInt;
import java.util.OptionalLong;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.LongSupplier;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * The meters of an ingest-service.
 *
 * <p>A request here is one message request: a POST of JSON, or one line of a batch. Each is counted
 * once, as accepted or as rejected with its problem; what Helidon refuses before a route is reached
 * is among the rejected, and so is a change of policies, settings or members that was refused.
 * {@code messages.accepted} counts (message, user) pairs that Kafka acknowledged, also those of a
 * request that was rejected because others of its users failed; whom a message for a group or
 * everyone reaches only fan-out knows, so that it is counted by itself, in {@code
 * broadcasts.accepted}.
 */
public final class IngestMetrics implements AutoCloseable {
  private static final Duration[] BUCKETS = {
    Duration.ofMillis(1),
    Duration.ofMillis(2),
    Duration.ofMillis(5),
    Duration.ofMillis(10),
    Duration.ofMillis(25),
    Duration.ofMillis(50),
    Duration.ofMillis(100),
    Duration.ofMillis(250),
    Duration.ofMillis(500),
    Duration.ofSeconds(1),
    Duration.ofMillis(2500),
    Duration.ofSeconds(5),
    Duration.ofSeconds(10),
    Duration.ofSeconds(30)
  };

  private record TimerKey(Route route, int status) {}

  private final PrometheusMeterRegistry registry =
      new PrometheusMeterRegistry(PrometheusConfig.DEFAULT);
  private final SecurityMeters security = new SecurityMeters(registry, "tidegate.ingest.");
  private final Counter requestsAccepted;
  private final Counter messagesAccepted;
  private final Counter toGroupsAccepted;
  private final Counter toEveryoneAccepted;
  private final Counter joined;
  private final Counter left;
  private final Map<Problem.Kind, Counter> rejected = new EnumMap<>(Problem.Kind.class);
  private final Map<Limited, Counter> quotaExceeded = new EnumMap<>(Limited.class);
  private final Map<Repetition, Counter> repeated = new EnumMap<>(Repetition.class);
  private final Map<Phase, Counter> connectionsEnded = new EnumMap<>(Phase.class);
  private final Map<TimerKey, Timer> timers = new ConcurrentHashMap<>();

  public IngestMetrics() {
    ProcessMeters.bind(registry);
    requestsAccepted =
        Counter.builder("tidegate.ingest.requests.accepted")
            .description("Message requests that are durable for all their users")
            .register(registry);
    messagesAccepted =
        Counter.builder("tidegate.ingest.messages.accepted")
            .description("Pairs of message and user that are durable")
            .register(registry);
    toGroupsAccepted = broadcasts("group");
    toEveryoneAccepted = broadcasts("all");
    joined = memberships("joined");
    left = memberships("left");
    for (Problem.Kind kind : Problem.Kind.values()) {
      rejected.put(
          kind,
          Counter.builder("tidegate.ingest.requests.rejected")
              .description("Requests that were answered with a problem")
              .tag("problem", kind.label())
              .register(registry));
    }
    for (Limited limited : Limited.values()) {
      quotaExceeded.put(
          limited,
          Counter.builder("tidegate.ingest.quota.exceeded")
              .description("Requests and lines that were more than a quota allows")
              .tag("quota", limited.label())
              .register(registry));
    }
    for (Repetition repetition : Repetition.values()) {
      repeated.put(
          repetition,
          Counter.builder("tidegate.ingest.requests.repeated")
              .description("Requests whose Idempotency-Key was known")
              .tag("as", repetition.label())
              .register(registry));
    }
    for (Phase phase : Phase.values()) {
      connectionsEnded.put(
          phase,
          Counter.builder("tidegate.ingest.connections.overdue")
              .description("Connections ended because the client took too long")
              .tag("phase", phase.label())
              .register(registry));
    }
  }

  private Counter broadcasts(String to) {
    return Counter.builder("tidegate.ingest.broadcasts.accepted")
        .description("Messages for a group or everyone that are durable")
        .tag("to", to)
        .register(registry);
  }

  private Counter memberships(String change) {
    return Counter.builder("tidegate.ingest.memberships.changed")
        .description("Changes of who is in a group that are durable")
        .tag("change", change)
        .register(registry);
  }

  /** Once. */
  public void showSettings(Map<String, String> shown) {
    SettingMeters.bind(registry, shown);
  }

  /**
   * Shows on how many brokers what is acknowledged lies at the least; NaN where that is not known.
   *
   * @param least as it was at start
   */
  public void showCopies(OptionalInt least) {
    double shown = least.isPresent() ? least.getAsInt() : Double.NaN;
    Gauge.builder("tidegate.ingest.acknowledged.copies", () -> shown)
        .description("Brokers that have a record at the least once it is acknowledged, as at start")
        .register(registry);
  }

  /** Shows how much is in flight. */
  public void show(Admission admission) {
    Gauge.builder("tidegate.ingest.inflight.bytes", admission, Admission::bytes)
        .description("Bytes of requests in memory, received and taken apart")
        .register(registry);
    Gauge.builder("tidegate.ingest.inflight.requests", admission, Admission::requests)
        .description("HTTP requests for messages that are being served")
        .register(registry);
  }

  /** Shows how many have used some of a quota. */
  public void show(Quotas quotas) {
    Gauge.builder("tidegate.ingest.quota.accounts", quotas, Quotas::size)
        .description("Tenants and keys that have used some of a quota")
        .register(registry);
  }

  /** Shows how often messages waited for their tenant's part of the producer's memory. */
  public void show(SharedRoom producer) {
    Gauge.builder("tidegate.ingest.producer.bytes", producer, SharedRoom::taken)
        .description("Bytes on the way to Kafka, where tenants have shares of them")
        .register(registry);
    FunctionCounter.builder("tidegate.ingest.producer.waits", producer, SharedRoom::waits)
        .description("Records that waited for their tenant's share of the producer's memory")
        .register(registry);
  }

  /** Shows what is kept for requests that come again. */
  public void show(Replays replays) {
    Gauge.builder("tidegate.ingest.replays", replays, Replays::size)
        .description("Answers that are kept with their Idempotency-Key")
        .register(registry);
    Gauge.builder("tidegate.ingest.replays.bytes", replays, Replays::bytes)
        .description("Memory of answers that are kept")
        .register(registry);
    FunctionCounter.builder("tidegate.ingest.replays.evicted", replays, Replays::evicted)
        .description("Answers that made room for others before their time")
        .register(registry);
  }

  /** Shows how long a message will probably wait for fan-out; NaN where that is not known. */
  public void show(Eta eta, LongSupplier nanoTime) {
    Gauge.builder("tidegate.ingest.expected.delay.seconds", eta, each -> seconds(each, nanoTime))
        .description("How long a message that is accepted now will probably wait for fan-out")
        .register(registry);
  }

  private static double seconds(Eta eta, LongSupplier nanoTime) {
    OptionalLong millis = eta.expectedMillis(nanoTime.getAsLong());
    return millis.isPresent() ? millis.getAsLong() / 1000.0 : Double.NaN;
  }

  /** Shows how many connections there are. */
  public void show(Watchdog watchdog) {
    Gauge.builder("tidegate.ingest.connections", watchdog, Watchdog::connections)
        .description("Open connections")
        .register(registry);
    Gauge.builder("tidegate.ingest.http2.streams", watchdog, Watchdog::streams)
        .description("Requests over HTTP/2 that are being served")
        .register(registry);
  }

  /** Shows how TLS fares. */
  public void show(WatchedTls tls) {
    security.certificate(tls);
    security.handshakes(tls.handshakes());
  }

  /** Shows how many streams there are. */
  public void showStreams(Supplier<Number> open) {
    Gauge.builder("tidegate.ingest.streams", open)
        .description("Open WebSockets of producers")
        .register(registry);
  }

  /**
   * @param code what it was closed with; null: the client was gone
   */
  public void streamEnded(@Nullable CloseCode code) {
    Counter.builder("tidegate.ingest.streams.ended")
        .description("WebSockets of producers that ended")
        .tag("cause", code == null ? "lost" : code.label())
        .register(registry)
        .increment();
  }

  /** Shows what is known of policies. */
  public void show(PolicyStore policies) {
    Gauge.builder("tidegate.ingest.policies", policies, PolicyStore::size)
        .description("Policies that are known, of all tenants")
        .register(registry);
    FunctionCounter.builder("tidegate.ingest.policies.skipped", policies, PolicyStore::skipped)
        .description("Records of the topic of policies that could not be read")
        .register(registry);
  }

  /** Shows what is known of endpoints. */
  public void show(EndpointStore endpoints) {
    Gauge.builder("tidegate.ingest.endpoints", endpoints, EndpointStore::size)
        .description("Webhook endpoints that are known, of all tenants")
        .register(registry);
    FunctionCounter.builder("tidegate.ingest.endpoints.skipped", endpoints, EndpointStore::skipped)
        .description("Records of the topic of endpoints that could not be read or kept")
        .register(registry);
  }

  /** Shows what is known of API keys. */
  public void show(KeyTable keys) {
    Gauge.builder("tidegate.ingest.keys", keys.keyring(), Keyring::size)
        .description("API keys that are known, of all tenants")
        .register(registry);
    FunctionCounter.builder("tidegate.ingest.keys.skipped", keys.feed(), TableFeed::skipped)
        .description("Records of the topic of keys that could not be read")
        .register(registry);
    WatchedIssuer issuer = keys.issuer();
    if (issuer != null) {
      security.keys(issuer.keys());
      security.tokens(issuer.tokens());
    }
  }

  public void accepted() {
    requestsAccepted.increment();
  }

  /**
   * @param to one of those whom the message is for
   * @param records of it that Kafka has
   */
  public void durable(Recipient to, int records) {
    Counter counter =
        switch (to) {
          case Recipient.OneUser _ -> messagesAccepted;
          case Recipient.Group _ -> toGroupsAccepted;
          case Recipient.Everyone _ -> toEveryoneAccepted;
        };
    counter.increment(records);
  }

  /**
   * @param joins false: the user left
   */
  public void membershipChanged(boolean joins) {
    (joins ? joined : left).increment();
  }

  public void rejected(Problem.Kind kind) {
    count(rejected.get(kind));
  }

  public void quotaExceeded(Limited limited) {
    count(quotaExceeded.get(limited));
  }

  public void repeated(Repetition repetition) {
    count(repeated.get(repetition));
  }

  /**
   * A client was told of an error of HTTP/2's.
   *
   * @param error the name of one of the codes of RFC 9113, 7
   */
  public void http2Error(String error) {
    Counter.builder("tidegate.ingest.http2.errors")
        .description("Errors of HTTP/2, of a stream or a connection, that a client was told of")
        .tag("error", error)
        .register(registry)
        .increment();
  }

  public void overdue(Phase phase) {
    count(connectionsEnded.get(phase));
    if (phase == Phase.HEAD || phase == Phase.BODY) {
      rejected(Problem.Kind.REQUEST_TIMEOUT);
    }
  }

  /**
   * @param status one that we send, so one of few
   */
  public void answered(Route route, int status, Duration took) {
    timers.computeIfAbsent(new TimerKey(route, status), this::timer).record(took);
  }

  private Timer timer(TimerKey key) {
    return Timer.builder("tidegate.ingest.request")
        .description("From the headers read to the answer written")
        .tag("route", key.route().path())
        .tag("status", Integer.toString(key.status()))
        .serviceLevelObjectives(BUCKETS)
        .register(registry);
  }

  private static void count(@Nullable Counter counter) {
    if (counter != null) {
      counter.increment();
    }
  }

  /** The text that Prometheus scrapes. */
  public String scrape() {
    return registry.scrape();
  }

  @Override
  public void close() {
    registry.close();
  }
}
