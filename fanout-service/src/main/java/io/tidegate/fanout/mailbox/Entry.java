package io.tidegate.fanout.mailbox;

import com.google.protobuf.ByteString;
import com.google.protobuf.InvalidProtocolBufferException;
import com.google.protobuf.UnsafeByteOperations;
import io.tidegate.contract.Message;
import io.tidegate.contract.Urgency;
import io.tidegate.fanout.state.EntryRecord;
import org.jspecify.annotations.Nullable;

/**
 * A message in a mailbox.
 *
 * @param arrival the user's count of arrivals when it came
 * @param arrivedMillis when it came, epoch milliseconds
 */
public record Entry(long arrival, long arrivedMillis, Message message) {

  /** From when on nothing but a policy or a full window can hold it, epoch milliseconds. */
  public long readyMillis() {
    return Math.max(arrivedMillis, message.deliverAtMillis());
  }

  byte[] toBytes() {
    return EntryRecord.newBuilder()
        .setArrival(arrival)
        .setArrivedMillis(arrivedMillis)
        .setId(message.id())
        .setSource(message.source())
        .setType(message.type())
        .setTimeMillis(message.timeMillis())
        .setUrgency(message.urgency().position())
        .setExpiryMillis(message.expiryMillis() == Message.NEVER ? 0 : message.expiryMillis())
        .setDeliverAtMillis(message.deliverAtMillis())
        .setCollapseKey(orEmpty(message.collapseKey()))
        .setCategory(orEmpty(message.category()))
        .setContentType(orEmpty(message.contentType()))
        .setTraceParent(orEmpty(message.traceParent()))
        .setPayload(UnsafeByteOperations.unsafeWrap(message.payload()))
        .build()
        .toByteArray();
  }

  static Entry parse(byte[] bytes) {
    EntryRecord entry;
    try {
      entry = EntryRecord.parseFrom(bytes);
    } catch (InvalidProtocolBufferException e) {
      throw new IllegalStateException("a mailbox entry of the store is not readable", e);
    }
    ByteString payload = entry.getPayload();
    return new Entry(
        entry.getArrival(),
        entry.getArrivedMillis(),
        new Message(
            entry.getId(),
            entry.getSource(),
            entry.getType(),
            entry.getTimeMillis(),
            Urgency.at(entry.getUrgency()),
            entry.getExpiryMillis() == 0 ? Message.NEVER : entry.getExpiryMillis(),
            entry.getDeliverAtMillis(),
            orNull(entry.getCollapseKey()),
            orNull(entry.getCategory()),
            orNull(entry.getContentType()),
            orNull(entry.getTraceParent()),
            payload.toByteArray()));
  }

  private static String orEmpty(@Nullable String text) {
    return text == null ? "" : text;
  }

  private static @Nullable String orNull(String text) {
    return text.isEmpty() ? null : text;
  }
}
