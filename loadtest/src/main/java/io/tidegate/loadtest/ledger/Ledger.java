package io.tidegate.loadtest.ledger;

import io.tidegate.loadtest.schedule.Audience;
import io.tidegate.loadtest.schedule.Share;
import java.util.concurrent.atomic.AtomicLongArray;
import java.util.concurrent.atomic.LongAdder;

/**
 * What became of every message at every device that it is for. One bit for each pair, and two
 * instants for each message, so that a device can judge what it is shown at once: whether it has
 * had it, whether it is for it, whether something that came later is here before.
 *
 * <p>Order is judged by what nobody can dispute: a message that was accepted before another one was
 * handed in comes before it, and of two to one user that follow each other in a {@link Succession}
 * the first does. Of others that were under way together either may be first.
 *
 * <p>Instants are nanoseconds since the begin of the run, above 0. Senders and devices call it from
 * their own threads, for one device always the same.
 */
public final class Ledger {
  private static final long REFUSED = -1;

  private final MessageIds ids;
  private final long messages;
  private final Audience audience;
  private final Share share;
  private final Succession succession;
  private final Faults faults;
  private final Bits shown;

  /** When it was handed in for the first time; 0: it was not. */
  private final AtomicLongArray sent;

  /** When it was accepted; 0: it was not, or nobody knows. */
  private final AtomicLongArray accepted;

  /** By device: when the latest of what it was shown was handed in. */
  private final AtomicLongArray latestSent;

  private final LongAdder acceptedCount = new LongAdder();
  private final LongAdder expectedCount = new LongAdder();
  private final LongAdder refusedCount = new LongAdder();
  private final LongAdder shownCount = new LongAdder();

  /** What else is shown to devices, and is no message of this run. */
  private final LongAdder otherCount = new LongAdder();

  /** What was accepted and shown when {@link #isComplete} last looked at each. */
  private long lookedAt = -1;

  private boolean completeThen;

  /**
   * @param share whose devices these are; what others are shown is not known here
   */
  public Ledger(
      MessageIds ids,
      long messages,
      Audience audience,
      Share share,
      Succession succession,
      Faults faults) {
    this.ids = ids;
    this.messages = messages;
    this.audience = audience;
    this.share = share;
    this.succession = succession;
    this.faults = faults;
    this.shown = new Bits(messages * audience.perMessage());
    this.sent = new AtomicLongArray(Math.toIntExact(messages));
    this.accepted = new AtomicLongArray(Math.toIntExact(messages));
    this.latestSent = new AtomicLongArray(audience.devices());
  }

  /** What is handed in from now on is of another request. For the thread that hands in. */
  public void requestBegins() {
    succession.requestBegins();
  }

  /** Before a message is handed in here; whether that is for the first time. */
  public boolean sent(long message, long nanos) {
    if (!sent.compareAndSet((int) message, 0, nanos)) {
      return false;
    }
    succession.handedIn(message);
    return true;
  }

  /** Another generator hands a message in, not before that instant. */
  public void sentElsewhere(long message, long nanos) {
    sent.setOpaque((int) message, nanos);
  }

  /** Whether that was new: an answer may come twice. */
  public boolean accepted(long message, long nanos) {
    if (accepted.getAndSet((int) message, nanos) > 0) {
      return false;
    }
    acceptedCount.increment();
    expectedCount.add(
        (long) share.endReceiver(audience, message) - share.firstReceiver(audience, message));
    return true;
  }

  /**
   * It was not accepted, or nobody knows.
   *
   * @param again it is handed in again
   */
  public void refused(long message, boolean again) {
    succession.refused(message);
    if (again) {
      return;
    }
    if (accepted.compareAndSet((int) message, 0, REFUSED)) {
      refusedCount.increment();
    }
  }

  /**
   * A device was shown a message.
   *
   * @return its number if it is for the device and was not shown to it before, else {@link
   *     MessageIds#OTHER}
   */
  public long shown(int device, String id) {
    long message = ids.number(id, messages);
    if (message == MessageIds.OTHER) {
      otherCount.increment();
      return MessageIds.OTHER;
    }
    int receiver = device - audience.firstDevice(message);
    if (receiver < 0 || receiver >= audience.perMessage()) {
      faults.add(Fault.STRAY, () -> "message " + id + " at device " + device);
      return MessageIds.OTHER;
    }
    if (!shown.set(message * audience.perMessage() + receiver)) {
      faults.add(Fault.DUPLICATE, () -> "message " + id + " at device " + device);
      return MessageIds.OTHER;
    }
    shownCount.increment();
    order(device, receiver, message, id);
    return message;
  }

  private void order(int device, int receiver, long message, String id) {
    long latest = latestSent.getPlain(device);
    long taken = accepted.getOpaque((int) message);
    long next = succession.next(message);
    if (next != MessageIds.OTHER && shown.isSet(next * audience.perMessage() + receiver)) {
      faults.add(
          Fault.OUT_OF_ORDER,
          () ->
              "message %s at device %d after %s, which was handed in right behind it"
                  .formatted(id, device, ids.of(next)));
    } else if (taken > 0 && latest > taken) {
      faults.add(
          Fault.OUT_OF_ORDER,
          () ->
              "message %s at device %d after one that was handed in %.3f s after it was accepted"
                  .formatted(id, device, (latest - taken) / 1e9));
    }
    latestSent.setPlain(device, Math.max(latest, sent.getOpaque((int) message)));
  }

  /** When it was accepted; 0: not, or its answer is still under way. */
  public long acceptedNanos(long message) {
    return Math.max(0, accepted.getOpaque((int) message));
  }

  /** When it was handed in for the first time; 0: it was not. */
  public long sentNanos(long message) {
    return sent.getOpaque((int) message);
  }

  public long acceptedCount() {
    return acceptedCount.sum();
  }

  public long refusedCount() {
    return refusedCount.sum();
  }

  /** Of pairs of a message and a device. */
  public long shownCount() {
    return shownCount.sum();
  }

  public long otherCount() {
    return otherCount.sum();
  }

  /** How many pairs there are to be of what was accepted. */
  public long expectedCount() {
    return expectedCount.sum();
  }

  /**
   * Whether nothing is missing. Looks at each where something came since it did. For one thread.
   */
  public boolean isComplete() {
    long came = acceptedCount() + shownCount();
    if (shownCount() < expectedCount()) {
      return false;
    }
    if (came != lookedAt) {
      lookedAt = came;
      completeThen = missing() == 0;
    }
    return completeThen;
  }

  /** Of what was accepted: the pairs that were not shown. Looks at each. */
  public long missing() {
    long missing = 0;
    for (long message = 0; message < messages; message++) {
      missing += missing(message, false);
    }
    return missing;
  }

  /** Like {@link #missing}, and each is a {@link Fault#LOST}; called once, at the end. */
  public long settle() {
    long missing = 0;
    for (long message = 0; message < messages; message++) {
      missing += missing(message, true);
    }
    return missing;
  }

  private long missing(long message, boolean lost) {
    if (acceptedNanos(message) == 0) {
      return 0;
    }
    long missing = 0;
    int end = share.endReceiver(audience, message);
    for (int receiver = share.firstReceiver(audience, message); receiver < end; receiver++) {
      if (!shown.isSet(message * audience.perMessage() + receiver)) {
        missing++;
        if (lost) {
          int device = audience.firstDevice(message) + receiver;
          faults.add(
              Fault.LOST,
              () ->
                  "message %s, accepted at %.3f s, at device %d"
                      .formatted(ids.of(message), acceptedNanos(message) / 1e9, device));
        }
      }
    }
    return missing;
  }
}
