package io.tidegate.fanout.rehearsal;

import io.tidegate.contract.Message;
import io.tidegate.contract.UserKey;
import io.tidegate.fanout.dedupe.Dedupe;
import io.tidegate.fanout.sequencer.SequencerSettings;
import io.tidegate.fanout.store.RadixBytes;
import java.time.Duration;

/**
 * Plays recorded messages to two sets of policies, each with the sequencer itself and a store of
 * its own, and says what each made of them. It begins with empty mailboxes and nothing counted.
 * Time is that of the records: it goes on as {@link #advance} says, and users are woken on the way.
 *
 * <p>Every user has one device, which is always connected and acks at once, so that what is waited
 * for is the policy alone.
 *
 * <p>For one thread.
 */
public final class Rehearsal {
  /** How long after the last message it may go on, in the time of the records. */
  public static final Duration HORIZON = Duration.ofDays(7);

  private static final int PURGE_EVERY = 1_000;
  private static final int PURGE_MOST = 100_000;

  /** About what an id takes that is remembered. */
  private static final int DEDUPE_BYTES = LeanBytes.OVERHEAD_BYTES + 25;

  private final Comparison comparison;
  private final Dedupe dedupe;
  private final RadixBytes ids = new RadixBytes();
  private final Run current;
  private final Run candidate;
  private long now;
  private long taken;

  public Rehearsal(SequencerSettings settings, Comparison comparison) {
    this.comparison = comparison;
    this.dedupe = new Dedupe(settings.dedupeHorizon());
    this.current = new Run(settings, comparison.current());
    this.candidate = new Run(settings, comparison.candidate());
  }

  /** What became of a recorded message. */
  public enum Taken {
    YES,
    /** It came before, within the dedupe horizon. */
    DUPLICATE,
    /** Its user would not have the candidate, so nothing would change. */
    OTHER_POLICY
  }

  /**
   * Makes the time go on in both, with at most {@code steps} wake-ups in each, so that a caller can
   * look at its own clock in between; true when it has come to {@code toMillis}. Time does not go
   * back: to an earlier instant it has come already.
   */
  public boolean advance(long toMillis, int steps) {
    long to = Math.max(now, toMillis);
    boolean one = current.advance(to, steps);
    boolean other = candidate.advance(to, steps);
    if (one && other) {
      now = to;
    }
    return one && other;
  }

  /**
   * Takes a message; its time, or a later one, must have come.
   *
   * @param settings of its user, the JSON of {@link io.tidegate.contract.policy.UserSettings};
   *     empty for none; the same for all messages of a user
   */
  public Taken take(Recorded recorded, String settings) {
    if (recorded.atMillis() > now) {
      throw new IllegalArgumentException("atMillis: has not come yet");
    }
    UserKey user = recorded.user();
    if (!comparison.concerns(user, settings)) {
      return Taken.OTHER_POLICY;
    }
    Message message = recorded.message();
    if (dedupe.isRepeated(ids, user.toBytes(), message.source(), message.id(), now)) {
      return Taken.DUPLICATE;
    }
    taken++;
    if (taken % PURGE_EVERY == 0) {
      dedupe.purge(ids, now, PURGE_MOST);
    }
    current.take(recorded, settings);
    candidate.take(recorded, settings);
    return Taken.YES;
  }

  /**
   * Goes on after the last message until none waits any more, or {@link #HORIZON} is over; at most
   * {@code steps} wake-ups in each. True when it is done.
   */
  public boolean finish(int steps) {
    long end = now + HORIZON.toMillis();
    boolean one = current.finish(end, steps);
    boolean other = candidate.finish(end, steps);
    return one && other;
  }

  /** Messages taken. */
  public long taken() {
    return taken;
  }

  /** Users whose messages were taken. */
  public int users() {
    return current.users();
  }

  /** About how much memory it takes. */
  public long keptBytes() {
    return (long) ids.size() * DEDUPE_BYTES + current.keptBytes() + candidate.keptBytes();
  }

  public Result current() {
    return current.result();
  }

  public Result candidate() {
    return candidate.result();
  }
}
