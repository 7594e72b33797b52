package io.tidegate.fanout;

import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.tidegate.contract.Topics;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import org.apache.kafka.common.Metric;
import org.apache.kafka.common.MetricName;
import org.apache.kafka.streams.KafkaStreams;

/** What Kafka Streams says of itself, read when it is asked for. */
final class StreamsGauges {
  private StreamsGauges() {}

  static void register(MeterRegistry registry, KafkaStreams streams, Topics topics) {
    for (KafkaStreams.State state : KafkaStreams.State.values()) {
      Gauge.builder("tidegate.fanout.streams.state", streams, it -> it.state() == state ? 1 : 0)
          .description("1 for the state that Kafka Streams is in")
          .tag("state", state.name().toLowerCase(Locale.ROOT))
          .register(registry);
    }
    Gauge.builder(
            "tidegate.fanout.stream.threads", streams, it -> it.metadataForLocalThreads().size())
        .description("Stream threads that are alive")
        .register(registry);
    Set<String> inputs = Set.of(topics.messages(), topics.sessions(), topics.acks());
    Gauge.builder("tidegate.fanout.input.lag.records", streams, it -> lag(it.metrics(), inputs))
        .description("Records of the input topics that were not fetched yet")
        .register(registry);
    Gauge.builder("tidegate.fanout.stream.thread.busy.ratio", streams, it -> busiest(it.metrics()))
        .description(
            "How much of the last half to whole minute the busiest stream thread did something"
                + " else than wait for records, 0 to 1")
        .register(registry);
  }

  /** Commits count, expansions and timers too: a thread that waits for Kafka's answer is taken. */
  static double busiest(Map<MetricName, ? extends Metric> metrics) {
    double busiest = 0;
    for (Map.Entry<MetricName, ? extends Metric> each : metrics.entrySet()) {
      if (each.getKey().name().equals("poll-ratio")
          && each.getKey().group().equals("stream-thread-metrics")
          && each.getValue().metricValue() instanceof Double waits
          && !waits.isNaN()) {
        busiest = Math.max(busiest, 1 - waits);
      }
    }
    return busiest;
  }

  private static double lag(Map<MetricName, ? extends Metric> metrics, Set<String> inputs) {
    double lag = 0;
    for (Map.Entry<MetricName, ? extends Metric> each : metrics.entrySet()) {
      String topic = each.getKey().tags().get("topic");
      if (each.getKey().name().equals("records-lag")
          && topic != null
          && inputs.contains(topic)
          && each.getValue().metricValue() instanceof Double records
          && !records.isNaN()) {
        lag += records;
      }
    }
    return lag;
  }
}
