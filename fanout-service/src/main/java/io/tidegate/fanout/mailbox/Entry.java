package io.tidegate.fanout.mailbox;

import com.google.protobuf.ByteString;
import com.google.protobuf.InvalidProtocolBufferException;
import com.google.protobuf.UnsafeByteOperations;
import io.tidegate.contract.Message;
import io.tidegate.contract.TraceContext;
import io.tidegate.contract.Urgency;
import io.tidegate.fanout.state.EntryRecord;
import java.util.function.LongFunction;
import org.jspecify.annotations.Nullable;

/**
 * A message in a mailbox.
 *
 * @param arrival the user's count of arrivals when it came
 * @param arrivedMillis when it came, epoch milliseconds
 * @param shared where the message lies once for many, see {@link SharedMessages}; 0: it is the
 *     entry's own
 */
public record Entry(long arrival, long arrivedMillis, Message message, long shared) {

  /** From when on nothing but a policy or a full window can hold it, epoch milliseconds. */
  public long readyMillis() {
    return Math.max(arrivedMillis, message.deliverAtMillis());
  }

  byte[] toBytes() {
    EntryRecord.Builder entry =
        EntryRecord.newBuilder()
            .setArrival(arrival)
            .setArrivedMillis(arrivedMillis)
            .setExpiryMillis(message.expiryMillis() == Message.NEVER ? 0 : message.expiryMillis());
    if (shared != 0) {
      return entry.setShared(shared).build().toByteArray();
    }
    return entry
        .setId(message.id())
        .setSource(message.source())
        .setType(message.type())
        .setTimeMillis(message.timeMillis())
        .setUrgency(message.urgency().position())
        .setDeliverAtMillis(message.deliverAtMillis())
        .setCollapseKey(orEmpty(message.collapseKey()))
        .setCategory(orEmpty(message.category()))
        .setContentType(orEmpty(message.contentType()))
        .setTraceParent(message.trace() == null ? "" : message.trace().parent())
        .setPayload(UnsafeByteOperations.unsafeWrap(message.payload()))
        .build()
        .toByteArray();
  }

  /**
   * @param sharedMessages finds a shared message by its id
   */
  static Entry parse(byte[] bytes, LongFunction<Message> sharedMessages) {
    EntryRecord entry;
    try {
      entry = EntryRecord.parseFrom(bytes);
    } catch (InvalidProtocolBufferException e) {
      throw new IllegalStateException("a mailbox entry of the store is not readable", e);
    }
    long expiry = entry.getExpiryMillis() == 0 ? Message.NEVER : entry.getExpiryMillis();
    if (entry.getShared() != 0) {
      Message message = sharedMessages.apply(entry.getShared());
      return new Entry(
          entry.getArrival(),
          entry.getArrivedMillis(),
          message.expiryMillis() == expiry ? message : message.expiringAt(expiry),
          entry.getShared());
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
            expiry,
            entry.getDeliverAtMillis(),
            orNull(entry.getCollapseKey()),
            orNull(entry.getCategory()),
            orNull(entry.getContentType()),
            TraceContext.of(entry.getTraceParent(), null),
            payload.toByteArray()),
        0);
  }

  private static String orEmpty(@Nullable String text) {
    return text == null ? "" : text;
  }

  private static @Nullable String orNull(String text) {
    return text.isEmpty() ? null : text;
  }
}
