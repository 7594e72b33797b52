package io.tidegate.fanout.sequencer;

import io.tidegate.contract.Urgency;
import io.tidegate.fanout.mailbox.MailboxState;
import io.tidegate.fanout.sequencer.Effect.Mode;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What is known of one device of a user.
 *
 * <p>Messages below its minimum urgency it is never sent: its cursor passes them by. They count as
 * acked once nothing is under way to it that came before them, so that no message stays for a
 * device that never sees it. What it acked itself is remembered beside that, since its own cursor
 * knows nothing of what was passed by.
 */
final class Device {
  /**
   * Payload bytes after which a session must have acked what it was sent before them. So at most
   * twice as much is under way to it, and one message more each time.
   */
  static final long MARK_BYTES = 512 * 1024;

  /** More come only while another device of the user is away, and each is a dead letter, too. */
  static final int MOST_REFUSED = 64;

  private static final long MAX_SKEW_MILLIS = 2_000;

  /** Twice as long as a worker tries to write a record. */
  private static final long MAX_DELAY_MILLIS = 30_000;

  final String name;

  /** Every message up to here is on the device, or was passed by. Only rises. */
  long acked;

  /**
   * The highest seq that the device said it has; what follows up to {@link #acked} was passed by.
   */
  long own;

  /** The highest seq that was sent to the session; at first where the session began. */
  long sent;

  /** Every message up to here was sent to the session, or was passed by. */
  long cursor;

  final Gaps gaps = new Gaps();

  /**
   * Messages that are kept and that it will never take, rising; at most {@link #MOST_REFUSED}, of
   * more the oldest count as taken.
   */
  final List<Long> refused = new ArrayList<>();

  /** The device wants nothing below it. */
  Urgency minimum = Urgency.VERY_LOW;

  /** Up to here what was passed by was so under {@link #minimumBefore}. */
  long minimumSince;

  /** The highest minimum under which anything that is still kept may have been passed by. */
  Urgency minimumBefore = Urgency.VERY_LOW;

  /** The highest seq acked within this session; at first where the session began. */
  long credited;

  /** Of the session: what was sent after this seq is {@link #sinceMark} payload bytes. */
  long mark;

  long sinceMark;

  /** The loss floor that the session has been told of. */
  long told;

  /** A loss that the device was told of; it is no proof that it heard until it acks beyond. */
  long owed;

  /** Messages that may be under way unacked. */
  int window;

  /** The last session, over or not: acks may follow its end. */
  @Nullable SessionRef session;

  boolean connected;

  /** When the session's worker said that it began, by the worker's clock. */
  long saidMillis;

  /** When it connected, acked or disconnected last, epoch milliseconds. */
  long seenMillis;

  Device(String name) {
    this.name = name;
  }

  /** How many more messages may be sent; nothing where there is no session. */
  int room() {
    if (!connected || (sinceMark >= MARK_BYTES && !passedMark())) {
      return 0;
    }
    long underWay = sent <= credited ? 0 : sent - credited - gaps.seqs();
    return (int) Math.max(0, window - underWay);
  }

  /** Moves the mark on where what lies before it was acked. */
  private boolean passedMark() {
    if (credited < mark) {
      return false;
    }
    mark = sent;
    sinceMark = 0;
    return true;
  }

  boolean wants(Urgency urgency) {
    return urgency.compareTo(minimum) >= 0;
  }

  /** A message went to the session. */
  void send(long seq, int payloadBytes) {
    gaps.add(sent + 1, seq - 1);
    sent = seq;
    cursor = seq;
    sinceMark += payloadBytes;
  }

  /** A message that the device does not want lies behind it now. */
  void pass(long seq) {
    cursor = seq;
    if (credited >= sent) {
      acked = Math.max(acked, cursor);
    }
  }

  /** The session is told that something up to {@code loss} was removed undelivered. */
  void tell(long loss) {
    told = loss;
    owed = loss;
  }

  /**
   * Whether the device has that message: it was sent it and acked it. Where two clients call
   * themselves by one name and want different things, what one has counts for both.
   */
  boolean has(long seq, Urgency urgency) {
    Urgency then = seq > minimumSince ? minimum : minimumBefore;
    return seq <= acked && urgency.compareTo(then) >= 0 && !refused.contains(seq);
  }

  /**
   * It will never take that message.
   *
   * @param floor nothing is kept up to it
   */
  void refuse(long seq, long floor) {
    refused.removeIf(old -> old <= floor);
    if (seq > floor && (refused.isEmpty() || seq > refused.getLast())) {
      refused.add(seq);
      if (refused.size() > MOST_REFUSED) {
        refused.removeFirst();
      }
    }
  }

  /**
   * From here on another minimum holds.
   *
   * @param floor nothing is kept up to it
   */
  private void changeMinimum(Urgency to, long floor) {
    if (to == minimum) {
      return;
    }
    boolean forgotten = minimumSince <= floor;
    minimumBefore = forgotten || minimum.compareTo(minimumBefore) > 0 ? minimum : minimumBefore;
    minimumSince = acked;
    minimum = to;
  }

  /**
   * Begins a session that gets everything after {@code seq} that is not passed by.
   *
   * @param attachment how it continues
   */
  void connect(
      UserEvent.SessionUp up,
      Attachment attachment,
      long seq,
      MailboxState mailbox,
      long nowMillis) {
    // What the device says it has counts as acked; the session may begin further on.
    acked = Math.max(acked, attachment.seq());
    if (attachment.mode() == Mode.RESUMED && up.resume() != null) {
      own = Math.max(own, attachment.seq());
    }
    told = mailbox.lossFloor;
    if (attachment.mode() == Mode.RESET) {
      owed = mailbox.lossFloor;
    }
    changeMinimum(up.urgency(), mailbox.floor);
    seenMillis = nowMillis;
    saidMillis = up.saidMillis();
    session = up.session();
    connected = true;
    window = up.window();
    sent = seq;
    cursor = Math.max(seq, acked);
    credited = seq;
    gaps.clear();
    mark = seq;
    sinceMark = 0;
  }

  /**
   * Whether the session began after the one that {@code up} tells of, which was delayed on its way,
   * as from a worker that was cut off from Kafka. Clocks may differ: by a little it says nothing,
   * and by more than a record can be delayed it is a clock that was set back.
   */
  boolean isNewerThan(UserEvent.SessionUp up) {
    long newer = saidMillis - up.saidMillis();
    return connected && newer > MAX_SKEW_MILLIS && newer < MAX_DELAY_MILLIS;
  }

  /** The device said that it has everything up to {@code seq} that it was sent. */
  void acknowledge(long seq) {
    own = Math.max(own, seq);
    acked = Math.max(acked, seq);
    credited = Math.max(credited, seq);
    gaps.acked(credited);
    if (credited >= sent) {
      acked = Math.max(acked, cursor);
    }
  }

  void disconnect(long nowMillis) {
    connected = false;
    seenMillis = nowMillis;
  }

  SessionRef liveSession() {
    if (session == null || !connected) {
      throw new IllegalStateException("the device has no session");
    }
    return session;
  }
}
