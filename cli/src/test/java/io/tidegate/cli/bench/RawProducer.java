package io.tidegate.cli.bench;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.tidegate.contract.UserKey;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.serialization.ByteArraySerializer;

/**
 * A Kafka producer with ingest's settings that writes the records of messages that are made
 * already, as fast as it can, and says how many were acknowledged a second. Arguments: Kafka, a
 * topic, a text, milliseconds.
 */
public final class RawProducer {
  private static final int DISTINCT = 100_000;
  private static final int USERS = 1000;
  private static final long WARM_UP_MILLIS = 15_000;

  private RawProducer() {}

  public static void main(String[] args) {
    byte[] payload = ("{\"text\":\"" + args[2] + "\"}").getBytes(UTF_8);
    List<ProducerRecord<byte[], byte[]>> records = new ArrayList<>(DISTINCT);
    for (int i = 0; i < DISTINCT; i++) {
      UserKey user = new UserKey("default", "u" + i % USERS);
      records.add(BareIngest.record(args[1], user, UUID.randomUUID().toString(), payload));
    }
    try (KafkaProducer<byte[], byte[]> producer = producer(args[0], args[4])) {
      double _ = run(producer, records, WARM_UP_MILLIS);
      System.out.printf(
          Locale.ROOT, "acked %.0f messages/s%n", run(producer, records, Long.parseLong(args[3])));
    }
  }

  private static KafkaProducer<byte[], byte[]> producer(String kafka, String settings) {
    if (settings.equals("ingest")) {
      return BareIngest.producer(kafka);
    }
    ByteArraySerializer bytes = new ByteArraySerializer();
    return new KafkaProducer<>(Map.of("bootstrap.servers", kafka, "acks", "all"), bytes, bytes);
  }

  private static double run(
      KafkaProducer<byte[], byte[]> producer,
      List<ProducerRecord<byte[], byte[]>> records,
      long millis) {
    AtomicLong acked = new AtomicLong();
    long start = System.nanoTime();
    long end = start + TimeUnit.MILLISECONDS.toNanos(millis);
    for (int i = 0; System.nanoTime() < end; i++) {
      var _ =
          producer.send(
              records.get(i % DISTINCT),
              (_, failure) -> {
                if (failure == null) {
                  acked.incrementAndGet();
                }
              });
    }
    producer.flush();
    return acked.get() * 1e9 / (System.nanoTime() - start);
  }
}
