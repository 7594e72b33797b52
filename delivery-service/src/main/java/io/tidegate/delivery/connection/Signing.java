package io.tidegate.delivery.connection;

import io.tidegate.contract.webhook.Endpoints;
import io.tidegate.contract.webhook.WebhookKey;
import io.tidegate.contract.webhook.WebhookSecret;
import io.tidegate.delivery.frame.EventIdentity;
import java.util.Map;

/** The head of a request to an endpoint: Standard Webhooks 1.0.0. */
final class Signing {
  private static final String MEDIA_TYPE = "application/cloudevents+json; charset=utf-8";
  private static final String AGENT = "Tidegate-Webhook/1";
  private static final long MILLIS = 1_000;

  private Signing() {}

  /**
   * @param body a CloudEvent in JSON
   */
  static Map<String, String> fields(
      Endpoints.Known endpoint, WebhookKey key, byte[] body, long nowMillis) {
    EventIdentity event = EventIdentity.of(body);
    String id = WebhookSecret.id(endpoint.key(), event.source(), event.id());
    long seconds = nowMillis / MILLIS;
    return Map.of(
        "content-type",
        MEDIA_TYPE,
        "user-agent",
        AGENT,
        WebhookSecret.ID,
        id,
        WebhookSecret.TIMESTAMP,
        Long.toString(seconds),
        WebhookSecret.SIGNATURE,
        WebhookSecret.sign(
            key.secrets(endpoint.key(), endpoint.endpoint(), nowMillis), id, seconds, body));
  }
}
