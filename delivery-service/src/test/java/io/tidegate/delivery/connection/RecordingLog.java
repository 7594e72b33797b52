package io.tidegate.delivery.connection;

import com.google.protobuf.InvalidProtocolBufferException;
import io.tidegate.contract.UserKey;
import io.tidegate.contract.session.Ack;
import io.tidegate.contract.session.AckBatch;
import io.tidegate.contract.session.SessionId;
import io.tidegate.delivery.frame.ClientFrame;
import io.tidegate.delivery.session.SessionLog;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;

/** Keeps what would go to Kafka, as text, in order. */
final class RecordingLog implements SessionLog {
  final List<String> records = new ArrayList<>();
  final List<Consumer<Boolean>> acks = new ArrayList<>();
  final List<AckBatch> batches = new ArrayList<>();
  boolean full;

  @Override
  public boolean up(UserKey user, SessionId id, ClientFrame.Hello hello) {
    return add("up " + user + " " + hello.device() + " " + id.getIncarnation() + "." + id.getN());
  }

  @Override
  public boolean down(UserKey user, SessionId id, String device) {
    return add("down " + user + " " + device + " " + id.getIncarnation() + "." + id.getN());
  }

  @Override
  public boolean unknown(String user, SessionId id) {
    return add("unknown " + user + " " + id.getIncarnation() + "." + id.getN());
  }

  @Override
  public boolean acks(int partition, byte[] batch, Consumer<Boolean> done) {
    try {
      StringBuilder text = new StringBuilder("acks");
      AckBatch parsed = AckBatch.parseFrom(batch);
      for (Ack ack : parsed.getAcksList()) {
        text.append(" ").append(ack.getUser()).append("=").append(ack.getSeq());
      }
      batches.add(parsed);
      acks.add(done);
      return add(text.toString());
    } catch (InvalidProtocolBufferException e) {
      throw new AssertionError(e);
    }
  }

  private boolean add(String record) {
    if (full) {
      return false;
    }
    records.add(record);
    return true;
  }
}
