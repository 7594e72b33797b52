package io.tidegate.fanout;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.HashMap;
import java.util.Map;
import org.apache.kafka.common.Metric;
import org.apache.kafka.common.MetricName;
import org.junit.jupiter.api.Test;

final class StreamsGaugesTest {
  private final Map<MetricName, Metric> metrics = new HashMap<>();

  private void metric(String group, String name, String thread, Object value) {
    MetricName key = new MetricName(name, group, "", Map.of("thread-id", thread));
    metrics.put(
        key,
        new Metric() {
          @Override
          public MetricName metricName() {
            return key;
          }

          @Override
          public Object metricValue() {
            return value;
          }
        });
  }

  @Test
  void theThreadThatWaitsLeastIsTheBusiest() {
    metric("stream-thread-metrics", "poll-ratio", "1", 0.9);
    metric("stream-thread-metrics", "poll-ratio", "2", 0.25);
    metric("stream-thread-metrics", "process-ratio", "1", 0.01);
    metric("another-group", "poll-ratio", "3", 0.0);

    assertThat(StreamsGauges.busiest(metrics)).isCloseTo(0.75, within(1e-9));
  }

  @Test
  void oneThatDidNothingYetIsNotBusy() {
    metric("stream-thread-metrics", "poll-ratio", "1", Double.NaN);

    assertThat(StreamsGauges.busiest(metrics)).isZero();
  }
}
