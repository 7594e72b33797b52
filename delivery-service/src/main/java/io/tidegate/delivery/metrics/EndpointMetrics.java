package io.tidegate.delivery.metrics;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Timer;
import io.tidegate.delivery.webhook.Result;
import java.time.Duration;
import java.util.EnumMap;
import java.util.Map;
import java.util.Objects;
import java.util.function.Supplier;

/** What the worker counts of endpoints. */
public final class EndpointMetrics {
  private final MeterRegistry registry;
  private final String prefix;
  private final Map<Result, Timer> requests = new EnumMap<>(Result.class);
  private final Counter retries;
  private final Counter refused;
  private final Counter expired;
  private final Counter disabled;
  private final Counter openings;
  private final Counter crowded;
  private final Counter unfit;

  EndpointMetrics(MeterRegistry registry, String servicePrefix) {
    this.registry = registry;
    this.prefix = servicePrefix + "endpoint.";
    for (Result result : Result.values()) {
      requests.put(
          result,
          Timer.builder(prefix + "requests")
              .description("Requests to endpoints, from their beginning to their end")
              .tag("result", result.label())
              .serviceLevelObjectives(
                  Duration.ofMillis(10),
                  Duration.ofMillis(50),
                  Duration.ofMillis(250),
                  Duration.ofSeconds(1),
                  Duration.ofSeconds(5),
                  Duration.ofSeconds(15))
              .register(registry));
    }
    retries = counter("retries");
    refused = counter("messages.refused");
    expired = counter("messages.expired");
    disabled = counter("disabled");
    openings = counter("breaker.openings");
    crowded = counter("sessions.crowded");
    unfit = counter("unfit");
  }

  private Counter counter(String name) {
    return Counter.builder(prefix + name).register(registry);
  }

  /** A value that is read when somebody asks. */
  public void gauge(String name, String description, Supplier<Number> value) {
    Gauge.builder(prefix + name, value).description(description).register(registry);
  }

  public void ended(Result result, long nanos) {
    Objects.requireNonNull(requests.get(result)).record(Duration.ofNanos(nanos));
  }

  /** A message is to be posted again. */
  public void retried() {
    retries.increment();
  }

  /** A message was given up, because its endpoint refused it for so long. */
  public void refused() {
    refused.increment();
  }

  /** A message was not posted any more, because it had expired. */
  public void expired() {
    expired.increment();
  }

  /** An endpoint said that it is gone. */
  public void disabled() {
    disabled.increment();
  }

  /** A host is left alone from now on, for a while. */
  public void opened() {
    openings.increment();
  }

  /** A session ended, because too much waits for all endpoints. */
  public void crowded() {
    crowded.increment();
  }

  /** An endpoint is not served, because its URL may not be one here. */
  public void unfit() {
    unfit.increment();
  }
}
