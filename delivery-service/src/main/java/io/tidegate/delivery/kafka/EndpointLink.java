package io.tidegate.delivery.kafka;

import io.tidegate.contract.StartupException;
import io.tidegate.contract.kafka.KafkaFault;
import io.tidegate.contract.table.TopicTable;
import io.tidegate.contract.webhook.Endpoints;
import io.tidegate.delivery.kafka.KafkaLink.LinkSettings;
import io.tidegate.delivery.metrics.EndpointMetrics;
import io.tidegate.delivery.webhook.Hosting;
import java.time.Duration;
import org.apache.kafka.common.KafkaException;

/** Follows {@code tidegate.endpoints}, and has a share of the users whose endpoints are served. */
public final class EndpointLink {
  private final TopicTable table;
  private final EndpointShare share;

  private EndpointLink(TopicTable table, EndpointShare share) {
    this.table = table;
    this.share = share;
  }

  /**
   * Begins; does not wait.
   *
   * @param endpoints told of each change, and then {@code hosting}
   * @throws StartupException if Kafka's address cannot be resolved, or a setting be used
   */
  public static EndpointLink open(
      LinkSettings settings, Endpoints endpoints, Hosting hosting, EndpointMetrics metrics)
      throws StartupException {
    TopicTable table;
    try {
      table =
          TopicTable.open(
              settings.kafka(),
              settings.topics().endpoints(),
              "tidegate-delivery-endpoints",
              (key, value, offset) -> hosting.changed(endpoints.changed(key, value, offset)));
    } catch (KafkaException e) {
      throw new StartupException(KafkaFault.of(settings.kafka(), e), e);
    }
    metrics.gauge("known", "Endpoints that are known, whoever serves them", endpoints::size);
    metrics.gauge(
        "records.skipped",
        "Records of the topic of endpoints that could not be read or kept",
        table::skipped);
    return new EndpointLink(table, new EndpointShare(settings, hosting).start());
  }

  /**
   * Gives the share back, once nothing is under way.
   *
   * @param limit for that
   */
  public void close(Duration limit) {
    share.close(limit);
    table.close();
  }
}
