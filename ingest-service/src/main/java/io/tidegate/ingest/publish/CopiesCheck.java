package io.tidegate.ingest.publish;

import io.tidegate.contract.Topics;
import java.time.Duration;
import java.util.List;
import java.util.OptionalInt;
import java.util.stream.Stream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Looks at start whether Kafka keeps what it acknowledges on more than one broker. */
public final class CopiesCheck {
  private static final Logger LOGGER = LoggerFactory.getLogger(CopiesCheck.class);
  private static final Duration WITHIN = Duration.ofSeconds(2);

  private CopiesCheck() {}

  /**
   * Those in which a record is before ingest answers that something is done.
   *
   * @param endpoints whether endpoints are put here
   */
  public static List<String> topics(Topics topics, boolean endpoints) {
    List<String> answered =
        List.of(topics.messages(), topics.policies(), topics.users(), topics.members());
    return endpoints
        ? Stream.concat(answered.stream(), Stream.of(topics.endpoints())).toList()
        : answered;
  }

  /**
   * Warns of each topic on which what is acknowledged may lie on one broker alone although it has
   * more replicas.
   *
   * @param kafka the options with which Kafka's own tools reach it, for the command that mends it
   * @return how many brokers have a record, at the least, once it is acknowledged; empty where
   *     Kafka says it of none of the topics
   */
  public static OptionalInt look(TopicProbe probe, String kafka, List<String> topics) {
    int least = Integer.MAX_VALUE;
    for (String topic : topics) {
      Copies copies = probe.copies(topic, WITHIN);
      if (copies == null) {
        LOGGER.atInfo().addKeyValue("topic", topic).log("not known how many replicas acknowledge");
        continue;
      }
      least = Math.min(least, copies.ofAcknowledged());
      if (copies.mayBeTheLeadersAlone()) {
        warn(kafka, topic, copies);
      }
    }
    return least == Integer.MAX_VALUE ? OptionalInt.empty() : OptionalInt.of(least);
  }

  private static void warn(String kafka, String topic, Copies copies) {
    LOGGER
        .atWarn()
        .addKeyValue("topic", topic)
        .addKeyValue("replicas", copies.replicas())
        .addKeyValue("min.insync.replicas", copies.minInsync())
        .log(
            "what is answered as durable may lie on one broker alone and be lost with it: while the"
                + " other replicas are behind, the leader acknowledges by itself; with three"
                + " replicas or more, mend it with: kafka-configs.sh "
                + kafka
                + " --alter --entity-type topics --entity-name "
                + topic
                + " --add-config min.insync.replicas=2");
  }
}
