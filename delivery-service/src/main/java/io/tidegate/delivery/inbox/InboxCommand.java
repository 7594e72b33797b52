package io.tidegate.delivery.inbox;

import io.tidegate.delivery.frame.Frame;
import io.tidegate.delivery.pace.Label;
import java.util.List;

/**
 * What the sequencer wants of one session. Where the client is told something, {@code frame} is
 * that, as the bytes that go over the wire; not to be changed.
 */
public sealed interface InboxCommand {

  /** What a WebSocket is told; a Kick has no frame. */
  default Frame told() {
    return switch (this) {
      case Push push -> push.frame();
      case Live live -> live.frame();
      case Attach attach -> Frame.of(attach.frame());
      case Reset reset -> Frame.of(reset.frame());
      case Kick kick -> throw new IllegalStateException("a kick has no frame");
    };
  }

  /** From here on the session gets what follows {@code seq} in {@code epoch}. */
  record Attach(long epoch, long seq, byte[] frame) implements InboxCommand {}

  /**
   * Messages whose seqs strictly rise from {@code prev}.
   *
   * @param prev the seq that the session was sent before these
   * @param last the seq of the last one
   * @param messages how many, 1 or more
   * @param labels of each of them; empty: all are plain
   */
  record Push(long prev, long last, int messages, Frame frame, List<Label> labels)
      implements InboxCommand {
    /** Of plain messages. */
    public Push(long prev, long last, int messages, Frame frame) {
      this(prev, last, messages, frame, List.of());
    }

    /** Of the message at that place among them. */
    public Label label(int index) {
      return labels.isEmpty() ? Label.PLAIN : labels.get(index);
    }

    /** Whether any of them waits for no other. */
    public boolean isUrgent() {
      for (int i = 0; i < labels.size(); i++) {
        if (labels.get(i).urgent()) {
          return true;
        }
      }
      return false;
    }
  }

  /** A message that is delivered now or never. */
  record Live(Frame frame) implements InboxCommand {}

  /** Messages after the session's last one were removed undelivered; it continues at seq. */
  record Reset(long epoch, long seq, byte[] frame) implements InboxCommand {}

  /** Close the session with a {@link io.tidegate.contract.CloseCode}'s code. */
  record Kick(int code) implements InboxCommand {}
}
