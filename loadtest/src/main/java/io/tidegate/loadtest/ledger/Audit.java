package io.tidegate.loadtest.ledger;

import io.tidegate.contract.policy.Policy;
import io.tidegate.loadtest.profile.Sending;
import io.tidegate.loadtest.schedule.Audience;
import io.tidegate.loadtest.schedule.Share;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.atomic.AtomicLongArray;
import java.util.function.LongPredicate;
import org.HdrHistogram.Histogram;

/**
 * What fan-out itself wrote of a run's messages, each to one user, held against the policy and
 * against what devices were shown: the instant of every release, and one outcome for each message.
 *
 * <p>Devices tell from their own threads what they were shown; all else is for one thread, after
 * that.
 */
public final class Audit {
  /** What every message has as its outcome that was pushed and acked. */
  private static final String DELIVERED = "delivered";

  private static final long MILLI_NANOS = 1_000_000;
  private static final long MOST_MICROS = 3_600_000_000L;

  private final MessageIds ids;
  private final long messages;
  private final Audience audience;
  private final Share share;
  private final Ledger ledger;
  private final Rules rules;
  private final LongPredicate isTimed;
  private final Faults faults;
  private final ExactLimits limits;
  private final AtomicLongArray shownNanos;

  /** Millis since the begin of the load; of what {@link #isReleased} says. */
  private final long[] releasedMillis;

  private final Bits isReleased;
  private final Bits hasOutcome;
  private final Map<String, Long> outcomes = new TreeMap<>();
  private final Histogram delays = new Histogram(MOST_MICROS, 3);
  private long withOutcome;
  private long pushes;

  /**
   * What it is held against.
   *
   * @param lossCounts each message must be delivered; else any outcome will do
   * @param slackMillis by how much the clocks of fan-out and devices may differ
   */
  public record Rules(Policy policy, Sending sending, boolean lossCounts, long slackMillis) {}

  /**
   * @param isTimed whose time from release to device counts
   */
  public Audit(
      MessageIds ids,
      long messages,
      Audience audience,
      Share share,
      Ledger ledger,
      Rules rules,
      LongPredicate isTimed,
      Faults faults) {
    this.ids = ids;
    this.messages = messages;
    this.audience = audience;
    this.share = share;
    this.ledger = ledger;
    this.rules = rules;
    this.isTimed = isTimed;
    this.faults = faults;
    this.limits =
        new ExactLimits(
            LimitCheck.counting(rules.policy, rules.sending), audience.choices(), faults);
    this.shownNanos = new AtomicLongArray(Math.toIntExact(messages));
    this.releasedMillis = new long[Math.toIntExact(messages)];
    this.isReleased = new Bits(messages);
    this.hasOutcome = new Bits(messages);
  }

  /**
   * A device was shown a message for the first time.
   *
   * @param nanos since the begin of the load
   */
  public void shown(long message, long nanos) {
    shownNanos.compareAndSet((int) message, 0, Math.max(1, nanos));
  }

  /**
   * Fan-out released a push; what it released before, and is only sent again, is none.
   *
   * @param millis since the begin of the load
   */
  public void released(int user, List<String> pushed, long millis) {
    int fresh = 0;
    for (String id : pushed) {
      long message = number(id);
      if (message != MessageIds.OTHER && isReleased.set(message)) {
        releasedMillis[(int) message] = millis;
        fresh++;
      }
    }
    if (fresh == 0 || user >= audience.choices()) {
      return;
    }
    pushes++;
    limits.released(user, fresh, millis);
    int batch = rules.policy.batch().maxMessages();
    if (!rules.policy.equals(Policy.NONE) && fresh > batch) {
      int many = fresh;
      faults.add(Fault.ABOVE_BATCH, () -> "%d messages in a push to user %d".formatted(many, user));
    }
  }

  /** Fan-out says what became of a message. */
  public void outcome(String id, String outcome) {
    long message = number(id);
    if (message == MessageIds.OTHER) {
      return;
    }
    if (!hasOutcome.set(message)) {
      faults.add(Fault.SECOND_OUTCOME, () -> "message " + id + ": " + outcome);
      return;
    }
    withOutcome++;
    outcomes.merge(outcome, 1L, Long::sum);
    if (rules.lossCounts && !outcome.equals(DELIVERED)) {
      faults.add(Fault.OTHER_OUTCOME, () -> "message " + id + ": " + outcome);
    }
  }

  /** Of those handed in here. */
  private long number(String id) {
    long message = ids.number(id, messages);
    return message == MessageIds.OTHER || !share.handsIn(audience, message)
        ? MessageIds.OTHER
        : message;
  }

  /** Whether every message that was accepted has an outcome. */
  public boolean isSettled() {
    return withOutcome >= ledger.acceptedCount();
  }

  /** Compares message by message; once, when all is read. */
  public void settle() {
    for (long message = 0; message < messages; message++) {
      if (share.handsIn(audience, message)) {
        settle(message);
      }
    }
  }

  private void settle(long message) {
    if (ledger.acceptedNanos(message) > 0 && !hasOutcome.isSet(message)) {
      faults.add(Fault.NO_OUTCOME, () -> "message " + ids.of(message) + ", accepted");
    }
    long shown = shownNanos.get((int) message);
    if (shown == 0 || rules.sending.isLive()) {
      // What is delivered now or never has no release.
      return;
    }
    if (!isReleased.isSet(message)) {
      faults.add(Fault.NO_RELEASE, () -> "message " + ids.of(message) + ", shown");
      return;
    }
    long delay = shown - releasedMillis[(int) message] * MILLI_NANOS;
    if (delay < -rules.slackMillis * MILLI_NANOS) {
      faults.add(
          Fault.BEFORE_RELEASE,
          () -> "message %s by %d ms".formatted(ids.of(message), -delay / MILLI_NANOS));
    }
    if (isTimed.test(message)) {
      delays.recordValue(Math.clamp(delay / 1_000, 0, MOST_MICROS));
    }
  }

  /** From release to device, µs, of those that are timed. */
  public Histogram delays() {
    return delays;
  }

  /** For people. */
  public List<String> lines() {
    return List.of(
        "pushes that fan-out released: %,d, with %.1f messages each"
            .formatted(pushes, (double) released() / Math.max(1, pushes)),
        "outcomes: " + outcomes);
  }

  private long released() {
    long count = 0;
    for (long message = 0; message < messages; message++) {
      count += isReleased.isSet(message) ? 1 : 0;
    }
    return count;
  }
}
