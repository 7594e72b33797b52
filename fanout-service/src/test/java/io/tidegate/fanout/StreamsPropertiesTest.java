package io.tidegate.fanout;

import static org.assertj.core.api.Assertions.assertThat;

import io.tidegate.contract.kafka.KafkaAccess;
import io.tidegate.fanout.topology.FetchedRecords;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.streams.StreamsConfig;
import org.junit.jupiter.api.Test;

/** What the sequencer's exactness rests on, as Kafka Streams hands it to its clients. */
final class StreamsPropertiesTest {
  private final StreamsConfig config =
      new StreamsConfig(
          StreamsProperties.of(FanoutConfig.defaults("kafka:9092"), "127.0.0.1:8082"));

  @Test
  void stateOutputsAndOffsetsShouldBecomeDurableTogether() {
    // When
    String guarantee = config.getString(StreamsConfig.PROCESSING_GUARANTEE_CONFIG);
    ProducerConfig producer = producer();

    // Then
    assertThat(guarantee).isEqualTo("exactly_once_v2");
    assertThat(producer.getBoolean(ProducerConfig.ENABLE_IDEMPOTENCE_CONFIG)).isTrue();
    assertThat(producer.getString(ProducerConfig.ACKS_CONFIG)).isEqualTo("-1");
  }

  @Test
  void whatAnotherInstanceHasNotCommittedShouldNotBeRead() {
    // When
    Map<String, Object> main = config.getMainConsumerConfigs("group", "client", 0);
    Map<String, Object> restore = config.getRestoreConsumerConfigs("client");

    // Then
    assertThat(main).containsEntry(ConsumerConfig.ISOLATION_LEVEL_CONFIG, "read_committed");
    assertThat(main).containsEntry(ConsumerConfig.ENABLE_AUTO_COMMIT_CONFIG, "false");
    assertThat(restore).containsEntry(ConsumerConfig.ISOLATION_LEVEL_CONFIG, "read_committed");
  }

  /** What waits in the producer for longer would hold its commit up; for less is a request more. */
  @Test
  void aTransactionShouldBeSentWhenItIsCommittedAtLast() {
    assertThat(producer().getLong(ProducerConfig.LINGER_MS_CONFIG)).isEqualTo(60);
    assertThat(config.getLong(StreamsConfig.COMMIT_INTERVAL_MS_CONFIG)).isEqualTo(240);
  }

  /** Streams refuses to start with a transaction that would end before it is committed. */
  @Test
  void theLongestCommitAndTheShortestSessionShouldGoTogether() {
    // Given
    FanoutConfig slow =
        FanoutConfig.from(
            Map.of(
                "TIDEGATE_FANOUT_COMMIT_INTERVAL", "1s", "TIDEGATE_FANOUT_SESSION_TIMEOUT", "1s"));

    // When
    StreamsConfig streams = new StreamsConfig(StreamsProperties.of(slow, "127.0.0.1:8082"));

    // Then
    assertThat(streams.getLong(StreamsConfig.COMMIT_INTERVAL_MS_CONFIG)).isEqualTo(4_000);
    assertThat(streams.getProducerConfigs("client"))
        .containsEntry(ProducerConfig.TRANSACTION_TIMEOUT_CONFIG, 1_000 + 2_000 + 4_000);
  }

  @Test
  void streamThreadsShouldKnowWhatTheirConsumersBring() {
    assertThat(config.getMainConsumerConfigs("group", "client", 0))
        .containsEntry(ConsumerConfig.INTERCEPTOR_CLASSES_CONFIG, FetchedRecords.class.getName());
  }

  @Test
  void whatKafkaWantsToBeShownShouldReachEveryClientThatStreamsMakes() {
    // Given
    Map<String, String> login =
        Map.of("security.protocol", "SASL_SSL", "sasl.jaas.config", "some login");
    FanoutConfig secure =
        FanoutConfig.defaults("kafka:9092")
            .withKafka(new KafkaAccess("kafka:9093", login, "TEST", null));

    // When
    StreamsConfig streams = new StreamsConfig(StreamsProperties.of(secure, "127.0.0.1:8082"));

    // Then
    Map<String, String> wanted = new HashMap<>(login);
    wanted.put("bootstrap.servers", "kafka:9093");
    assertThat(
            List.of(
                streams.getMainConsumerConfigs("group", "client", 0),
                streams.getRestoreConsumerConfigs("client"),
                streams.getGlobalConsumerConfigs("client"),
                streams.getProducerConfigs("client"),
                streams.getAdminConfigs("client")))
        .allSatisfy(
            client ->
                wanted.forEach(
                    (key, value) ->
                        assertThat(String.valueOf(client.get(key)).replaceAll("[\\[\\]]", ""))
                            .isEqualTo(value)));
  }

  private ProducerConfig producer() {
    Map<String, Object> settings = config.getProducerConfigs("client");
    // Streams adds the id later, one for each thread.
    settings.put(ProducerConfig.TRANSACTIONAL_ID_CONFIG, "some id");
    settings.put(
        ProducerConfig.KEY_SERIALIZER_CLASS_CONFIG,
        org.apache.kafka.common.serialization.ByteArraySerializer.class);
    settings.put(
        ProducerConfig.VALUE_SERIALIZER_CLASS_CONFIG,
        org.apache.kafka.common.serialization.ByteArraySerializer.class);
    return new ProducerConfig(settings);
  }
}
