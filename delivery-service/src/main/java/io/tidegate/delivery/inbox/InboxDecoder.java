package io.tidegate.delivery.inbox;

import com.google.protobuf.InvalidProtocolBufferException;
import io.tidegate.contract.CloseCode;
import io.tidegate.contract.Urgency;
import io.tidegate.contract.inbox.Deliver;
import io.tidegate.contract.inbox.DeliverMany;
import io.tidegate.contract.inbox.InboxRecord;
import io.tidegate.contract.inbox.LiveDeliver;
import io.tidegate.contract.inbox.Pushed;
import io.tidegate.contract.inbox.Target;
import io.tidegate.contract.session.SessionId;
import io.tidegate.delivery.frame.Frame;
import io.tidegate.delivery.frame.FrameWriter;
import io.tidegate.delivery.frame.Tail;
import io.tidegate.delivery.pace.Label;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Decodes the values of {@code tidegate.inbox} and {@code tidegate.live} and encodes their frames,
 * once per record. One per thread.
 */
public final class InboxDecoder {
  private final int slot;
  private final FrameWriter frames = new FrameWriter();

  public InboxDecoder(int slot) {
    this.slot = slot;
  }

  /**
   * The commands in {@code value}: one, or one for each session that a message for many goes to.
   * All are for one incarnation.
   *
   * @throws UnreadableException if there is none to obey: not readable, of a newer version, or a
   *     push without messages
   */
  public List<Addressed> decode(byte @Nullable [] value) throws UnreadableException {
    if (value == null) {
      throw new UnreadableException("value: missing");
    }
    InboxRecord record;
    try {
      record = InboxRecord.parseFrom(value);
    } catch (InvalidProtocolBufferException e) {
      throw new UnreadableException("value: no InboxRecord: " + e.getMessage());
    }
    if (record.getCommandCase() == InboxRecord.CommandCase.MANY) {
      return many(record.getIncarnation(), record.getMany());
    }
    return List.of(
        new Addressed(
            record.getIncarnation(), record.getSession(), record.getUser(), command(record)));
  }

  private List<Addressed> many(long incarnation, DeliverMany many) throws UnreadableException {
    if (many.getTargetsCount() == 0) {
      throw new UnreadableException("many: no targets");
    }
    List<Addressed> all = new ArrayList<>(many.getTargetsCount());
    InboxCommand live = null;
    Tail last = null;
    List<Label> labels = labels(List.of(many.getMessage()));
    for (Target target : many.getTargetsList()) {
      InboxCommand command;
      if (target.getSeq() == 0) {
        LiveDeliver message = LiveDeliver.newBuilder().setMessage(many.getMessage()).build();
        live = live == null ? new InboxCommand.Live(Frame.of(frames.live(message))) : live;
        command = live;
      } else if (target.getSeq() <= target.getPrev()) {
        command = new InboxCommand.Kick(CloseCode.INTERNAL.code());
      } else {
        last = last == null ? frames.last(many.getMessage()) : last;
        Frame frame = frames.push(target.getPrev(), target.getSeq(), last);
        command = new InboxCommand.Push(target.getPrev(), target.getSeq(), 1, frame, labels);
      }
      all.add(new Addressed(incarnation, target.getSession(), target.getUser(), command));
    }
    return all;
  }

  private InboxCommand command(InboxRecord record) throws UnreadableException {
    return switch (record.getCommandCase()) {
      case ATTACH -> {
        SessionId session =
            SessionId.newBuilder()
                .setSlot(slot)
                .setIncarnation(record.getIncarnation())
                .setN(record.getSession())
                .build();
        yield new InboxCommand.Attach(
            record.getAttach().getEpoch(),
            record.getAttach().getSeq(),
            frames.welcome(session, record.getAttach()));
      }
      case DELIVER -> deliver(record.getDeliver());
      case KICK -> new InboxCommand.Kick(record.getKick().getCode());
      case RESET ->
          new InboxCommand.Reset(
              record.getReset().getEpoch(),
              record.getReset().getSeq(),
              frames.reset(record.getReset()));
      case LIVE -> new InboxCommand.Live(Frame.of(frames.live(record.getLive())));
      case MANY -> throw new IllegalStateException("many commands are not one");
      case COMMAND_NOT_SET ->
          throw new UnreadableException("command: missing, or of a newer version");
    };
  }

  private InboxCommand deliver(Deliver deliver) throws UnreadableException {
    int messages = deliver.getMessagesCount();
    if (messages == 0) {
      throw new UnreadableException("deliver: no messages");
    }
    long last = deliver.getPrev();
    for (int i = 0; i < messages; i++) {
      long seq = deliver.getMessages(i).getSeq();
      if (seq <= last) {
        // Never to a client: it would drop what it has not seen. It reconnects instead.
        return new InboxCommand.Kick(CloseCode.INTERNAL.code());
      }
      last = seq;
    }
    return new InboxCommand.Push(
        deliver.getPrev(),
        last,
        messages,
        Frame.of(frames.push(deliver)),
        labels(deliver.getMessagesList()));
  }

  /** Empty where all are plain, as most are. */
  private static List<Label> labels(List<Pushed> messages) {
    boolean plain = true;
    for (Pushed message : messages) {
      plain &= message.getExpiry() == 0 && message.getCollapseKey().isEmpty() && !isUrgent(message);
    }
    if (plain) {
      return List.of();
    }
    List<Label> labels = new ArrayList<>(messages.size());
    for (Pushed message : messages) {
      labels.add(
          new Label(
              message.getCollapseKey().isEmpty() ? null : message.getCollapseKey(),
              message.getExpiry() == 0 ? Label.NEVER : message.getExpiry(),
              isUrgent(message)));
    }
    return labels;
  }

  private static boolean isUrgent(Pushed message) {
    return Urgency.at(message.getUrgency()) == Urgency.HIGH;
  }
}
