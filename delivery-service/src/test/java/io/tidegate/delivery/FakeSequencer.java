package io.tidegate.delivery;

import com.google.protobuf.ByteString;
import com.google.protobuf.InvalidProtocolBufferException;
import io.tidegate.contract.Topics;
import io.tidegate.contract.inbox.Attach;
import io.tidegate.contract.inbox.Deliver;
import io.tidegate.contract.inbox.InboxRecord;
import io.tidegate.contract.inbox.Kick;
import io.tidegate.contract.inbox.LiveDeliver;
import io.tidegate.contract.inbox.Pushed;
import io.tidegate.contract.session.Ack;
import io.tidegate.contract.session.AckBatch;
import io.tidegate.contract.session.SessionId;
import io.tidegate.contract.session.SessionRecord;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import java.util.function.Predicate;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.ByteArraySerializer;

/** Stands in for fan-out: reads what workers write, and writes to inboxes in transactions. */
final class FakeSequencer implements AutoCloseable {
  private static final Duration WAIT = Duration.ofSeconds(20);

  private final Topics topics;
  private final KafkaConsumer<byte[], byte[]> consumer;
  private final KafkaProducer<byte[], byte[]> producer;
  private final List<SessionRecord> sessions = new ArrayList<>();
  private final List<Ack> acks = new ArrayList<>();

  FakeSequencer(String bootstrapServers, Topics topics) {
    this.topics = topics;
    this.consumer =
        new KafkaConsumer<>(
            Map.of("bootstrap.servers", bootstrapServers, "auto.offset.reset", "earliest"),
            new ByteArrayDeserializer(),
            new ByteArrayDeserializer());
    List<TopicPartition> partitions = new ArrayList<>();
    for (int i = 0; i < 3; i++) {
      partitions.add(new TopicPartition(topics.sessions(), i));
      partitions.add(new TopicPartition(topics.acks(), i));
    }
    consumer.assign(partitions);
    this.producer =
        new KafkaProducer<>(
            Map.of("bootstrap.servers", bootstrapServers, "transactional.id", "fake"),
            new ByteArraySerializer(),
            new ByteArraySerializer());
    producer.initTransactions();
  }

  /** The next session record like that; what came before it is forgotten. */
  SessionRecord awaitSession(Predicate<SessionRecord> like) throws InvalidProtocolBufferException {
    long end = System.nanoTime() + WAIT.toNanos();
    while (System.nanoTime() < end) {
      while (!sessions.isEmpty()) {
        SessionRecord record = sessions.removeFirst();
        if (like.test(record)) {
          return record;
        }
      }
      poll();
    }
    throw new AssertionError("no such session record");
  }

  Ack awaitAck() throws InvalidProtocolBufferException {
    long end = System.nanoTime() + WAIT.toNanos();
    while (acks.isEmpty() && System.nanoTime() < end) {
      poll();
    }
    return acks.removeFirst();
  }

  private void poll() throws InvalidProtocolBufferException {
    for (ConsumerRecord<byte[], byte[]> record : consumer.poll(Duration.ofMillis(50))) {
      if (record.topic().equals(topics.sessions())) {
        sessions.add(SessionRecord.parseFrom(record.value()));
      } else {
        acks.addAll(AckBatch.parseFrom(record.value()).getAcksList());
      }
    }
  }

  void attach(SessionId session, String user) {
    commit(
        session,
        record(session, user)
            .setAttach(Attach.newBuilder().setEpoch(7).setMode(Attach.Mode.FRESH).setHead(2)));
  }

  void deliver(SessionId session, String user, long prev, long seq, String json) {
    commit(session, push(session, user, prev, seq, json));
  }

  /** Messages with that collapse key, one transaction for all. */
  void deliverKeyed(SessionId session, String user, long prev, long from, long to, String key) {
    Deliver.Builder deliver = Deliver.newBuilder().setPrev(prev);
    for (long seq = from; seq <= to; seq++) {
      deliver.addMessages(pushed(seq, Long.toString(seq)).toBuilder().setCollapseKey(key));
    }
    commit(session, record(session, user).setDeliver(deliver));
  }

  /** The session goes on after its cursor. */
  void resume(SessionId session, String user, long seq) {
    commit(
        session,
        record(session, user)
            .setAttach(Attach.newBuilder().setEpoch(7).setMode(Attach.Mode.RESUMED).setSeq(seq)));
  }

  /** What no sequencer of ours writes. */
  void garbage(int slot) {
    producer.beginTransaction();
    send(new ProducerRecord<>(topics.inbox(), slot, null, new byte[] {-1}));
    producer.commitTransaction();
  }

  void kick(SessionId session, String user, int code) {
    commit(session, record(session, user).setKick(Kick.newBuilder().setCode(code)));
  }

  /** What a crashed sequencer leaves: records that must never reach a client. */
  void deliverAborted(SessionId session, String user, long prev, long seq, String json)
      throws ExecutionException, InterruptedException {
    producer.beginTransaction();
    send(inbox(topics.inbox(), session, push(session, user, prev, seq, json)));
    producer.flush();
    producer.abortTransaction();
  }

  /** Within a transaction that stays open. */
  void live(SessionId session, String user, String json) {
    producer.beginTransaction();
    send(
        inbox(
            topics.live(),
            session,
            record(session, user).setLive(LiveDeliver.newBuilder().setMessage(pushed(0, json)))));
    producer.flush();
  }

  void commitLive() {
    producer.commitTransaction();
  }

  private void commit(SessionId session, InboxRecord.Builder record) {
    producer.beginTransaction();
    send(inbox(topics.inbox(), session, record));
    producer.commitTransaction();
  }

  @SuppressWarnings("FutureReturnValueIgnored") // A failure fails the commit.
  private void send(ProducerRecord<byte[], byte[]> record) {
    producer.send(record);
  }

  private static InboxRecord.Builder push(
      SessionId session, String user, long prev, long seq, String json) {
    return record(session, user)
        .setDeliver(Deliver.newBuilder().setPrev(prev).addMessages(pushed(seq, json)));
  }

  private static Pushed pushed(long seq, String json) {
    return Pushed.newBuilder()
        .setSeq(seq)
        .setId("m" + seq)
        .setSource("/test")
        .setType("t")
        .setUrgency(2)
        .setPayload(ByteString.copyFromUtf8(json))
        .build();
  }

  private static InboxRecord.Builder record(SessionId session, String user) {
    return InboxRecord.newBuilder()
        .setIncarnation(session.getIncarnation())
        .setSession(session.getN())
        .setUser("default/" + user);
  }

  private static ProducerRecord<byte[], byte[]> inbox(
      String topic, SessionId session, InboxRecord.Builder record) {
    return new ProducerRecord<>(topic, session.getSlot(), null, record.build().toByteArray());
  }

  @Override
  public void close() {
    consumer.close();
    producer.close(Duration.ZERO);
  }
}
