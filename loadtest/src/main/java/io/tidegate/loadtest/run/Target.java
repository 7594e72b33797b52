package io.tidegate.loadtest.run;

import io.tidegate.contract.kafka.KafkaAccess;
import java.net.URI;
import javax.net.ssl.SSLContext;
import org.jspecify.annotations.Nullable;

/**
 * What is measured.
 *
 * @param ingest where REST is
 * @param delivery where devices connect
 * @param fanout null: nobody asks it
 * @param kafka where there is none, asked for nothing
 * @param tellsKafka whether Kafka is asked what it is where a run has nothing else to do with it
 * @param topicPrefix of all topics
 * @param tenant of all users; who sends by REST is of it by its key
 * @param bearer an API key or a token, for ingest and fan-out; null: none is shown
 * @param tls of those that are https: whom we trust and what we show; null: as the JDK does
 */
public record Target(
    URI ingest,
    URI delivery,
    @Nullable URI fanout,
    KafkaAccess kafka,
    boolean tellsKafka,
    String topicPrefix,
    String tenant,
    @Nullable String bearer,
    @Nullable SSLContext tls) {

  URI ingest(String path) {
    return at(ingest, path);
  }

  static URI at(URI base, String path) {
    String text = base.toString();
    return URI.create((text.endsWith("/") ? text.substring(0, text.length() - 1) : text) + path);
  }

  /** Without the secret. */
  @Override
  public String toString() {
    return "ingest " + ingest + ", delivery " + delivery + ", fan-out " + fanout;
  }
}
