package io.tidegate.fanout.record;

import com.google.protobuf.UnsafeByteOperations;
import io.tidegate.contract.Message;
import io.tidegate.contract.UserKey;
import io.tidegate.contract.inbox.Attach;
import io.tidegate.contract.inbox.Deliver;
import io.tidegate.contract.inbox.DeliverMany;
import io.tidegate.contract.inbox.InboxRecord;
import io.tidegate.contract.inbox.Kick;
import io.tidegate.contract.inbox.LiveDeliver;
import io.tidegate.contract.inbox.Pushed;
import io.tidegate.contract.inbox.Reset;
import io.tidegate.fanout.sequencer.Effect;
import io.tidegate.fanout.sequencer.SessionRef;
import java.util.ArrayList;
import java.util.List;

/** Writes what workers are told: values of {@code tidegate.inbox} and {@code tidegate.live}. */
public final class InboxRecords {
  /** A record stays below Kafka's default of 1 MiB, with room for its frame. */
  static final int MAX_BYTES = 768 * 1024;

  private InboxRecords() {}

  public static byte[] attach(UserKey user, Effect.Attach attach) {
    Attach command =
        Attach.newBuilder()
            .setEpoch(attach.epoch())
            .setMode(
                switch (attach.mode()) {
                  case FRESH -> Attach.Mode.FRESH;
                  case RESUMED -> Attach.Mode.RESUMED;
                  case RESET -> Attach.Mode.RESET;
                })
            .setSeq(attach.seq())
            .setHead(attach.head())
            .build();
    return to(user, attach.session()).setAttach(command).build().toByteArray();
  }

  /** One record, or several where one would be too large; each links to the one before. */
  public static List<byte[]> deliver(UserKey user, Effect.Deliver deliver) {
    List<byte[]> records = new ArrayList<>(1);
    Deliver.Builder command = Deliver.newBuilder().setPrev(deliver.prev());
    int bytes = 0;
    long last = deliver.prev();
    for (Effect.Sequenced sequenced : deliver.messages()) {
      Pushed pushed = pushed(sequenced.seq(), sequenced.message());
      int size = pushed.getSerializedSize();
      if (bytes > 0 && bytes + size > MAX_BYTES) {
        records.add(to(user, deliver.session()).setDeliver(command).build().toByteArray());
        command = Deliver.newBuilder().setPrev(last);
        bytes = 0;
      }
      command.addMessages(pushed);
      bytes += size;
      last = sequenced.seq();
    }
    records.add(to(user, deliver.session()).setDeliver(command).build().toByteArray());
    return records;
  }

  /**
   * A session that a message for many goes to.
   *
   * @param prev as in {@link Effect.Deliver}
   * @param seq 0 for a live message
   */
  public record Target(long session, UserKey user, long prev, long seq) {}

  /** One record for all sessions of one incarnation, or several where one would be too large. */
  public static List<byte[]> many(long incarnation, Message message, List<Target> targets) {
    List<byte[]> records = new ArrayList<>(1);
    Pushed pushed = pushed(0, message);
    int first = pushed.getSerializedSize();
    DeliverMany.Builder command = DeliverMany.newBuilder().setMessage(pushed);
    int bytes = first;
    for (Target target : targets) {
      io.tidegate.contract.inbox.Target each =
          io.tidegate.contract.inbox.Target.newBuilder()
              .setSession(target.session())
              .setUser(target.user().toString())
              .setPrev(target.prev())
              .setSeq(target.seq())
              .build();
      int size = each.getSerializedSize() + 4;
      if (bytes > first && bytes + size > MAX_BYTES) {
        records.add(many(incarnation, command));
        command = DeliverMany.newBuilder().setMessage(pushed);
        bytes = first;
      }
      command.addTargets(each);
      bytes += size;
    }
    records.add(many(incarnation, command));
    return records;
  }

  private static byte[] many(long incarnation, DeliverMany.Builder command) {
    return InboxRecord.newBuilder()
        .setIncarnation(incarnation)
        .setMany(command)
        .build()
        .toByteArray();
  }

  public static byte[] live(UserKey user, Effect.DeliverLive live) {
    LiveDeliver command = LiveDeliver.newBuilder().setMessage(pushed(0, live.message())).build();
    return to(user, live.session()).setLive(command).build().toByteArray();
  }

  public static byte[] kick(UserKey user, Effect.Kick kick) {
    Kick command = Kick.newBuilder().setCode(kick.code().code()).build();
    return to(user, kick.session()).setKick(command).build().toByteArray();
  }

  public static byte[] reset(UserKey user, Effect.Reset reset) {
    Reset command = Reset.newBuilder().setEpoch(reset.epoch()).setSeq(reset.seq()).build();
    return to(user, reset.session()).setReset(command).build().toByteArray();
  }

  private static InboxRecord.Builder to(UserKey user, SessionRef session) {
    return InboxRecord.newBuilder()
        .setIncarnation(session.incarnation())
        .setSession(session.n())
        .setUser(user.toString());
  }

  private static Pushed pushed(long seq, Message message) {
    Pushed.Builder pushed =
        Pushed.newBuilder()
            .setSeq(seq)
            .setId(message.id())
            .setSource(message.source())
            .setType(message.type())
            .setTime(message.timeMillis())
            .setUrgency(message.urgency().position())
            .setExpiry(message.expiryMillis() == Message.NEVER ? 0 : message.expiryMillis())
            .setPayload(UnsafeByteOperations.unsafeWrap(message.payload()));
    if (message.collapseKey() != null) {
      pushed.setCollapseKey(message.collapseKey());
    }
    if (message.contentType() == null) {
      // MessageRecords has checked it; nothing else makes a message.
      pushed.setJson(true);
    } else {
      pushed.setContentType(message.contentType());
    }
    return pushed.build();
  }
}
