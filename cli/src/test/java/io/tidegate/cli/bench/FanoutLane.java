package io.tidegate.cli.bench;

import io.tidegate.contract.UserKey;
import io.tidegate.contract.inbox.InboxRecord;
import io.tidegate.contract.policy.Policy;
import io.tidegate.contract.session.Ack;
import io.tidegate.contract.session.AckBatch;
import io.tidegate.fanout.FanoutConfig;
import io.tidegate.fanout.FanoutService;
import io.tidegate.fanout.sequencer.SequencerSettings;
import io.tidegate.fanout.statestore.StoreKind;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.producer.ProducerRecord;

/** The real fan-out on topics of its own, with every user connected. */
final class FanoutLane implements Lane {
  /** Unacked at a session. */
  private static final int WINDOW_USED = 900;

  private final String name;
  private final BenchKafka kafka;
  private final int partitions;
  private final List<UserKey> users;
  private final FanoutConfig config;
  private final KafkaConsumer<byte[], byte[]> inbox;
  private final KafkaConsumer<byte[], byte[]> outcomes;
  private final Map<String, Long> epochs = new HashMap<>();
  private final Map<String, Long> heads = new HashMap<>();

  FanoutLane(
      String name,
      String bootstrap,
      Path folder,
      List<UserKey> users,
      int partitions,
      StoreKind store,
      Policy policy)
      throws Exception {
    this.name = name;
    this.partitions = partitions;
    this.users = users;
    this.kafka = new BenchKafka(bootstrap, name, partitions);
    this.config =
        FanoutConfig.defaults(bootstrap)
            .withPort(0)
            .withTopics(kafka.topics)
            .withStore(store, folder.resolve(kafka.topics.prefix()))
            .withInstance(kafka.topics.prefix(), "bench")
            .withSequencer(SequencerSettings.defaults().withPolicy(policy));
    this.inbox = kafka.consumer(kafka.topics.inbox(), 1);
    this.outcomes = kafka.consumer(kafka.topics.outcomes(), partitions);
    for (int n = 0; n < users.size(); n++) {
      kafka.session(users.get(n), BenchKafka.up(n));
    }
  }

  @Override
  public String name() {
    return name;
  }

  @Override
  public int most() {
    return WINDOW_USED * users.size();
  }

  @Override
  public LaneRun run(int messages) throws Exception {
    String application = config.applicationId();
    long before = kafka.committed(application);
    kafka.offer(messages, users);
    LaneRun run;
    try (FanoutService _ = FanoutService.start(config)) {
      run = new LaneMeter(kafka, application, inbox).measure(before, messages, this::pushed);
      run = run.withAcked(acked(messages));
    }
    kafka.forget();
    return run;
  }

  private double acked(int messages) throws Exception {
    long start = System.currentTimeMillis();
    long[] last = {start};
    ack();
    BenchKafka.rate(
        outcomes,
        messages,
        record -> {
          last[0] = Math.max(last[0], record.timestamp());
          return 1;
        });
    return messages * 1e3 / (last[0] - start);
  }

  /** Reads one inbox record; says how many messages it pushes. */
  private int pushed(ConsumerRecord<byte[], byte[]> record) throws Exception {
    InboxRecord read = InboxRecord.parseFrom(record.value());
    if (read.hasAttach()) {
      epochs.put(read.getUser(), read.getAttach().getEpoch());
    }
    int count = read.getDeliver().getMessagesCount();
    if (count > 0) {
      heads.put(read.getUser(), read.getDeliver().getMessages(count - 1).getSeq());
    }
    return count;
  }

  private void ack() {
    Map<Integer, AckBatch.Builder> batches = new HashMap<>();
    for (int n = 0; n < users.size(); n++) {
      String user = users.get(n).toString();
      batches
          .computeIfAbsent(users.get(n).partition(partitions), _ -> AckBatch.newBuilder())
          .addAcks(
              Ack.newBuilder()
                  .setUser(user)
                  .setSession(BenchKafka.session(n))
                  .setEpoch(epochs.getOrDefault(user, 0L))
                  .setSeq(heads.getOrDefault(user, 0L)));
    }
    for (Map.Entry<Integer, AckBatch.Builder> batch : batches.entrySet()) {
      byte[] value = batch.getValue().build().toByteArray();
      var _ =
          kafka.producer.send(
              new ProducerRecord<>(kafka.topics.acks(), batch.getKey(), null, value));
    }
    kafka.producer.flush();
  }

  @Override
  public void close() {
    inbox.close();
    outcomes.close();
    kafka.close();
  }
}
