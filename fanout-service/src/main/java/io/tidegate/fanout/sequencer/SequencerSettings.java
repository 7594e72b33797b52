package io.tidegate.fanout.sequencer;

import io.tidegate.contract.policy.Policy;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * The bounds within which the sequencer works.
 *
 * @param policy what holds for users of tenants that have no policy {@code default}
 * @param maxEntries messages in one mailbox, 1 to 1,000,000; beyond it the oldest is dropped with
 *     an outcome
 * @param maxBytes payload bytes in one mailbox, 1 to 1 GiB; beyond it likewise
 * @param maxAge how long a mailbox keeps anything, a second to 366 days
 * @param deviceIdle after so long without a session a device is forgotten, a second to 366 days; a
 *     session that neither began nor acked for so long is ended
 * @param maxDevices devices of one user, 1 to 1,000; the one longest away makes room
 * @param dedupeHorizon how long a message id is remembered at the least
 * @param turnMessages messages that one event may send again or remove, and after which it begins
 *     no other push, 1 to 10,000; what is left is done in a turn of its own at once
 * @param turnBytes payload bytes, 1 to 512 KiB, after which one event begins no other push; of what
 *     is sent again they bound one {@link Effect.Deliver}, beyond its first message
 * @param presence whether it is told who comes and goes
 * @param presenceGrace how long a user must have stayed away before a leave is told, 0 to {@code
 *     deviceIdle}, and at most an hour
 */
public record SequencerSettings(
    Policy policy,
    int maxEntries,
    long maxBytes,
    Duration maxAge,
    Duration deviceIdle,
    int maxDevices,
    Duration dedupeHorizon,
    int turnMessages,
    long turnBytes,
    boolean presence,
    Duration presenceGrace) {

  private static final Duration MOST_GRACE = Duration.ofHours(1);

  public SequencerSettings {
    within("maxEntries", maxEntries, 1, 1_000_000);
    within("maxBytes", maxBytes, 1, 1L << 30);
    within("maxAge seconds", maxAge.toSeconds(), 1, Duration.ofDays(366).toSeconds());
    within("deviceIdle seconds", deviceIdle.toSeconds(), 1, Duration.ofDays(366).toSeconds());
    within("maxDevices", maxDevices, 1, 1_000);
    within("turnMessages", turnMessages, 1, 10_000);
    within("turnBytes", turnBytes, 1, 512 * 1024);
    if (presence) {
      // A device that is forgotten can't be told of.
      long most = Math.min(MOST_GRACE.toMillis(), deviceIdle.toMillis());
      within("presenceGrace milliseconds", presenceGrace.toMillis(), 0, most);
    }
  }

  public static SequencerSettings defaults() {
    return new SequencerSettings(
        Policy.NONE,
        10_000,
        64L << 20,
        Duration.ofDays(7),
        Duration.ofDays(30),
        32,
        Duration.ofHours(24),
        64,
        256 * 1024,
        false,
        Duration.ofSeconds(10));
  }

  public SequencerSettings withPolicy(Policy other) {
    return new SequencerSettings(
        other,
        maxEntries,
        maxBytes,
        maxAge,
        deviceIdle,
        maxDevices,
        dedupeHorizon,
        turnMessages,
        turnBytes,
        presence,
        presenceGrace);
  }

  /**
   * @param grace null: nothing is told
   */
  public SequencerSettings withPresence(@Nullable Duration grace) {
    return new SequencerSettings(
        policy,
        maxEntries,
        maxBytes,
        maxAge,
        deviceIdle,
        maxDevices,
        dedupeHorizon,
        turnMessages,
        turnBytes,
        grace != null,
        grace == null ? presenceGrace : grace);
  }

  /** {@code presenceGrace}; null where nothing is told. */
  @Nullable Duration toldAfter() {
    return presence ? presenceGrace : null;
  }

  private static void within(String field, long value, long least, long most) {
    if (value < least || value > most) {
      throw new IllegalArgumentException(
          field + ": want " + least + " to " + most + ", got " + value);
    }
  }
}
