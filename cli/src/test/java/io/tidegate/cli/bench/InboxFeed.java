package io.tidegate.cli.bench;

import io.tidegate.delivery.inbox.Addressed;
import io.tidegate.delivery.inbox.InboxDecoder;
import io.tidegate.delivery.inbox.InboxSink;
import io.tidegate.delivery.inbox.LoopBatches;
import io.tidegate.delivery.inbox.UnreadableException;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/** What a worker's thread does with the records of its inbox, without Kafka before it. */
final class InboxFeed {
  private static final long WAIT_NANOS = TimeUnit.SECONDS.toNanos(10);

  private final InboxDecoder decoder;
  private final InboxSink sink;
  private LoopBatches batches;

  InboxFeed(int slot, InboxSink sink) {
    this.decoder = new InboxDecoder(slot);
    this.sink = sink;
    this.batches = new LoopBatches(sink.loops());
  }

  void add(byte[] record) throws UnreadableException {
    decoder.decode(record).forEach(batches::add);
  }

  /** To the event loops; waits while they have as many batches as they may. */
  void hand() throws InterruptedException {
    for (Map.Entry<Integer, List<Addressed>> batch : batches.all()) {
      if (!sink.offer(batch.getKey(), batch.getValue(), WAIT_NANOS)) {
        throw new IllegalStateException("event loop " + batch.getKey() + " hangs");
      }
    }
    batches = new LoopBatches(sink.loops());
  }
}
