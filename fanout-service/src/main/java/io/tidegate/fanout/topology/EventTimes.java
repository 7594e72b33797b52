package io.tidegate.fanout.topology;

import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.streams.processor.TimestampExtractor;

/**
 * The times by which Streams chooses the next record of a task. Messages have their own. What
 * workers say of sessions comes before any of them, because a user who connects while a backlog of
 * messages is worked off should not wait for its end, nor should the acks that make room.
 */
enum EventTimes implements TimestampExtractor {
  MESSAGES {
    // A record may have none; a negative answer would have Streams drop it.
    @Override
    public long extract(ConsumerRecord<Object, Object> record, long partitionTime) {
      return record.timestamp() >= 0 ? record.timestamp() : Math.max(0, partitionTime);
    }
  },
  FIRST {
    @Override
    public long extract(ConsumerRecord<Object, Object> record, long partitionTime) {
      return 0;
    }
  }
}
