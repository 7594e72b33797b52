package io.tidegate.loadtest.run;

import io.tidegate.loadtest.devices.DeviceEvents;
import io.tidegate.loadtest.ledger.Fault;
import io.tidegate.loadtest.ledger.Faults;
import io.tidegate.loadtest.ledger.Ledger;
import io.tidegate.loadtest.ledger.LimitCheck;
import io.tidegate.loadtest.ledger.MessageIds;
import io.tidegate.loadtest.offer.OfferEvents;
import io.tidegate.loadtest.schedule.Arrivals;

/** Books what door and devices tell: in the ledger what became of it, in the measures when. */
final class Accounts implements OfferEvents, DeviceEvents {
  private final Arrivals arrivals;
  private final Ledger ledger;
  private final LimitCheck limits;
  private final Faults faults;
  private final Measures measures;

  /** What falls due before is checked, and not timed. */
  private final long warmUpNanos;

  private final Judgement judgement;

  /** What an acceptance is called among the answers. */
  private final String acceptance;

  private volatile long startNanos;
  private volatile boolean started;

  Accounts(
      Arrivals arrivals,
      Ledger ledger,
      LimitCheck limits,
      Faults faults,
      Measures measures,
      long warmUpNanos,
      Judgement judgement,
      String acceptance) {
    this.arrivals = arrivals;
    this.ledger = ledger;
    this.limits = limits;
    this.faults = faults;
    this.measures = measures;
    this.warmUpNanos = warmUpNanos;
    this.judgement = judgement;
    this.acceptance = acceptance;
    // Devices connect before the load begins.
    this.startNanos = System.nanoTime();
  }

  /** From when the load's times count. */
  void start(long nanos) {
    startNanos = nanos;
    started = true;
  }

  @Override
  public void sent(long message, long nanos, long late) {
    if (!ledger.sent(message, Math.max(1, nanos))) {
      return;
    }
    measures.offered.add(1);
    if (late != HELD_UP && isTimed(message)) {
      measures.lateness.add(late);
    }
  }

  @Override
  public void accepted(long message, long nanos) {
    measures.answers.add(acceptance);
    if (ledger.accepted(message, Math.max(1, nanos))) {
      measures.accepted.add(1);
      if (isTimed(message)) {
        measures.accept.add(nanos - arrivals.dueNanos(message));
      }
    }
  }

  @Override
  public void refused(long message, String answer, boolean again) {
    measures.answers.add(answer);
    measures.refused.add(1);
    if (!again) {
      ledger.refused(message);
      boolean answered = Character.isDigit(answer.charAt(0));
      (answered ? measures.refusedForGood : measures.unanswered).add(1);
    }
  }

  @Override
  public void welcomed(int device, String mode, long nanos) {
    measures.welcomes.add(1);
  }

  @Override
  public void shown(int device, long seq, String messageId, long nanos) {
    long message = ledger.shown(device, messageId);
    if (message == MessageIds.OTHER) {
      return;
    }
    measures.shown.add(1);
    if (isTimed(message)) {
      long at = nanos - startNanos;
      measures.dueToPush.add(at - arrivals.dueNanos(message));
      long accepted = ledger.acceptedNanos(message);
      // One that is here before its answer took no time from that on.
      measures.acceptToPush.add(accepted == 0 ? 0 : at - accepted);
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
  public void acked(int device, int messages, long oldestNanos, long nanos) {
    measures.acked.add(messages);
    measures.pushToAck.add(nanos - oldestNanos);
  }

  @Override
  public void disconnected(int device, String code, long nanos) {
    measures.disconnects.add(code);
    switch (code) {
      case "gap" -> faults.add(Fault.GAP, () -> "device " + device);
      case "malformed" -> faults.add(Fault.MALFORMED, () -> "device " + device);
      default -> {}
    }
  }

  private boolean isTimed(long message) {
    return arrivals.dueNanos(message) >= warmUpNanos;
  }
}
