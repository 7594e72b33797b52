package io.tidegate.contract.kafka;

import java.util.Map;
import java.util.function.Function;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.ByteArraySerializer;

/**
 * Makes Kafka's clients. Nobody else does, but for Kafka Streams its own, so that none is without
 * what Kafka wants to be shown. All throw a {@link KafkaException} with one line, in which no value
 * of a setting of access is and which has no cause that may have one, if the address cannot be
 * resolved or a setting cannot be used, such as the file of a certificate.
 */
public final class KafkaClients {
  private KafkaClients() {}

  /**
   * @param own settings beside those of access
   */
  public static Admin admin(KafkaAccess access, Map<String, ?> own) {
    return made(access, own, Admin::create);
  }

  /**
   * @param own settings beside those of access
   */
  public static KafkaConsumer<byte[], byte[]> consumer(KafkaAccess access, Map<String, ?> own) {
    return made(
        access,
        own,
        all -> new KafkaConsumer<>(all, new ByteArrayDeserializer(), new ByteArrayDeserializer()));
  }

  /**
   * @param own settings beside those of access
   */
  public static KafkaProducer<byte[], byte[]> producer(KafkaAccess access, Map<String, ?> own) {
    return made(
        access,
        own,
        all -> new KafkaProducer<>(all, new ByteArraySerializer(), new ByteArraySerializer()));
  }

  private static <C> C made(
      KafkaAccess access, Map<String, ?> own, Function<Map<String, Object>, C> maker) {
    try {
      return maker.apply(access.with(own));
    } catch (KafkaException e) {
      throw KafkaFault.unusable(access, e);
    }
  }
}
