package io.tidegate.delivery.metrics;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.FunctionCounter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.Timer;
import io.micrometer.core.instrument.binder.BaseUnits;
import io.micrometer.prometheusmetrics.PrometheusConfig;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import io.tidegate.contract.CloseCode;
import io.tidegate.contract.meters.ProcessMeters;
import io.tidegate.contract.meters.SecurityMeters;
import io.tidegate.contract.meters.SettingMeters;
import io.tidegate.contract.token.TokenFault;
import java.time.Duration;
import java.util.EnumMap;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Function;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * What the worker counts. Every meter but that of errors of HTTP/2 is registered at the start, so
 * that a rate is there before the first event; labels are values of the enums here.
 *
 * <p>Opened sessions = sessions now + the sum of closes.
 */
public final class DeliveryMetrics {
  /** How a session's client is reached. */
  public enum Transport {
    WEBSOCKET,
    /** A WebSocket that speaks CloudEvents. */
    CLOUDEVENTS,
    /** Server-Sent Events. */
    STREAM,
    /** One session for each poll. */
    POLL,
    /** Requests to an endpoint. */
    WEBHOOK
  }

  /** Why a session or an ack was refused with an HTTP status. */
  public enum Refusal {
    OVERLOADED,
    /** Its address has as many connections as it may. */
    ADDRESS,
    NOT_READY,
    BAD_REQUEST,
    NOT_ACCEPTABLE,
    METHOD_NOT_ALLOWED,
    /** A page of another origin than those that may. */
    ORIGIN,
    /** No token, or none that is good. */
    UNAUTHORIZED,
    /** The token is of another user or device. */
    FORBIDDEN,
    /** Kafka did not take it. */
    NOT_WRITTEN
  }

  /** Why clients were told to go and come again. */
  public enum Departure {
    DRAIN,
    MAX_AGE
  }

  /** What became of a message with ttl 0. */
  public enum Live {
    SENT,
    /** The client does not keep up. */
    SLOW,
    /** Its session is not here, or not attached yet. */
    NO_SESSION,
    /** The event loop does not keep up. */
    OVERLOADED
  }

  /** What is written to Kafka. */
  public enum Written {
    SESSION_UP,
    SESSION_DOWN,
    SESSION_UNKNOWN,
    ACKS,
    SLOT_UP,
    HEARTBEAT,
    DRAIN,
    DEAD_LETTER,
    /** That an endpoint takes nothing any more. */
    ENDPOINT_STATUS
  }

  /** How a write ended. */
  public enum Result {
    OK,
    FAILED,
    /** The queue before the producer was full. */
    REFUSED
  }

  /** Why every session was closed at once. */
  public enum Fence {
    NO_ROUND_TRIP,
    INBOX_GAP,
    SLOT_LOST,
    FAULT
  }

  private static final String PREFIX = "tidegate.delivery.";

  private final PrometheusMeterRegistry registry =
      new PrometheusMeterRegistry(PrometheusConfig.DEFAULT);

  private final Map<CloseCode, Counter> closes = counters(CloseCode.class, this::closed);
  private final Counter closedByClient = closed("client", "any");
  private final Counter broken = closed("network", "none");
  private final Map<Refusal, Counter> refusals =
      counters(Refusal.class, r -> counter("requests.refused", "reason", label(r)));
  private final Counter deflatedFrom = counter("deflate.bytes", "when", "before");
  private final Counter deflatedTo = counter("deflate.bytes", "when", "after");
  private final Counter socketsAccepted = counter("sockets.accepted");
  private final Counter pauses = counter("accept.pauses");
  private final Counter socketsRefused = counter("sockets.refused", "reason", "overloaded");
  private final Counter socketsCrowded = counter("sockets.refused", "reason", "address");
  private final Map<Departure, Counter> goaways =
      counters(Departure.class, d -> counter("goaways", "reason", label(d)));
  private final Map<Live, Counter> lives =
      counters(Live.class, l -> counter("live.messages", "result", label(l)));
  private final Map<Written, Map<Result, Counter>> writes =
      new EnumMap<>(
          counters(
              Written.class,
              w ->
                  counters(
                      Result.class,
                      r -> counter("writes", "record", label(w), "result", label(r)))));
  private final Map<Fence, Counter> fences =
      counters(Fence.class, f -> counter("fences", "cause", label(f)));

  private final Map<TokenFault, Counter> tokenFaults =
      counters(TokenFault.class, f -> counter("tokens.refused", "reason", f.label()));

  private final Map<Transport, Counter> opened =
      counters(Transport.class, t -> counter("sessions.opened", "transport", label(t)));
  private final Map<Transport, Counter> pushes =
      counters(Transport.class, t -> counter("pushes", "transport", label(t)));
  private final Map<Transport, AtomicInteger> connections =
      counters(Transport.class, this::connections);
  private final AtomicInteger http2 = new AtomicInteger();
  private final Counter messages = counter("messages");
  private final Counter acks = counter("acks");
  private final Counter ignored = counter("commands.ignored");
  private final Counter unreadable = counter("records.unreadable");
  private final Counter faults = counter("faults");
  private final Counter conflated = counter("messages.conflated");
  private final Counter leftOut = counter("losses.told");
  private final Counter relieved = counter("outbound.closes");
  private final Counter frameBytes =
      Counter.builder(PREFIX + "frames").baseUnit(BaseUnits.BYTES).register(registry);
  private final Timer attaches =
      Timer.builder(PREFIX + "attach")
          .description("From hello to welcome")
          .serviceLevelObjectives(
              Duration.ofMillis(10),
              Duration.ofMillis(25),
              Duration.ofMillis(50),
              Duration.ofMillis(100),
              Duration.ofMillis(250),
              Duration.ofSeconds(1),
              Duration.ofSeconds(5))
          .register(registry);

  public DeliveryMetrics() {
    ProcessMeters.bind(registry);
    gauge("http2.connections", "Connections that speak HTTP/2", http2::get);
  }

  /** Once. */
  public void settings(Map<String, String> shown) {
    SettingMeters.bind(registry, shown);
  }

  /** For what all services have alike. */
  public SecurityMeters security() {
    return new SecurityMeters(registry, PREFIX);
  }

  /** For endpoints, where there are any. */
  public EndpointMetrics endpoints() {
    return new EndpointMetrics(registry, PREFIX);
  }

  /** A value that is read when somebody asks. */
  public void gauge(String name, String description, Supplier<Number> value) {
    Gauge.builder(PREFIX + name, value).description(description).register(registry);
  }

  /** A count that is read when somebody asks. */
  public void counting(String name, String description, Supplier<Number> value) {
    // Of what is counted the library holds no more than a weak reference.
    FunctionCounter.builder(PREFIX + name, this, _ -> value.get().doubleValue())
        .description(description)
        .register(registry);
  }

  public void opened(Transport transport) {
    of(opened, transport).increment();
    of(connections, transport).incrementAndGet();
  }

  /** A session that was opened has ended, whatever for. */
  public void ended(Transport transport) {
    of(connections, transport).decrementAndGet();
  }

  /** The worker closed with that code. */
  public void close(CloseCode code) {
    of(closes, code).increment();
  }

  /** The client sent a close frame first. */
  public void closeByClient() {
    closedByClient.increment();
  }

  /** The connection ended without a close frame. */
  public void closeByNetwork() {
    broken.increment();
  }

  public void goaway(Departure reason) {
    of(goaways, reason).increment();
  }

  public void socketAccepted() {
    socketsAccepted.increment();
  }

  /** Nothing is accepted from now on, for a while. */
  public void acceptPaused() {
    pauses.increment();
  }

  /**
   * A socket was closed before anything was read.
   *
   * @param address whether its address has too many; else there are too many of all
   */
  public void socketRefused(boolean address) {
    (address ? socketsCrowded : socketsRefused).increment();
  }

  /** A frame was to be compressed, and has so many bytes then. */
  public void deflated(int before, int after) {
    deflatedFrom.increment(before);
    deflatedTo.increment(after);
  }

  public void refused(Refusal refusal) {
    of(refusals, refusal).increment();
  }

  /** A hello, a renewal or a request with a token that was not good. */
  public void tokenRefused(TokenFault fault) {
    of(tokenFaults, fault).increment();
  }

  public void pushed(Transport transport, int count, int bytes) {
    of(pushes, transport).increment();
    messages.increment(count);
    frameBytes.increment(bytes);
  }

  public void live(Live result, int count) {
    of(lives, result).increment(count);
  }

  public void acked() {
    acks.increment();
  }

  /** A command that was not obeyed: repeated, or for a session that is not here. */
  public void ignored() {
    ignored.increment();
  }

  /** A record that could not be read, whether a dead letter was written or not. */
  public void unreadable() {
    unreadable.increment();
  }

  /** A fault of ours. */
  public void fault() {
    faults.increment();
  }

  /** So many messages that were held back have newer ones in their place. */
  public void conflated(int count) {
    conflated.increment(count);
  }

  /** A client was told that something expired while it was held back. */
  public void leftOut() {
    leftOut.increment();
  }

  /** A connection speaks HTTP/2. */
  public void http2Opened() {
    http2.incrementAndGet();
  }

  /** One that did has ended. */
  public void http2Ended() {
    http2.decrementAndGet();
  }

  /**
   * Something was wrong with what came on a connection of HTTP/2, of one stream or of all.
   *
   * @param error the name of one of the codes of RFC 9113, 7
   */
  public void http2Error(String error) {
    counter("http2.errors", "error", error).increment();
  }

  /** Too much waited for all clients, and one for whom most did was closed. */
  public void relieved() {
    relieved.increment();
  }

  public void fenced(Fence cause) {
    of(fences, cause).increment();
  }

  public void attached(long nanos) {
    attaches.record(Duration.ofNanos(nanos));
  }

  public void written(Written record, Result result) {
    Map<Result, Counter> results = writes.get(record);
    if (results != null) {
      of(results, result).increment();
    }
  }

  /** The Prometheus text. */
  public String scrape() {
    return registry.scrape();
  }

  public static String contentType() {
    return "text/plain; version=0.0.4; charset=utf-8";
  }

  public void close() {
    registry.close();
  }

  private Counter closed(CloseCode code) {
    return closed("worker", code.label());
  }

  private Counter closed(String by, String code) {
    return counter("closes", "by", by, "code", code);
  }

  private Counter counter(String name, String... tags) {
    return Counter.builder(PREFIX + name).tags(tags).register(registry);
  }

  private AtomicInteger connections(Transport transport) {
    AtomicInteger count = new AtomicInteger();
    Gauge.builder(PREFIX + "connections", count, AtomicInteger::get)
        .description("Sessions that are open")
        .tag("transport", label(transport))
        .register(registry);
    return count;
  }

  private static <E extends Enum<E>, T> T of(Map<E, T> counters, E key) {
    @Nullable T counter = counters.get(key);
    if (counter == null) {
      throw new IllegalStateException("no counter for " + key);
    }
    return counter;
  }

  private static <E extends Enum<E>, T> Map<E, T> counters(Class<E> type, Function<E, T> each) {
    Map<E, T> map = new EnumMap<>(type);
    for (E value : type.getEnumConstants()) {
      map.put(value, each.apply(value));
    }
    return map;
  }

  private static String label(Enum<?> value) {
    return value.name().toLowerCase(Locale.ROOT);
  }
}
