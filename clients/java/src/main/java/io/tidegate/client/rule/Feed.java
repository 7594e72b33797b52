package io.tidegate.client.rule;

import io.tidegate.client.protocol.Cursor;
import io.tidegate.client.protocol.Message;
import io.tidegate.client.protocol.Mode;
import java.util.ArrayDeque;
import java.util.Iterator;
import java.util.LinkedHashSet;
import java.util.Objects;
import java.util.Queue;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * What a device knows over all its connections: what it has received, handled and stored, in this
 * order, and what waits to be handled.
 *
 * <p>What is stored is what a hello resumes from, and nothing beyond it is acked: a message that
 * was received and not handled comes again after a restart. What was received stays over a
 * reconnect, so the same messages, which then come again, are dropped by their number.
 */
public final class Feed {
  /** Of live messages, so many ids are remembered. */
  private static final int LIVE_IDS = 256;

  /** {@link #ackable} where nothing may be acked. */
  public static final long NO_ACK = -1;

  private final Queue<Item> queue = new ArrayDeque<>();
  private final Set<String> lives = new LinkedHashSet<>();
  private final int most;
  private int numbered;
  private @Nullable Cursor received;

  /** The last that left the queue. */
  private @Nullable Cursor out;

  private @Nullable Cursor handled;
  private @Nullable Cursor stored;

  /** The epoch of this session, and the last message that it was sent: no ack may go beyond. */
  private @Nullable Cursor session;

  /**
   * @param stored where an earlier run stood; null: there was none
   * @param window messages that may be under way, 1 or more
   */
  public Feed(@Nullable Cursor stored, int window) {
    this.received = stored;
    this.handled = stored;
    this.stored = stored;
    // A worker keeps to the window; what is beyond twice of it is a fault of its.
    this.most = 2 * window;
  }

  /**
   * Takes a frame of the session that stands.
   *
   * @return false: a message is missing before this push; say hello again
   * @throws FrameException if it is not for now, or more than the window allows
   */
  public boolean take(Frame frame) throws FrameException {
    if (frame instanceof Frame.Welcome welcome) {
      welcome(welcome.at(), welcome.mode());
    } else if (frame instanceof Frame.Push push) {
      return push(push);
    } else if (frame instanceof Frame.Live live) {
      live.messages().forEach(this::live);
    } else if (frame instanceof Frame.Reset reset) {
      begin(new Item.Missed(reset.at()), reset.at());
    }
    return true;
  }

  private void welcome(Cursor at, Mode mode) {
    Cursor before = received;
    // A device that has a cursor and is new to the sequencer was forgotten, with what it had not
    // got.
    if (mode == Mode.RESET || (mode == Mode.FRESH && before != null)) {
      begin(new Item.Missed(at), at);
    } else if (before != null && before.epoch().equals(at.epoch())) {
      session = at;
      if (at.seq() > before.seq()) {
        received = at;
      }
    } else {
      begin(new Item.Begin(at), at);
    }
  }

  private void begin(Item item, Cursor at) {
    // What is beyond comes again.
    for (Iterator<Item> waiting = queue.iterator(); waiting.hasNext(); ) {
      Item each = waiting.next();
      Cursor its = each.at();
      if (its != null && its.epoch().equals(at.epoch()) && its.seq() > at.seq()) {
        waiting.remove();
        left(each);
      }
    }
    queue.add(item);
    session = at;
    // What was handed out is not handed out again while the client lives.
    Cursor last = out;
    received = last != null && isBehind(at, last) ? last : at;
  }

  /** Whether it is of the same epoch, and before the other. */
  private static boolean isBehind(Cursor one, Cursor other) {
    return one.epoch().equals(other.epoch()) && one.seq() < other.seq();
  }

  private boolean push(Frame.Push push) throws FrameException {
    Cursor last = received;
    Cursor sent = session;
    if (last == null || sent == null) {
      throw new FrameException("a push before the welcome");
    }
    if (push.prev() > last.seq()) {
      return false;
    }
    for (Message message : push.messages()) {
      Cursor at = new Cursor(sent.epoch(), message.seq());
      if (at.seq() > sent.seq()) {
        sent = at;
        session = at;
      }
      if (at.seq() > last.seq()) {
        if (numbered >= most) {
          throw new FrameException("beyond the window");
        }
        last = at;
        received = at;
        numbered++;
        queue.add(new Item.Told(message.at(at)));
      }
    }
    return true;
  }

  /**
   * Those for which there is no room are over: they are delivered now or never. A window's room is
   * left to what is numbered, or a slow application would not even hear pings.
   */
  private void live(Message message) {
    String key = message.source() + ' ' + message.id();
    if (queue.size() >= most / 2 || !lives.add(key)) {
      return;
    }
    if (lives.size() > LIVE_IDS) {
      Iterator<String> oldest = lives.iterator();
      oldest.next();
      oldest.remove();
    }
    queue.add(new Item.Told(message));
  }

  /** Whether the queue has room, so that more may be read; a frame that is read is taken whole. */
  public boolean hasRoom() {
    return queue.size() < most;
  }

  /** The next to be handled, which leaves the queue; null: there is none. */
  public @Nullable Item next() {
    Item item = queue.poll();
    if (item != null) {
      left(item);
      Cursor at = item.at();
      Cursor last = out;
      if (at != null && !(last != null && isBehind(at, last))) {
        out = at;
      }
    }
    return item;
  }

  private void left(Item item) {
    if (item instanceof Item.Told told && !told.message().isLive()) {
      numbered--;
    }
  }

  /** The application has done with it. */
  public void handled(Item item) {
    Cursor at = item.at();
    Cursor last = handled;
    if (at != null && !(last != null && isBehind(at, last))) {
      handled = at;
    }
  }

  /** What is to be stored; null: everything that was handled is. */
  public @Nullable Cursor unstored() {
    return Objects.equals(handled, stored) ? null : handled;
  }

  public void stored(Cursor cursor) {
    stored = cursor;
  }

  /** What a hello resumes from; null: the worker is to know. */
  public @Nullable Cursor resume() {
    return stored;
  }

  /** The connection ended; what waits stays. */
  public void left() {
    session = null;
  }

  /** The highest number that may be acked in this session, or {@link #NO_ACK}. */
  public long ackable() {
    Cursor sent = session;
    Cursor kept = stored;
    return sent != null && kept != null && kept.epoch().equals(sent.epoch())
        ? Math.min(kept.seq(), sent.seq())
        : NO_ACK;
  }
}
