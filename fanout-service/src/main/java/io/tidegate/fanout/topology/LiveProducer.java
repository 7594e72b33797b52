package io.tidegate.fanout.topology;

import io.tidegate.contract.kafka.KafkaAccess;
import io.tidegate.contract.kafka.KafkaClients;
import io.tidegate.fanout.metrics.FanoutMetrics;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.function.LongSupplier;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.errors.TimeoutException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A producer of its own for {@code tidegate.live}. Not the one of Streams, because that waits for
 * more company and has its records refused while the markers of its last transaction are written.
 *
 * <p>What Kafka does not take within a second is lost and counted. Where Kafka does not answer, a
 * send blocks its caller for twice {@link #MAX_BLOCK} at most (for the topic's partitions, for room
 * in the buffer), and then none is tried for {@link #PAUSE}.
 */
public final class LiveProducer implements LiveSender, AutoCloseable {
  static final Duration MAX_BLOCK = Duration.ofMillis(20);
  static final Duration PAUSE = Duration.ofMillis(200);
  private static final Duration DELIVERY = Duration.ofSeconds(1);
  private static final long BUFFER_BYTES = 16L << 20;
  private static final Logger LOGGER = LoggerFactory.getLogger(LiveProducer.class);

  private final Producer<byte[], byte[]> producer;
  private final String topic;
  private final FanoutMetrics metrics;
  private final LongSupplier nanoTime;
  private volatile long pausedUntil;

  LiveProducer(
      Producer<byte[], byte[]> producer,
      String topic,
      FanoutMetrics metrics,
      LongSupplier nanoTime) {
    this.producer = producer;
    this.topic = topic;
    this.metrics = metrics;
    this.nanoTime = nanoTime;
    this.pausedUntil = nanoTime.getAsLong();
  }

  /**
   * @throws KafkaException as {@link KafkaClients}
   */
  public static LiveProducer open(KafkaAccess kafka, String topic, FanoutMetrics metrics) {
    Map<String, Object> p = new HashMap<>();
    p.put(ProducerConfig.CLIENT_ID_CONFIG, "tidegate-fanout-live");
    p.put(ProducerConfig.ACKS_CONFIG, "1");
    p.put(ProducerConfig.ENABLE_IDEMPOTENCE_CONFIG, false);
    p.put(ProducerConfig.RETRIES_CONFIG, 0);
    p.put(ProducerConfig.LINGER_MS_CONFIG, 0);
    p.put(ProducerConfig.MAX_BLOCK_MS_CONFIG, MAX_BLOCK.toMillis());
    p.put(ProducerConfig.REQUEST_TIMEOUT_MS_CONFIG, (int) DELIVERY.toMillis());
    p.put(ProducerConfig.DELIVERY_TIMEOUT_MS_CONFIG, (int) DELIVERY.toMillis());
    p.put(ProducerConfig.BUFFER_MEMORY_CONFIG, BUFFER_BYTES);
    p.put(ProducerConfig.ENABLE_METRICS_PUSH_CONFIG, false);
    return new LiveProducer(KafkaClients.producer(kafka, p), topic, metrics, System::nanoTime);
  }

  @Override
  @SuppressWarnings({"NullAway", "FutureReturnValueIgnored"}) // no key; the callback has the end
  public void send(int slot, byte[] value, long nowMillis) {
    if (nanoTime.getAsLong() - pausedUntil < 0) {
      metrics.liveLost();
      return;
    }
    try {
      if (slot >= producer.partitionsFor(topic).size()) {
        metrics.beyondSlots();
        return;
      }
      producer.send(
          new ProducerRecord<>(topic, slot, nowMillis, null, value),
          (_, failure) -> {
            if (failure != null) {
              lost(failure);
            }
          });
    } catch (KafkaException | IllegalStateException e) {
      lost(e); // the latter is a producer that was closed under a thread that would not stop
    }
  }

  /** A full buffer comes here by the callback, other failures to send are thrown. */
  private void lost(Exception failure) {
    if (failure instanceof TimeoutException) {
      pausedUntil = nanoTime.getAsLong() + PAUSE.toNanos();
    }
    metrics.liveLost();
    LOGGER
        .atDebug()
        .addKeyValue("reason", failure.toString())
        .log("messages of ttl 0 were lost on their way to Kafka");
  }

  @Override
  public void close() {
    producer.close(DELIVERY);
  }
}
