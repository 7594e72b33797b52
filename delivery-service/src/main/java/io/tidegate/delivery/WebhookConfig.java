package io.tidegate.delivery;

import static io.tidegate.contract.settings.Bounds.within;

import io.tidegate.contract.settings.Environment;
import io.tidegate.contract.webhook.WebhookRules;
import io.tidegate.delivery.webhook.Backoff;
import io.tidegate.delivery.webhook.Courier;
import io.tidegate.delivery.webhook.Gate;
import java.time.Duration;

/**
 * Everything that can be set of endpoints.
 *
 * @param webhooks whether this worker serves any, where {@code rules} have a key
 * @param rules which may be
 * @param webhookCa PEM file of who signs their certificates; empty: whom the JDK trusts
 * @param webhookEndpoints that this worker serves; further ones are left out, 1 to 100,000
 * @param webhookRequests under way at once, 1 to 10,000
 * @param webhookHostRequests of them to one host and port, 1 to 1,000
 * @param webhookWindow messages that an endpoint's session is sent ahead, 1 to 256
 * @param webhookBytes of messages that may wait for all endpoints, 1 MiB to 64 GiB
 * @param webhookConnect for a connection to be there
 * @param webhookTimeout from a request's beginning to its answer's end
 * @param webhookBackoff at the least before a message is tried again
 * @param webhookBackoffMost at the most; also of what {@code Retry-After} asks for
 * @param webhookFailures in a row after which a host is left alone, 1 to 1,000
 * @param webhookPause for which it is, at the least
 * @param webhookPauseMost at the most
 * @param webhookRefusals definite ones of a message before it is given up, 1 to 1,000
 * @param webhookRefusedAfter from the first of them until it is
 */
public record WebhookConfig(
    boolean webhooks,
    WebhookRules rules,
    String webhookCa,
    int webhookEndpoints,
    int webhookRequests,
    int webhookHostRequests,
    int webhookWindow,
    long webhookBytes,
    Duration webhookConnect,
    Duration webhookTimeout,
    Duration webhookBackoff,
    Duration webhookBackoffMost,
    int webhookFailures,
    Duration webhookPause,
    Duration webhookPauseMost,
    int webhookRefusals,
    Duration webhookRefusedAfter) {
  private static final Duration LEAST = Duration.ofMillis(10);
  private static final Duration HOUR = Duration.ofHours(1);
  private static final Duration DAY = Duration.ofDays(1);

  public static final WebhookConfig DEFAULT =
      new WebhookConfig(
          true,
          WebhookRules.DEFAULT,
          "",
          10_000,
          256,
          16,
          16,
          64L << 20,
          Duration.ofSeconds(5),
          Duration.ofSeconds(15),
          Duration.ofSeconds(1),
          Duration.ofMinutes(10),
          5,
          Duration.ofSeconds(10),
          Duration.ofMinutes(5),
          5,
          HOUR);

  public WebhookConfig {
    within("webhookEndpoints", webhookEndpoints, 1, 100_000);
    within("webhookRequests", webhookRequests, 1, 10_000);
    within("webhookHostRequests", webhookHostRequests, 1, 1_000);
    within("webhookWindow", webhookWindow, 1, 256);
    within("webhookBytes", webhookBytes, 1L << 20, 64L << 30);
    within("webhookConnect", webhookConnect, LEAST, Duration.ofMinutes(1));
    within("webhookTimeout", webhookTimeout, LEAST, Duration.ofMinutes(5));
    within("webhookBackoff", webhookBackoff, LEAST, HOUR);
    within("webhookBackoffMost", webhookBackoffMost, webhookBackoff, DAY);
    within("webhookFailures", webhookFailures, 1, 1_000);
    within("webhookPause", webhookPause, LEAST, HOUR);
    within("webhookPauseMost", webhookPauseMost, webhookPause, DAY);
    within("webhookRefusals", webhookRefusals, 1, 1_000);
    within("webhookRefusedAfter", webhookRefusedAfter, Duration.ZERO, Duration.ofDays(7));
  }

  /** These with what the variables say otherwise. */
  WebhookConfig read(Environment variables) {
    return new WebhookConfig(
        variables.flag("WEBHOOKS", webhooks),
        rules.read(variables),
        variables.text("WEBHOOK_CA", webhookCa),
        variables.integer("WEBHOOK_ENDPOINTS", webhookEndpoints),
        variables.integer("WEBHOOK_REQUESTS", webhookRequests),
        variables.integer("WEBHOOK_HOST_REQUESTS", webhookHostRequests),
        variables.integer("WEBHOOK_WINDOW", webhookWindow),
        variables.number("WEBHOOK_BYTES", webhookBytes),
        variables.duration("WEBHOOK_CONNECT", webhookConnect),
        variables.duration("WEBHOOK_TIMEOUT", webhookTimeout),
        variables.duration("WEBHOOK_BACKOFF", webhookBackoff),
        variables.duration("WEBHOOK_BACKOFF_MOST", webhookBackoffMost),
        variables.integer("WEBHOOK_FAILURES", webhookFailures),
        variables.duration("WEBHOOK_PAUSE", webhookPause),
        variables.duration("WEBHOOK_PAUSE_MOST", webhookPauseMost),
        variables.integer("WEBHOOK_REFUSALS", webhookRefusals),
        variables.duration("WEBHOOK_REFUSED_AFTER", webhookRefusedAfter));
  }

  /** Whether this worker serves any. */
  public boolean isOn() {
    return webhooks && rules.isOn();
  }

  public WebhookConfig withRules(WebhookRules other) {
    return new WebhookConfig(
        webhooks,
        other,
        webhookCa,
        webhookEndpoints,
        webhookRequests,
        webhookHostRequests,
        webhookWindow,
        webhookBytes,
        webhookConnect,
        webhookTimeout,
        webhookBackoff,
        webhookBackoffMost,
        webhookFailures,
        webhookPause,
        webhookPauseMost,
        webhookRefusals,
        webhookRefusedAfter);
  }

  Gate.Bounds gate() {
    return new Gate.Bounds(
        webhookRequests,
        webhookHostRequests,
        webhookFailures,
        new Backoff(webhookPause.toNanos(), webhookPauseMost.toNanos()));
  }

  Courier.Rules courier() {
    return new Courier.Rules(
        new Backoff(webhookBackoff.toNanos(), webhookBackoffMost.toNanos()),
        webhookRefusals,
        webhookRefusedAfter.toNanos());
  }
}
