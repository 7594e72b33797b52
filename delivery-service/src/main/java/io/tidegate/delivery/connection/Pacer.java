package io.tidegate.delivery.connection;

import io.tidegate.contract.inbox.Reset;
import io.tidegate.delivery.frame.Frame;
import io.tidegate.delivery.frame.FrameWriter;
import io.tidegate.delivery.frame.PushFrames;
import io.tidegate.delivery.inbox.InboxCommand;
import io.tidegate.delivery.pace.Held;
import io.tidegate.delivery.pace.Hold;
import io.tidegate.delivery.pace.Label;
import io.tidegate.delivery.pace.Pace;
import io.tidegate.delivery.pace.Written;
import java.util.List;
import java.util.concurrent.TimeUnit;

/**
 * Tells one client of pushes as slowly as it wants. There is one only where there is a pace. The
 * rules are those of its {@link Hold}; while the socket takes nothing, everything stays there too.
 */
final class Pacer {
  /** At the latest it is looked at again, so that the wheel keeps nobody who has gone for long. */
  private static final long LOOK_NANOS = TimeUnit.SECONDS.toNanos(1);

  private final ConnectionHandler client;
  private final Pace pace;
  private final Hold<PushFrames.Part> hold;
  private final Written written = new Written();
  private boolean dropped;

  /** Whether a loss at the end is on its way to the client. */
  private boolean tellsOfLoss;

  /** As many as the loop has counted. */
  private int counted;

  /** The earliest that the loop's wheel has for it, where it has any. */
  private long wakesAt;

  private boolean wakes;

  Pacer(ConnectionHandler client, Pace pace, long now) {
    this.client = client;
    this.pace = pace;
    this.hold = new Hold<>(pace, now);
  }

  Written written() {
    return written;
  }

  /** Bytes that are held. */
  long bytes() {
    return dropped ? 0 : hold.bytes();
  }

  InboxCommand.Attach welcome(InboxCommand.Attach attach) {
    return new InboxCommand.Attach(
        attach.epoch(), attach.seq(), new FrameWriter().paced(attach.frame(), pace));
  }

  void push(InboxCommand.Push push, long now) {
    if (client.outlet().isClear()
        && hold.pass(push.isUrgent(), push.messages(), push.frame().length(), now)) {
      written.tell(push.last());
      client.tellPush(push);
      return;
    }
    List<PushFrames.Part> parts = PushFrames.parts(push.frame());
    int conflated = 0;
    for (int i = 0; i < parts.size(); i++) {
      conflated += hold.add(held(parts.get(i), push.label(i), now), now);
    }
    if (conflated > 0) {
      client.loop().metrics().conflated(conflated);
    }
    if (client.outlet().backlogBytes() + hold.bytes() > client.loop().settings().backlogBytes()) {
      letAll(now);
    } else {
      look(now);
    }
  }

  private Held<PushFrames.Part> held(PushFrames.Part part, Label label, long now) {
    long expiresAt =
        label.expiryMillis() == Label.NEVER
            ? Held.NEVER
            : now + client.loop().pacers().nanosUntil(label.expiryMillis());
    return new Held<>(
        part.seq(), label.collapseKey(), expiresAt, label.urgent(), part.length(), part, 0);
  }

  void reset(InboxCommand.Reset reset) {
    if (hold.isEmpty()) {
      written.tell(reset.seq());
      client.tell(reset);
    } else {
      hold.addLoss(reset.seq());
      count();
    }
  }

  /** Whether a message that goes now or never may. */
  boolean passesLive(int bytes, long now) {
    return hold.passLive(bytes, now);
  }

  /** The loop's wheel has come to it. */
  void wake(long now) {
    if (wakes && wakesAt - now <= 0) {
      wakes = false;
    }
    client.look(now);
  }

  /** Tells what may be told now, and sees to it that the rest is looked at in time. */
  void look(long now) {
    if (tellsOfLoss && !dropped) {
      ackLoss(now);
    }
    while (!dropped && !hold.isEmpty() && client.outlet().isClear()) {
      long due = hold.dueNanos();
      if (due - now > 0) {
        wakeAt(due, now);
        break;
      }
      tell(hold.take(now));
    }
    count();
  }

  /** Not before the word of it has left: without it nobody would ever learn of the loss. */
  private void ackLoss(long now) {
    if (client.outlet().isEmpty()) {
      tellsOfLoss = false;
      written.toldOfIt();
      client.perform(client.session().onLeftOut(now), now);
    } else {
      wakeAt(now + LOOK_NANOS, now);
    }
  }

  /** Tells all that is held, whatever the pace. */
  void letAll(long now) {
    while (!dropped && !hold.isEmpty()) {
      tell(hold.take(now));
    }
    count();
  }

  /** Nothing of what is held is told any more. */
  void drop() {
    dropped = true;
    count();
  }

  private void wakeAt(long due, long now) {
    long at = due - now > LOOK_NANOS ? now + LOOK_NANOS : due;
    if (!wakes || at - wakesAt < 0) {
      wakes = true;
      wakesAt = at;
      client.loop().pacers().wakeAt(this, at);
    }
  }

  private void count() {
    int now = dropped ? 0 : hold.size();
    client.loop().pacers().count(now - counted);
    counted = now;
    client.outlet().count();
  }

  private void tell(Hold.Batch<PushFrames.Part> batch) {
    long before = written.seq();
    long last = batch.last(before);
    boolean atTheEnd = batch.messages().isEmpty() || batch.through() > last;
    if (batch.lost() && !atTheEnd) {
      tellLoss(before);
    }
    if (!batch.messages().isEmpty()) {
      written.tell(last);
      client.tellPush(
          new InboxCommand.Push(before, last, batch.messages().size(), frame(before, batch)));
    }
    if (batch.lost() && atTheEnd) {
      written.leaveOut(batch.through());
      tellLoss(batch.through());
      tellsOfLoss = true;
    }
    if (batch.lost()) {
      client.loop().metrics().leftOut();
    }
  }

  private Frame frame(long prev, Hold.Batch<PushFrames.Part> batch) {
    PushFrames frames = client.loop().pacers().frames();
    frames.begin(prev);
    Frame frame = null;
    for (int i = 0; i < batch.messages().size(); i++) {
      Held<PushFrames.Part> held = batch.messages().get(i);
      PushFrames.Part part = held.content();
      if (part == null) {
        throw new IllegalStateException("a word of loss is no message");
      }
      frame = frames.add(part, held.conflated(), i == batch.messages().size() - 1);
    }
    if (frame == null) {
      throw new IllegalStateException("a frame without messages");
    }
    return frame;
  }

  private void tellLoss(long seq) {
    long epoch = client.session().epoch();
    byte[] frame = new FrameWriter().reset(Reset.newBuilder().setEpoch(epoch).setSeq(seq).build());
    client.tell(new InboxCommand.Reset(epoch, seq, frame));
  }
}
