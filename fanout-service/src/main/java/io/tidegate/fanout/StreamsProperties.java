package io.tidegate.fanout;

import io.tidegate.fanout.statestore.BoundedRocksDb;
import io.tidegate.fanout.topology.FanoutTopology;
import io.tidegate.fanout.topology.FetchedRecords;
import java.util.Map;
import java.util.Properties;
import org.apache.kafka.clients.CommonClientConfigs;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.streams.StreamsConfig;

/**
 * Kafka Streams' settings, and why each.
 *
 * <p>The group protocol is the classic one. On Kafka 4.3 the streams protocol has no static members
 * and no standbys, and its session timeout is the broker's (45 s, and not to be lowered by a
 * client), so that a killed instance's users would wait that long. The classic protocol's is ours
 * to choose down to 6 s on a stock broker, and a static member that comes back before that is not
 * missed at all.
 */
final class StreamsProperties {
  private StreamsProperties() {}

  /**
   * @param server {@code host:port} under which other instances reach this one
   */
  static Properties of(FanoutConfig config, String server) {
    Properties p = new Properties();
    p.put(StreamsConfig.APPLICATION_ID_CONFIG, config.applicationId());
    // Without a prefix they are for all clients that Streams makes: no kind of them has its own.
    p.putAll(config.kafka().with(Map.of()));
    p.put(StreamsConfig.APPLICATION_SERVER_CONFIG, server);
    p.put(StreamsConfig.STATE_DIR_CONFIG, config.stateDir().toString());
    p.put(StreamsConfig.NUM_STREAM_THREADS_CONFIG, config.threads());
    p.put(StreamsConfig.NUM_STANDBY_REPLICAS_CONFIG, config.standbys());
    // A new instance restores all its tasks at once beside the old one and takes them over within a
    // minute; by default it is two tasks every ten minutes.
    p.put(StreamsConfig.MAX_WARMUP_REPLICAS_CONFIG, 64);
    p.put(StreamsConfig.PROBING_REBALANCE_INTERVAL_MS_CONFIG, 60_000L);
    p.put(StreamsConfig.ROCKSDB_CONFIG_SETTER_CLASS_CONFIG, BoundedRocksDb.class);
    p.put(StreamsConfig.GROUP_PROTOCOL_CONFIG, "classic");
    p.put(CommonClientConfigs.ENABLE_METRICS_PUSH_CONFIG, false);

    // Offsets, state and outputs together; consumers read committed.
    p.put(StreamsConfig.PROCESSING_GUARANTEE_CONFIG, StreamsConfig.EXACTLY_ONCE_V2);
    // At last: processors ask for one sooner.
    p.put(
        StreamsConfig.COMMIT_INTERVAL_MS_CONFIG,
        FanoutTopology.commitsAtLast(config.commitInterval()).toMillis());
    // A commit sends all there is, and before it nobody can read a record: so they go together.
    producer(
        p,
        ProducerConfig.LINGER_MS_CONFIG,
        FanoutTopology.longestCommit(config.commitInterval()).toMillis());
    producer(p, ProducerConfig.BATCH_SIZE_CONFIG, 128 * 1024);
    // The first records of a transaction are refused while the markers of the last one are being
    // written, which takes milliseconds; the default of 100 ms would be in many a push.
    producer(p, ProducerConfig.RETRY_BACKOFF_MS_CONFIG, 5);
    producer(
        p, ProducerConfig.TRANSACTION_TIMEOUT_CONFIG, (int) config.transactionTimeout().toMillis());

    // A poll without records is also how late a wake-up can be.
    p.put(StreamsConfig.POLL_MS_CONFIG, 10L);
    // The order between the three topics is no one's promise, so never wait for one.
    p.put(StreamsConfig.MAX_TASK_IDLE_MS_CONFIG, StreamsConfig.MAX_TASK_IDLE_MS_DISABLED);
    // Payloads are up to 256 KiB: 128 of them for each of 36 partitions are about a gigabyte.
    p.put(StreamsConfig.BUFFERED_RECORDS_PER_PARTITION_CONFIG, 128);
    main(p, ConsumerConfig.MAX_POLL_RECORDS_CONFIG, 500);
    main(p, ConsumerConfig.FETCH_MAX_BYTES_CONFIG, 16 * 1024 * 1024);
    // What was fetched of a partition is handed out to its end before the next has its turn. The
    // default of 1 MiB is 25,000 messages where producers compress, so that with a backlog acks
    // waited for seconds behind each partition's and windows stayed full meanwhile.
    main(p, ConsumerConfig.MAX_PARTITION_FETCH_BYTES_CONFIG, 32 * 1024);

    main(p, ConsumerConfig.INTERCEPTOR_CLASSES_CONFIG, FetchedRecords.class.getName());

    // A store that is added while a fetch for the others waits is restored only after it; the
    // default of 500 ms would be in every start.
    p.put(StreamsConfig.restoreConsumerPrefix(ConsumerConfig.FETCH_MAX_WAIT_MS_CONFIG), 50);

    int sessionMillis = (int) config.sessionTimeout().toMillis();
    main(p, ConsumerConfig.SESSION_TIMEOUT_MS_CONFIG, sessionMillis);
    main(p, ConsumerConfig.HEARTBEAT_INTERVAL_MS_CONFIG, Math.min(1_000, sessionMillis / 4));
    if (config.instanceId() != null) {
      main(p, ConsumerConfig.GROUP_INSTANCE_ID_CONFIG, config.instanceId());
    }
    return p;
  }

  private static void producer(Properties p, String key, Object value) {
    p.put(StreamsConfig.producerPrefix(key), value);
  }

  private static void main(Properties p, String key, Object value) {
    p.put(StreamsConfig.mainConsumerPrefix(key), value);
  }
}
