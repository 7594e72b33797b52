package io.tidegate.delivery;

import io.tidegate.contract.StartupException;
import io.tidegate.contract.tls.ClientTls;
import io.tidegate.contract.tls.TlsFiles;
import io.tidegate.contract.webhook.Endpoints;
import io.tidegate.contract.webhook.WebhookKey;
import io.tidegate.contract.webhook.WebhookKeyFile;
import io.tidegate.delivery.connection.HookSettings;
import io.tidegate.delivery.connection.Hooks;
import io.tidegate.delivery.connection.Server;
import io.tidegate.delivery.kafka.EndpointLink;
import io.tidegate.delivery.kafka.KafkaLink;
import io.tidegate.delivery.metrics.DeliveryMetrics;
import io.tidegate.delivery.metrics.EndpointMetrics;
import java.nio.file.Path;
import java.security.NoSuchAlgorithmException;
import java.time.Duration;
import javax.net.ssl.SSLContext;

/** The endpoints that a worker serves beside its connections. */
final class Webhooks {
  private final EndpointLink link;
  private final Hooks hooks;

  private Webhooks(EndpointLink link, Hooks hooks) {
    this.link = link;
    this.hooks = hooks;
  }

  /**
   * Begins; does not wait.
   *
   * @param linkSettings of {@code kafka}
   * @throws StartupException if the key or the authorities cannot be read
   */
  static Webhooks open(
      DeliveryConfig config,
      KafkaLink.LinkSettings linkSettings,
      KafkaLink kafka,
      Server server,
      DeliveryMetrics metrics)
      throws StartupException {
    WebhookConfig webhooks = config.webhooks();
    WebhookKey key =
        new WebhookKeyFile(Path.of(webhooks.rules().webhookKey()))
            .read("TIDEGATE_DELIVERY_WEBHOOK_KEY");
    HookSettings settings =
        new HookSettings(
            webhooks.rules(),
            key,
            webhooks.webhookEndpoints(),
            webhooks.webhookWindow(),
            webhooks.webhookBytes(),
            webhooks.gate(),
            webhooks.courier(),
            webhooks.webhookConnect().toNanos(),
            webhooks.webhookTimeout().toNanos());
    EndpointMetrics counts = metrics.endpoints();
    Endpoints endpoints = new Endpoints();
    Hooks hooks =
        server.hooks(
            endpoints,
            kafka.userPartitions(),
            settings,
            trusting(webhooks.webhookCa()),
            kafka.endpointLog(),
            counts);
    try {
      return new Webhooks(EndpointLink.open(linkSettings, endpoints, hooks, counts), hooks);
    } catch (StartupException e) {
      hooks.close();
      throw e;
    }
  }

  private static SSLContext trusting(String ca) throws StartupException {
    if (!ca.isEmpty()) {
      return ClientTls.context(
          new TlsFiles(DeliveryConfig.PREFIX + "WEBHOOK_", null, null, Path.of(ca)));
    }
    try {
      return SSLContext.getDefault();
    } catch (NoSuchAlgorithmException e) {
      throw new StartupException("the JDK has no TLS: " + e.getMessage(), e);
    }
  }

  /**
   * What is under way ends first, then other workers go on.
   *
   * @param limit for that; then what is still under way is cut
   */
  void close(Duration limit) {
    link.close(limit);
    hooks.close();
  }
}
