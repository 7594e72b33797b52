package io.tidegate.delivery.pace;

import io.tidegate.contract.rate.Gcra;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Holds back what a client is to be told more slowly than it comes. Events and time go in, what
 * goes out is asked for. Not thread-safe.
 *
 * <p>The rules, of which docs/PROTOCOL.md tells clients:
 *
 * <ul>
 *   <li>A message takes the place of an older one with its collapse key that is still here. It
 *       stands where it came, since seqs must rise.
 *   <li>The first message opens a window of the pace's delay; half of the time that a message has
 *       left to live closes it, so that nothing dies of waiting for company.
 *   <li>Frames go no faster than the rate, by GCRA without a burst; bytes no faster than the cap,
 *       with a burst of one second's worth and one frame.
 *   <li>An urgent message waits for neither window nor rate, and takes along what came before it.
 *       It counts against the rate, and waits for the cap as any other.
 *   <li>What has expired is left out, and that something was lost is told.
 * </ul>
 *
 * @param <T> what a message is
 */
public final class Hold<T> {
  /** A frame of more than one message has no more than so many bytes of them. */
  static final int FRAME_BYTES = 256 * 1024;

  /** With so many there is nothing to wait for: more than a device's window are seldom here. */
  static final int FRAME_MESSAGES = 256;

  /** The place of a word of loss, which is beside that of the message of that seq. */
  private record LossAt(long seq) {}

  private final Pace pace;
  private final @Nullable Gcra rate;
  private final long origin;

  /** By collapse key, or by seq where there is none; in the order of their seqs. */
  private final Map<Object, Held<T>> held = new LinkedHashMap<>();

  private long bytes;
  private int urgent;

  /** When the window closes; of any value while nothing is held. */
  private long windowEnd;

  /** Of {@link Gcra}, since {@link #origin}. */
  private long instant;

  /** When the bytes so far would have gone at the pace of the cap. */
  private long bytesGone;

  /**
   * @param nowNanos of any clock that does not jump
   */
  public Hold(Pace pace, long nowNanos) {
    this.pace = pace;
    this.origin = nowNanos;
    this.bytesGone = nowNanos;
    this.rate = pace.rate() == 0 ? null : new Gcra(pace.intervalNanos(), 0);
  }

  public boolean isEmpty() {
    return held.isEmpty();
  }

  /** Messages, and words of loss. */
  public int size() {
    return held.size();
  }

  /** Bytes of the messages. */
  public long bytes() {
    return bytes;
  }

  /**
   * Whether what comes now need not be held: counts it, if so.
   *
   * @param isUrgent whether any message in it is
   * @param messages in it; more than one only as far as a frame may have of them
   * @param frameBytes that it has
   */
  public boolean pass(boolean isUrgent, int messages, int frameBytes, long nowNanos) {
    if (!held.isEmpty() || capAt() - nowNanos > 0) {
      return false;
    }
    if (messages > 1 && frameBytes > most()) {
      return false;
    }
    if (!isUrgent && (pace.delayMillis() > 0 || rateAt() - nowNanos > 0)) {
      return false;
    }
    count(frameBytes, nowNanos);
    return true;
  }

  /**
   * Whether a message that goes now or never may go: counts it, if so. It waits for no window, but
   * does not overtake what waits for the pace.
   */
  public boolean passLive(int frameBytes, long nowNanos) {
    boolean paced = pace.rate() > 0 || pace.bytesPerSecond() > 0;
    if (paced && (!held.isEmpty() || capAt() - nowNanos > 0 || rateAt() - nowNanos > 0)) {
      return false;
    }
    count(frameBytes, nowNanos);
    return true;
  }

  /**
   * Holds a message behind those that came before.
   *
   * @return how many older ones it takes the place of: 0 or 1
   */
  public int add(Held<T> message, long nowNanos) {
    if (held.isEmpty()) {
      windowEnd = nowNanos + pace.delayNanos();
    }
    if (message.expiresAt() != Held.NEVER) {
      long half = nowNanos + Math.max(0, message.expiresAt() - nowNanos) / 2;
      windowEnd = windowEnd - half > 0 ? half : windowEnd;
    }
    Held<T> older = message.collapseKey() == null ? null : held.get(message.collapseKey());
    if (older != null) {
      remove(older);
    }
    put(older == null ? message : message.insteadOf(older));
    return older == null ? 0 : 1;
  }

  /** Something was lost behind the last message, which is to be told in its place. */
  public void addLoss(long seq) {
    held.put(new LossAt(seq), Held.loss(seq));
  }

  /** When something may go; at or before now means now. Only while something is held. */
  public long dueNanos() {
    long due = capAt();
    if (urgent == 0) {
      due = later(due, rateAt());
      if (held.size() < FRAME_MESSAGES && bytes < FRAME_BYTES) {
        due = later(due, windowEnd);
      }
    }
    return due;
  }

  /**
   * Takes what may go now, in one frame; to be asked when it is due, and again while something is
   * left.
   */
  public Batch<T> take(long nowNanos) {
    int most = most();
    List<Held<T>> messages = new ArrayList<>();
    boolean lost = false;
    long through = 0;
    long taken = 0;
    Iterator<Held<T>> each = held.values().iterator();
    while (each.hasNext()) {
      Held<T> next = each.next();
      if (next.isLost(nowNanos)) {
        lost = true;
      } else if (messages.isEmpty() || taken + next.bytes() <= most) {
        messages.add(next);
        taken += next.bytes();
      } else {
        break;
      }
      through = next.seq();
      each.remove();
      forget(next);
    }
    if (!messages.isEmpty()) {
      count(taken, nowNanos);
    }
    return new Batch<>(List.copyOf(messages), lost, through);
  }

  /**
   * What goes in one turn.
   *
   * @param messages in the order of their seqs
   * @param lost whether something was left out that the client is to be told of
   * @param through the seq of the last that was taken or left out
   */
  public record Batch<T>(List<Held<T>> messages, boolean lost, long through) {
    /** Of the last message; {@code before} where there is none. */
    public long last(long before) {
      return messages.isEmpty() ? before : messages.getLast().seq();
    }
  }

  /** Bytes of messages in a frame of more than one. */
  private int most() {
    return pace.bytesPerSecond() > 0 ? Math.min(FRAME_BYTES, pace.bytesPerSecond()) : FRAME_BYTES;
  }

  private void put(Held<T> message) {
    String key = message.collapseKey();
    held.put(key == null ? (Object) message.seq() : key, message);
    bytes += message.bytes();
    urgent += message.urgent() ? 1 : 0;
  }

  private void remove(Held<T> message) {
    String key = message.collapseKey();
    held.remove(key == null ? (Object) message.seq() : key);
    forget(message);
  }

  private void forget(Held<T> message) {
    bytes -= message.bytes();
    urgent -= message.urgent() ? 1 : 0;
  }

  private void count(long frameBytes, long nowNanos) {
    if (rate != null) {
      instant = rate.takenNanos(instant, nowNanos - origin);
    }
    bytesGone = later(bytesGone, nowNanos) + pace.nanosOf(frameBytes);
  }

  /** When the next frame conforms to the rate. */
  private long rateAt() {
    return rate == null ? origin : origin + rate.eligibleNanos(instant, 1);
  }

  /** When the next byte conforms to the cap. */
  private long capAt() {
    return pace.bytesPerSecond() == 0 ? origin : bytesGone - pace.nanosOf(pace.bytesPerSecond());
  }

  private static long later(long one, long other) {
    return one - other >= 0 ? one : other;
  }
}
