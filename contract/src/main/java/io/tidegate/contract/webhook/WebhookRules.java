package io.tidegate.contract.webhook;

import io.tidegate.contract.settings.Environment;
import org.jspecify.annotations.Nullable;

/**
 * What endpoints may be, the same for ingest, which refuses others when they are put, and for
 * workers, which ask none that may not be.
 *
 * @param webhookKey the file of the key that secrets follow from; empty: there are no endpoints
 * @param webhookHttp whether http may be, beside https
 * @param webhookNetworks to which that are not public requests may go
 */
public record WebhookRules(String webhookKey, boolean webhookHttp, Networks webhookNetworks) {
  /** No endpoints. */
  public static final WebhookRules DEFAULT = new WebhookRules("", false, Networks.PUBLIC);

  /** These with what {@code WEBHOOK_KEY}, {@code _HTTP} and {@code _NETWORKS} say otherwise. */
  public WebhookRules read(Environment variables) {
    return new WebhookRules(
        variables.text("WEBHOOK_KEY", webhookKey),
        variables.flag("WEBHOOK_HTTP", webhookHttp),
        variables.read("WEBHOOK_NETWORKS", webhookNetworks, Networks::parse));
  }

  public boolean isOn() {
    return !webhookKey.isEmpty();
  }

  /** The same with that key where there is none. */
  public WebhookRules orKey(String file) {
    return isOn() ? this : new WebhookRules(file, webhookHttp, webhookNetworks);
  }

  /** Also what runs on this machine, for one who tries it out. */
  public WebhookRules withLoopback() {
    return new WebhookRules(
        webhookKey, true, webhookNetworks.and(Networks.parse(Networks.LOOPBACK)));
  }

  /**
   * @throws IllegalArgumentException with the reason alone
   */
  public EndpointUrl require(String url) {
    EndpointUrl parsed = EndpointUrl.parse(url, webhookHttp);
    parsed.requireAllowed(webhookNetworks);
    return parsed;
  }

  /** Why that URL may not be asked, as far as the text says; null: it may. */
  public @Nullable String refusal(String url) {
    try {
      var _ = require(url);
      return null;
    } catch (IllegalArgumentException e) {
      return e.getMessage();
    }
  }
}
