package io.tidegate.delivery.ack;

import io.tidegate.contract.UserKey;
import io.tidegate.contract.session.Ack;
import io.tidegate.contract.session.AckBatch;
import io.tidegate.contract.session.SessionId;
import io.tidegate.delivery.frame.NamedAck;
import io.tidegate.delivery.frame.SessionName;
import io.tidegate.delivery.session.Session;
import java.util.ArrayList;
import java.util.List;

/**
 * The sessions of one event loop whose acks have risen since the last batch, by the partition of
 * their users. A session stands here once, so that only its latest ack is sent, and there are never
 * more entries than sessions.
 */
public final class AckBatcher {
  /** Acks in one record, at most. */
  public static final int MAX_ACKS = 500;

  private final List<List<Session>> waiting;
  private int count;

  public AckBatcher(int partitions) {
    waiting = new ArrayList<>(partitions);
    for (int i = 0; i < partitions; i++) {
      waiting.add(new ArrayList<>());
    }
  }

  public int partitions() {
    return waiting.size();
  }

  public boolean isEmpty() {
    return count == 0;
  }

  /** Whether a full record waits there. */
  public boolean isFull(int partition) {
    return waiting.get(partition).size() >= MAX_ACKS;
  }

  /** The session's ack has risen. */
  public void add(int partition, Session session) {
    if (session.queueAck()) {
      waiting.get(partition).add(session);
      count++;
    }
  }

  public boolean isEmpty(int partition) {
    return waiting.get(partition).isEmpty();
  }

  /** Takes one record's worth of sessions, the oldest first; they can then queue again. */
  public List<Session> take(int partition) {
    List<Session> queue = waiting.get(partition);
    List<Session> head = queue.subList(0, Math.min(MAX_ACKS, queue.size()));
    List<Session> taken = List.copyOf(head);
    head.clear();
    count -= taken.size();
    taken.forEach(Session::ackTaken);
    return taken;
  }

  /** The value of {@code tidegate.acks} that says how far these sessions have got. */
  public static byte[] encode(List<Session> sessions) {
    AckBatch.Builder batch = AckBatch.newBuilder();
    for (Session session : sessions) {
      batch.addAcks(ack(session.user(), session.id(), session.epoch(), session.acked()).build());
    }
    return batch.build().toByteArray();
  }

  /** The same for an ack that came by a request, of a session that may be anywhere. */
  public static byte[] encode(UserKey user, String device, NamedAck ack) {
    SessionName name = ack.session();
    return AckBatch.newBuilder()
        .addAcks(ack(user, name.id(), name.epoch(), ack.seq()).setDevice(device))
        .build()
        .toByteArray();
  }

  /** The same for a message that the session's device will never take, and all before it. */
  public static byte[] refusal(Session session, long seq) {
    return AckBatch.newBuilder()
        .addAcks(ack(session.user(), session.id(), session.epoch(), seq).setRefused(true))
        .build()
        .toByteArray();
  }

  private static Ack.Builder ack(UserKey user, SessionId session, long epoch, long seq) {
    return Ack.newBuilder()
        .setUser(user.toString())
        .setSession(session)
        .setEpoch(epoch)
        .setSeq(seq);
  }
}
