package io.tidegate.fanout.sequencer;

import org.jspecify.annotations.Nullable;

/** What is known of one device of a user. */
final class Device {
  final String name;

  /** Every message up to here is on the device. Only rises. */
  long acked;

  /** The highest seq that was sent to the session. */
  long sent;

  /** The highest seq acked within this session; at first where the session began. */
  long credited;

  /** The loss floor that the device has been told of. */
  long told;

  /** Messages that may be under way unacked. */
  int window;

  /** The last session, over or not: acks may follow its end. */
  @Nullable SessionRef session;

  boolean connected;

  /** When it connected, acked or disconnected last, epoch milliseconds. */
  long seenMillis;

  Device(String name) {
    this.name = name;
  }

  /** How many more messages may be sent; nothing where there is no session. */
  int room() {
    if (!connected) {
      return 0;
    }
    // Seqs of removed messages count too, which only makes the window smaller; but an empty window
    // always lets one message through, so a gap wider than the window cannot stop the device.
    return sent <= credited ? window : (int) Math.max(0, window - (sent - credited));
  }

  /** Begins a session that gets everything after {@code seq}. */
  void connect(SessionRef with, int newWindow, long seq, long nowMillis) {
    seenMillis = nowMillis;
    session = with;
    connected = true;
    window = newWindow;
    sent = seq;
    credited = seq;
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
