package io.tidegate.fanout.record;

import com.google.protobuf.InvalidProtocolBufferException;
import io.tidegate.contract.ClientProtocol;
import io.tidegate.contract.Urgency;
import io.tidegate.contract.session.Ack;
import io.tidegate.contract.session.AckBatch;
import io.tidegate.contract.session.SessionId;
import io.tidegate.contract.session.SessionRecord;
import io.tidegate.fanout.sequencer.SessionRef;
import io.tidegate.fanout.sequencer.UserEvent;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Reads what workers say of sessions: {@code tidegate.sessions} and {@code tidegate.acks}. */
public final class SessionRecords {
  private SessionRecords() {}

  /**
   * @throws RejectedException naming the field and the reason
   */
  public static UserEvent event(byte @Nullable [] value) throws RejectedException {
    SessionRecord read;
    try {
      read = SessionRecord.parseFrom(present(value));
    } catch (InvalidProtocolBufferException e) {
      throw unreadable("value: no SessionRecord");
    }
    SessionRef session = ref(read.hasSession() ? read.getSession() : null);
    return switch (read.getEventCase()) {
      case UP -> up(session, read.getUp());
      case DOWN -> new UserEvent.SessionDown(session);
      case UNKNOWN -> new UserEvent.SessionUnknown(session);
      case EVENT_NOT_SET -> throw unreadable("event: missing or of a newer version");
    };
  }

  /**
   * @throws RejectedException if the batch is none; its acks are looked at one by one
   */
  public static List<Ack> acks(byte @Nullable [] value) throws RejectedException {
    try {
      return AckBatch.parseFrom(present(value)).getAcksList();
    } catch (InvalidProtocolBufferException e) {
      throw unreadable("value: no AckBatch");
    }
  }

  /**
   * @throws RejectedException naming the field and the reason
   */
  public static UserEvent.Acked acked(Ack ack) throws RejectedException {
    SessionRef session = ref(ack.hasSession() ? ack.getSession() : null);
    if (ack.getSeq() < 0) {
      throw unreadable("seq: negative");
    }
    return new UserEvent.Acked(
        session,
        ack.getEpoch(),
        ack.getSeq(),
        ack.getDevice().isEmpty() ? null : ack.getDevice(),
        ack.getRefused());
  }

  private static UserEvent.SessionUp up(
      SessionRef session, io.tidegate.contract.session.SessionUp up) throws RejectedException {
    String device = up.getDevice();
    if (!ClientProtocol.isDevice(device)) {
      throw unreadable("device: want 1 to " + ClientProtocol.MAX_DEVICE_CHARS + " characters");
    }
    int window = up.getWindow();
    if (window < 1 || window > ClientProtocol.MAX_WINDOW) {
      throw unreadable("window: want 1 to " + ClientProtocol.MAX_WINDOW);
    }
    UserEvent.Resume resume = null;
    if (up.hasResume()) {
      if (up.getResume().getSeq() < 0) {
        throw unreadable("resume.seq: negative");
      }
      resume = new UserEvent.Resume(up.getResume().getEpoch(), up.getResume().getSeq());
    }
    int urgency = up.getMinUrgency();
    if (urgency < 0 || urgency > Urgency.HIGH.position()) {
      // What a newer worker means by it is not known, and either guess would be wrong.
      throw unreadable("min_urgency: want 0 to " + Urgency.HIGH.position());
    }
    return new UserEvent.SessionUp(
        session, device, window, resume, Urgency.at(urgency), up.getSaidMillis());
  }

  private static SessionRef ref(@Nullable SessionId id) throws RejectedException {
    if (id == null) {
      throw unreadable("session: missing");
    }
    if (id.getSlot() < 0 || id.getIncarnation() < 0 || id.getN() < 1) {
      throw unreadable("session: want slot and incarnation of 0 or more, n of 1 or more");
    }
    return new SessionRef(id.getSlot(), id.getIncarnation(), id.getN());
  }

  private static byte[] present(byte @Nullable [] value) throws RejectedException {
    if (value == null) {
      throw unreadable("value: missing");
    }
    return value;
  }

  private static RejectedException unreadable(String detail) {
    return new RejectedException(DeadLetterCause.UNREADABLE, detail);
  }
}
