package io.tidegate.fanout.sequencer;

import org.jspecify.annotations.Nullable;

/** What is known of one device of a user. */
final class Device {
  /**
   * Payload bytes after which a session must have acked what it was sent before them. So at most
   * twice as much is under way to it, and one message more each time.
   */
  static final long MARK_BYTES = 512 * 1024;

  private static final long MAX_SKEW_MILLIS = 2_000;

  /** Twice as long as a worker tries to write a record. */
  private static final long MAX_DELAY_MILLIS = 30_000;

  final String name;

  /** Every message up to here is on the device. Only rises. */
  long acked;

  /** The highest seq that was sent to the session. */
  long sent;

  /** The highest seq acked within this session; at first where the session began. */
  long credited;

  /** Of the session: what was sent after this seq is {@link #sinceMark} payload bytes. */
  long mark;

  long sinceMark;

  /** The loss floor that the device has been told of. */
  long told;

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
    // Seqs of removed messages count too, which only makes the window smaller; but an empty window
    // always lets one message through, so a gap wider than the window cannot stop the device.
    return sent <= credited ? window : (int) Math.max(0, window - (sent - credited));
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

  /** A message went to the session. */
  void send(long seq, int payloadBytes) {
    sent = seq;
    sinceMark += payloadBytes;
  }

  /** Begins a session that gets everything after {@code seq}. */
  void connect(UserEvent.SessionUp up, long seq, long nowMillis) {
    seenMillis = nowMillis;
    saidMillis = up.saidMillis();
    session = up.session();
    connected = true;
    window = up.window();
    sent = seq;
    credited = seq;
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

  void acknowledge(long seq) {
    acked = Math.max(acked, seq);
    credited = Math.max(credited, seq);
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
