package io.tidegate.fanout.recorded;

import io.tidegate.contract.CloudEventHeaders;
import io.tidegate.contract.Message;
import io.tidegate.contract.Recipient;
import io.tidegate.contract.UserKey;
import io.tidegate.fanout.record.MessageRecords;
import io.tidegate.fanout.record.RejectedException;
import io.tidegate.fanout.record.StructuredEvent;
import io.tidegate.fanout.rehearsal.Recorded;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.ConsumerRecords;
import org.apache.kafka.clients.consumer.OffsetAndTimestamp;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.header.Headers;
import org.jspecify.annotations.Nullable;

/**
 * The messages of a range of {@code tidegate.messages}, all partitions merged by the times of their
 * records. Of a partition what is of the range is taken, from its first record of {@code from} or
 * later up to its first one of an hour after {@code to}, or to its end as it is now. Records are
 * read only from partitions of which none is at hand, so a few hundred of each are in memory at the
 * most.
 */
final class RecordedMessages {
  private static final Duration POLL = Duration.ofMillis(100);

  /** How far ahead of its own clock a broker by default lets the times of records be. */
  private static final long AHEAD_MILLIS = Duration.ofHours(1).toMillis();

  private final Consumer<byte[], byte[]> consumer;
  private final String tenant;
  private final long fromMillis;
  private final long toMillis;
  private final Skipped.Counter skipped;
  private final List<Source> open = new ArrayList<>();
  private final int partitions;
  private long readBytes;

  /** A partition that is not at its end. */
  private static final class Source {
    final TopicPartition partition;
    final long end;
    final Deque<Recorded> ahead = new ArrayDeque<>();

    Source(TopicPartition partition, long end) {
      this.partition = partition;
      this.end = end;
    }

    long nextMillis() {
      return ahead.element().atMillis();
    }
  }

  /**
   * @param tenant whose messages are wanted
   * @param skipped counts the records that are none of them
   */
  RecordedMessages(
      Consumer<byte[], byte[]> consumer,
      String topic,
      String tenant,
      Instant from,
      Instant to,
      Skipped.Counter skipped) {
    this.consumer = consumer;
    this.tenant = tenant;
    this.fromMillis = from.toEpochMilli();
    this.toMillis = to.toEpochMilli();
    this.skipped = skipped;
    List<TopicPartition> all = RecordedSettings.partitions(consumer, topic);
    this.partitions = all.size();
    seek(all);
  }

  private void seek(List<TopicPartition> all) {
    consumer.assign(all);
    Map<TopicPartition, Long> ends = consumer.endOffsets(all);
    Map<TopicPartition, OffsetAndTimestamp> first = offsets(all, fromMillis);
    Map<TopicPartition, OffsetAndTimestamp> after = offsets(all, toMillis + AHEAD_MILLIS);
    for (TopicPartition each : all) {
      OffsetAndTimestamp start = first.get(each);
      OffsetAndTimestamp stop = after.get(each);
      long end = ends.getOrDefault(each, 0L);
      if (stop != null) {
        end = Math.min(end, stop.offset());
      }
      if (start != null && start.offset() < end) {
        consumer.seek(each, start.offset());
        open.add(new Source(each, end));
      } else {
        consumer.pause(List.of(each));
      }
    }
  }

  /** Without those partitions that have nothing so late. */
  private Map<TopicPartition, OffsetAndTimestamp> offsets(List<TopicPartition> all, long millis) {
    return consumer.offsetsForTimes(
        all.stream().collect(Collectors.toMap(each -> each, _ -> millis)));
  }

  /** Whether there is nothing more. */
  boolean isAtEnd() {
    return open.isEmpty();
  }

  /** Of keys and values of the records read. */
  long readBytes() {
    return readBytes;
  }

  /** The next message by time; null if it is not read yet, or there is nothing more. */
  @Nullable Recorded next() {
    // Beyond the last record there may be markers of transactions.
    open.removeIf(it -> it.ahead.isEmpty() && consumer.position(it.partition) >= it.end);
    List<TopicPartition> dry = new ArrayList<>();
    Source first = null;
    for (Source source : open) {
      if (source.ahead.isEmpty()) {
        dry.add(source.partition);
      } else if (first == null || source.nextMillis() < first.nextMillis()) {
        first = source;
      }
    }
    if (!dry.isEmpty()) {
      read(dry);
      return null;
    }
    return first == null ? null : first.ahead.remove();
  }

  private void read(List<TopicPartition> dry) {
    consumer.pause(consumer.assignment());
    consumer.resume(dry);
    ConsumerRecords<byte[], byte[]> records = consumer.poll(POLL);
    for (Source source : open) {
      for (ConsumerRecord<byte[], byte[]> record : records.records(source.partition)) {
        if (record.offset() < source.end) {
          take(source, record);
        }
      }
    }
  }

  private void take(Source source, ConsumerRecord<byte[], byte[]> record) {
    readBytes +=
        Math.max(0, record.serializedKeySize()) + Math.max(0, record.serializedValueSize());
    if (record.timestamp() < fromMillis || record.timestamp() >= toMillis) {
      return; // Producers may write times that are not in order.
    }
    try {
      Recorded message = message(record);
      if (message != null) {
        source.ahead.add(message);
      }
    } catch (RejectedException e) {
      skipped.unreadable++;
    }
  }

  private @Nullable Recorded message(ConsumerRecord<byte[], byte[]> record)
      throws RejectedException {
    StructuredEvent event = StructuredEvent.of(record.headers(), record.value());
    Headers headers = event == null ? record.headers() : event.headers();
    byte[] value = event == null ? record.value() : event.value();
    Recipient to = MessageRecords.recipient(record.key(), headers);
    if (!(to instanceof Recipient.OneUser(UserKey user))
        || headers.lastHeader(CloudEventHeaders.COPY) != null) {
      skipped.toGroups++;
      return null;
    }
    if (user.partition(partitions) != record.partition()) {
      skipped.misplaced++;
      return null;
    }
    Message message = MessageRecords.message(headers, value, record.timestamp());
    if (!user.tenant().equals(tenant)) {
      skipped.otherTenants++;
      return null;
    }
    return new Recorded(user, message, message.payload().length, record.timestamp());
  }
}
