package io.tidegate.fanout.recorded;

import io.tidegate.contract.UserKey;
import io.tidegate.fanout.record.RejectedException;
import io.tidegate.fanout.record.SettingsRecords;
import io.tidegate.fanout.sequencer.UserEvent;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.BooleanSupplier;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.PartitionInfo;
import org.apache.kafka.common.TopicPartition;

/** What is set for users, as it stands on {@code tidegate.users} when it is read. */
final class RecordedSettings {
  private static final Duration POLL = Duration.ofMillis(100);

  private final Map<UserKey, String> settings = new HashMap<>();

  /** Many users have the same, which is then kept once. */
  private final Map<String, String> texts = new HashMap<>();

  private long chars;
  private long unreadable;
  private boolean complete = true;

  /**
   * @param maxChars of keys and settings that are kept
   * @param stopped asked again and again; true ends the reading
   */
  static RecordedSettings read(
      Consumer<byte[], byte[]> consumer, String topic, long maxChars, BooleanSupplier stopped) {
    RecordedSettings read = new RecordedSettings();
    List<TopicPartition> partitions = partitions(consumer, topic);
    consumer.assign(partitions);
    consumer.seekToBeginning(partitions);
    Map<TopicPartition, Long> ends = consumer.endOffsets(partitions);
    while (ends.entrySet().stream().anyMatch(e -> consumer.position(e.getKey()) < e.getValue())) {
      if (stopped.getAsBoolean() || read.chars > maxChars) {
        read.complete = false;
        break;
      }
      consumer.poll(POLL).forEach(read::take);
    }
    read.texts.clear();
    return read;
  }

  static List<TopicPartition> partitions(Consumer<?, ?> consumer, String topic) {
    List<PartitionInfo> partitions = consumer.partitionsFor(topic);
    return partitions.stream().map(it -> new TopicPartition(topic, it.partition())).toList();
  }

  private void take(ConsumerRecord<byte[], byte[]> record) {
    try {
      if (record.key() == null) {
        throw new IllegalArgumentException("key: missing");
      }
      UserKey user = UserKey.parse(record.key());
      if (SettingsRecords.event(record.value()) instanceof UserEvent.SettingsChanged(String json)) {
        put(user, json);
      }
    } catch (IllegalArgumentException | RejectedException e) {
      unreadable++;
    }
  }

  private void put(UserKey user, String json) {
    if (json.isEmpty()) {
      settings.remove(user);
      return;
    }
    String kept = texts.putIfAbsent(json, json);
    chars += kept == null ? json.length() : 0;
    if (settings.put(user, kept == null ? json : kept) == null) {
      chars += user.user().length();
    }
  }

  /** JSON; empty for none. */
  String of(UserKey user) {
    return settings.getOrDefault(user, "");
  }

  Report.Settings report() {
    return new Report.Settings(settings.size(), complete, unreadable);
  }
}
