package io.tidegate.loadtest.run;

import io.tidegate.loadtest.devices.DeviceEvents;
import io.tidegate.loadtest.ledger.Audit;
import io.tidegate.loadtest.ledger.Fault;
import io.tidegate.loadtest.ledger.Faults;
import io.tidegate.loadtest.ledger.Ledger;
import io.tidegate.loadtest.ledger.LimitCheck;
import io.tidegate.loadtest.ledger.MessageIds;
import io.tidegate.loadtest.offer.OfferEvents;
import io.tidegate.loadtest.schedule.Arrivals;
import io.tidegate.loadtest.schedule.Audience;
import java.time.Duration;
import java.util.function.LongPredicate;
import org.jspecify.annotations.Nullable;

/** Books what door and devices tell: in the ledger what became of it, in the measures when. */
final class Accounts implements OfferEvents, DeviceEvents {
  private final Arrivals arrivals;
  private final Audience audience;
  private final Part part;
  private final Ledger ledger;
  private final LimitCheck limits;
  private final Faults faults;
  private final @Nullable Audit audit;
  private final Measures measures;

  /** What is due in the warm-up is checked, and not timed. */
  private final LongPredicate isTimed;

  private final long warmUpNanos;

  /** By device: what it has yet to ack has messages of the warm-up in it. */
  private final boolean[] acksWarmUp;

  private final Judgement judgement;

  /** What an acceptance is called among the answers. */
  private final String acceptance;

  private volatile long startNanos;
  private volatile boolean started;
  private volatile boolean offered;

  Accounts(
      Arrivals arrivals,
      Audience audience,
      Part part,
      Ledger ledger,
      LimitCheck limits,
      Faults faults,
      @Nullable Audit audit,
      Measures measures,
      Duration warmUp,
      Judgement judgement,
      String acceptance) {
    this.arrivals = arrivals;
    this.audience = audience;
    this.part = part;
    this.ledger = ledger;
    this.limits = limits;
    this.faults = faults;
    this.audit = audit;
    this.measures = measures;
    this.isTimed = arrivals.dueFrom(warmUp);
    this.warmUpNanos = warmUp.toNanos();
    this.acksWarmUp = new boolean[audience.devices()];
    this.judgement = judgement;
    this.acceptance = acceptance;
    // Devices connect before the load begins.
    this.startNanos = System.nanoTime();
    handedInElsewhere();
  }

  /**
   * When others hand theirs in is not known, only that it is not before they are due: enough to say
   * what surely came after.
   */
  private void handedInElsewhere() {
    for (long message = 0; !part.share().isWhole() && message < arrivals.messages(); message++) {
      if (!part.share().handsIn(audience, message) && part.share().isFor(audience, message)) {
        ledger.sentElsewhere(message, Math.max(1, arrivals.dueNanos(message)));
      }
    }
  }

  /** From when the load's times count. */
  void start(long nanos) {
    startNanos = nanos;
    started = true;
  }

  @Override
  public void requestBegins() {
    ledger.requestBegins();
  }

  @Override
  public void sent(long message, long nanos, long late) {
    if (!ledger.sent(message, Math.max(1, nanos))) {
      return;
    }
    measures.offered.add(1);
    if (late != HELD_UP && isTimed.test(message)) {
      measures.lateness.add(late);
    }
  }

  @Override
  public void accepted(long message, long nanos) {
    measures.answers.add(acceptance);
    if (ledger.accepted(message, Math.max(1, nanos))) {
      measures.accepted.add(1);
      if (part.share().isSpread(audience, message)) {
        part.others().accepted(message, Math.max(1, nanos));
      }
      if (isTimed.test(message)) {
        measures.accept.add(nanos - arrivals.dueNanos(message));
      }
    }
  }

  /** Another generator had it accepted, which is for devices here too. */
  void acceptedElsewhere(long message, long nanos) {
    boolean isNew = ledger.accepted(message, Math.max(1, nanos));
    if (!isNew) {
      faults.add(Fault.GENERATOR, () -> "message " + message + " is of two generators");
    }
  }

  @Override
  public void refused(long message, String answer, boolean again) {
    measures.answers.add(answer);
    measures.refused.add(1);
    ledger.refused(message, again);
    if (!again) {
      boolean answered = Character.isDigit(answer.charAt(0));
      (answered ? measures.refusedForGood : measures.unanswered).add(1);
    }
  }

  @Override
  public void welcomed(int device, String mode, long nanos) {
    measures.welcomes.add(1);
    if (started) {
      limits.readsAgain(device);
    }
  }

  @Override
  public void readsAgain(int device) {
    limits.readsAgain(device);
  }

  @Override
  public void shown(int device, long seq, String messageId, long nanos) {
    long message = ledger.shown(device, messageId);
    if (message == MessageIds.OTHER) {
      return;
    }
    measures.shown.add(1);
    long at = nanos - startNanos;
    limits.shown(device, ledger.sentNanos(message), at);
    if (audit != null) {
      audit.shown(message, at);
    }
    if (!isTimed.test(message)) {
      acksWarmUp[device] = true;
    } else {
      measures.dueToPush.add(at - arrivals.dueNanos(message));
      if (part.share().handsIn(audience, message)) {
        long accepted = ledger.acceptedNanos(message);
        // One that is here before its answer took no time from that on. When others had theirs
        // accepted is known here too late for that.
        measures.acceptToPush.add(accepted == 0 ? 0 : at - accepted);
      }
    }
  }

  @Override
  public void pushed(int device, int fresh, long nanos) {
    if (started && fresh > 0) {
      limits.pushed(device, fresh, Math.max(1, nanos - startNanos));
    }
  }

  @Override
  public void repeated(int device, long seq, boolean inSession) {
    measures.repeats.add(1);
    if (inSession) {
      faults.add(Fault.REPEATED, () -> "seq " + seq + " at device " + device);
    }
  }

  @Override
  public void reset(int device, long seq) {
    // Before the load it is about what an earlier run left.
    if (started && judgement.lossCounts()) {
      faults.add(Fault.RESET, () -> "device " + device + " was told so at seq " + seq);
    }
  }

  @Override
  public void ackSent(int device, long oldestNanos, long nanos) {
    if (!acksWarmUp[device]) {
      measures.pushToAck.add(nanos - oldestNanos);
    }
    acksWarmUp[device] = false;
  }

  @Override
  public void acked(int device, int messages) {
    measures.acked.add(messages);
  }

  @Override
  public void ackRefused(int device, String answer, boolean forGood) {
    measures.ackFailures.add(answer);
    if (forGood) {
      faults.add(Fault.ACK_REFUSED, () -> "device " + device + " was answered " + answer);
    }
  }

  @Override
  public void disconnected(int device, String code, long nanos) {
    measures.disconnects.add(code);
    acksWarmUp[device] = false;
    switch (code) {
      case "gap" -> faults.add(Fault.GAP, () -> "device " + device);
      case "malformed" -> faults.add(Fault.MALFORMED, () -> "device " + device);
      default -> {}
    }
  }

  @Override
  public void ticked(int loop, long late, long nanos) {
    delayed(loop, late, nanos - startNanos, started);
  }

  @Override
  public void ticked(long nanos, long late) {
    delayed(Measures.OFFERING, late, nanos, true);
  }

  /** All was handed in; what loops do from now on is at leisure. */
  void offered() {
    offered = true;
  }

  private void delayed(int loop, long late, long nanos, boolean loads) {
    if (loads && !offered && nanos >= warmUpNanos) {
      measures.loopDelay(loop).add(late);
    }
  }
}
