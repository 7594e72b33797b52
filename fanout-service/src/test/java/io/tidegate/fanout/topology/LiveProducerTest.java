package io.tidegate.fanout.topology;

import static org.assertj.core.api.Assertions.assertThat;

import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.tidegate.fanout.metrics.FanoutMetrics;
import java.util.List;
import java.util.Set;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.IntStream;
import org.apache.kafka.clients.producer.BufferExhaustedException;
import org.apache.kafka.clients.producer.MockProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.Cluster;
import org.apache.kafka.common.Node;
import org.apache.kafka.common.PartitionInfo;
import org.apache.kafka.common.errors.TimeoutException;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.junit.jupiter.api.Test;

class LiveProducerTest {
  private static final String TOPIC = "tidegate.live";
  private static final byte[] VALUE = {1, 2, 3};

  private final SimpleMeterRegistry registry = new SimpleMeterRegistry();
  private final AtomicLong nanos = new AtomicLong();
  private final MockProducer<byte[], byte[]> kafka =
      new MockProducer<>(
          cluster(4), false, null, new ByteArraySerializer(), new ByteArraySerializer());
  private final LiveProducer live =
      new LiveProducer(kafka, TOPIC, new FanoutMetrics(registry), nanos::get);

  @Test
  void messageShouldGoToThePartitionOfItsSlot() {
    // When
    live.send(3, VALUE, 42);

    // Then
    ProducerRecord<byte[], byte[]> sent = kafka.history().getFirst();
    assertThat(sent.partition()).isEqualTo(3);
    assertThat(sent.timestamp()).isEqualTo(42);
    assertThat(sent.value()).isEqualTo(VALUE);
    assertThat(lost()).isZero();
  }

  @Test
  void slotThatTheTopicLacksShouldBeCountedAndNotSent() {
    // When
    live.send(4, VALUE, 42);

    // Then
    assertThat(kafka.history()).isEmpty();
    assertThat(registry.counter("tidegate.fanout.beyond.slots").count()).isEqualTo(1);
  }

  @Test
  void messageThatKafkaDoesNotTakeShouldBeCounted() {
    // Given
    live.send(0, VALUE, 42);

    // When
    kafka.errorNext(new TimeoutException("expired"));

    // Then
    assertThat(lost()).isEqualTo(1);
  }

  @Test
  void callerShouldBeBlockedOnceAndNotForEveryMessageWhileKafkaIsAway() {
    // Given
    live.send(0, VALUE, 42);
    kafka.errorNext(new BufferExhaustedException("no room"));

    // When
    live.send(0, VALUE, 43);
    nanos.addAndGet(LiveProducer.PAUSE.toNanos());
    live.send(0, VALUE, 44);

    // Then
    assertThat(lost()).isEqualTo(2);
    assertThat(kafka.history()).extracting(ProducerRecord::timestamp).containsExactly(42L, 44L);
  }

  @Test
  void partitionsThatKafkaDoesNotNameInTimeShouldPauseToo() {
    // Given
    kafka.partitionsForException = new TimeoutException("no metadata");
    live.send(0, VALUE, 42);
    kafka.partitionsForException = null;

    // When
    live.send(0, VALUE, 43);

    // Then
    assertThat(lost()).isEqualTo(2);
    assertThat(kafka.history()).isEmpty();
  }

  @Test
  void sendAfterTheCloseShouldThrowNothing() {
    // Given
    live.close();

    // When
    live.send(0, VALUE, 42);

    // Then
    assertThat(lost()).isEqualTo(1);
  }

  private double lost() {
    return registry.counter("tidegate.fanout.live.lost").count();
  }

  private static Cluster cluster(int partitions) {
    Node node = new Node(1, "127.0.0.1", 9092);
    Node[] replicas = {node};
    List<PartitionInfo> infos =
        IntStream.range(0, partitions)
            .mapToObj(p -> new PartitionInfo(TOPIC, p, node, replicas, replicas))
            .toList();
    return new Cluster("test", List.of(node), infos, Set.of(), Set.of());
  }
}
