package io.tidegate.ingest;

import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicInteger;
import org.apache.kafka.clients.producer.BufferExhaustedException;
import org.apache.kafka.clients.producer.Callback;
import org.apache.kafka.clients.producer.MockProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.clients.producer.RecordMetadata;
import org.apache.kafka.common.serialization.ByteArraySerializer;

/** Takes so many records, and then has no room for another until max.block.ms is over. */
final class FullProducer extends MockProducer<byte[], byte[]> {
  final AtomicInteger sends = new AtomicInteger();
  private final int room;

  FullProducer(int room) {
    super(true, null, new ByteArraySerializer(), new ByteArraySerializer());
    this.room = room;
  }

  @Override
  public synchronized Future<RecordMetadata> send(
      ProducerRecord<byte[], byte[]> record, Callback callback) {
    if (sends.incrementAndGet() <= room) {
      return super.send(record, callback);
    }
    return refuse(callback, new BufferExhaustedException("no room within 1000 ms"));
  }

  /** As the real producer does: nothing is thrown, the callback is called within send. */
  static Future<RecordMetadata> refuse(Callback callback, Exception reason) {
    callback.onCompletion(null, reason);
    return CompletableFuture.failedFuture(reason);
  }
}
