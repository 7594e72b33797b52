package io.tidegate.loadtest.topics;

import io.tidegate.contract.kafka.KafkaAccess;
import io.tidegate.contract.kafka.KafkaClients;
import io.tidegate.contract.kafka.KafkaFault;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.AlterConfigOp;
import org.apache.kafka.clients.admin.ConfigEntry;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.config.ConfigResource;

/**
 * While it is open the broker keeps the times that fan-out writes to the inbox, which are the
 * instants at which it released; else it puts the time of its own log there.
 */
public final class ReleaseInstants implements AutoCloseable {
  private static final String STAMP = "message.timestamp.type";
  private static final String KEPT = "CreateTime";
  private static final int SECONDS = 10;

  private final KafkaAccess kafka;
  private final Admin admin;
  private final ConfigResource topic;
  private final ConfigEntry before;

  /**
   * @param kafka of a client that may change the topic's settings
   * @throws IOException if it may not, Kafka does not answer, or another has set it so already:
   *     then nobody here knows when it may be set back
   */
  public ReleaseInstants(KafkaAccess kafka, String inbox) throws IOException {
    this.kafka = kafka;
    topic = new ConfigResource(ConfigResource.Type.TOPIC, inbox);
    try {
      admin = KafkaClients.admin(kafka, Map.of());
    } catch (KafkaException e) {
      throw new IOException(KafkaFault.of(kafka, e), e);
    }
    try {
      before =
          admin
              .describeConfigs(List.of(topic))
              .all()
              .get(SECONDS, TimeUnit.SECONDS)
              .values()
              .iterator()
              .next()
              .get(STAMP);
      if (KEPT.equals(before.value())) {
        throw new IOException(
            ("topic %s has %s=%s already, as an audit sets it: let the other one end; if it was"
                    + " killed, `tidegate topics create` with the same --kafka, --kafka-config and"
                    + " --prefix puts back what it left")
                .formatted(inbox, STAMP, KEPT));
      }
      set(new AlterConfigOp(new ConfigEntry(STAMP, KEPT), AlterConfigOp.OpType.SET));
    } catch (IOException e) {
      admin.close(Duration.ZERO);
      throw e;
    } catch (ExecutionException | TimeoutException | InterruptedException e) {
      admin.close(Duration.ZERO);
      throw failed(e);
    }
  }

  private void set(AlterConfigOp operation) throws IOException {
    try {
      admin
          .incrementalAlterConfigs(Map.of(topic, List.of(operation)))
          .all()
          .get(SECONDS, TimeUnit.SECONDS);
    } catch (ExecutionException | TimeoutException | InterruptedException e) {
      throw failed(e);
    }
  }

  private IOException failed(Exception e) {
    if (e instanceof InterruptedException) {
      Thread.currentThread().interrupt();
    }
    return new IOException(
        "%s (asked for the setting %s of topic %s)"
            .formatted(KafkaFault.of(kafka, e), STAMP, topic.name()),
        e);
  }

  /**
   * Makes it as it was; may be tried again.
   *
   * @throws IOException if it is not
   */
  public void restore() throws IOException {
    boolean own = before.source() == ConfigEntry.ConfigSource.DYNAMIC_TOPIC_CONFIG;
    set(
        new AlterConfigOp(
            new ConfigEntry(STAMP, before.value()),
            own ? AlterConfigOp.OpType.SET : AlterConfigOp.OpType.DELETE));
  }

  @Override
  public void close() {
    admin.close();
  }
}
