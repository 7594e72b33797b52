package io.tidegate.ingest.endpoints;

import io.tidegate.contract.webhook.Endpoints;
import io.tidegate.contract.webhook.WebhookSecret;

/** What came of asking for a change of an endpoint. All but the first three changed nothing. */
public sealed interface EndpointChange {
  /**
   * Kafka has it, with acks=all.
   *
   * @param secret that signs from now on
   * @param created whether there was none before
   * @param shown whether this instance has read it back; if not, it will
   */
  record Durable(Endpoints.Known known, WebhookSecret secret, boolean created, boolean shown)
      implements EndpointChange {}

  /** It is deleted, or there was none. */
  record Deleted(boolean shown) implements EndpointChange {}

  /**
   * It is not known whether Kafka has it. To ask again is safe.
   *
   * @param cause a {@link io.tidegate.ingest.publish.CrowdedException} if it was not sent at all
   */
  record Unknown(Throwable cause) implements EndpointChange {}

  /** There is none to rotate. */
  record Absent() implements EndpointChange {}

  /** The URL may not be one. */
  record Refused(String reason) implements EndpointChange {}

  /** There are as many as may be. */
  record Full(String reason) implements EndpointChange {}

  /** The endpoints are not read yet, or earlier changes take too long. */
  record NotNow(String reason) implements EndpointChange {}
}
