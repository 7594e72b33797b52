package io.tidegate.fanout.sequencer;

import io.tidegate.contract.Message;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * Whether a user is there, and what was told of it. The user is there while any device has a
 * session. That is told as a join, and as a leave once no device had one for the grace, so that
 * whoever comes back within it was never away. Each changes the other, so joins and leaves
 * alternate: they are numbered, and odd numbers are joins.
 *
 * @param sinceMillis when the first device came, or the last one left, epoch milliseconds; 0: never
 * @param told the number of what was told last; 0 for nothing
 * @param leaver the device that left last, where a leave is to be told; else empty
 */
record Presence(long sinceMillis, long told, String leaver) {
  static final Presence NONE = new Presence(0, 0, "");

  /** Something to be told. */
  enum Change {
    JOIN,
    LEAVE
  }

  /**
   * What time has come for.
   *
   * @param change null: nothing is to be told
   */
  record Step(Presence next, @Nullable Change change) {}

  /** The first device has a session. */
  Presence came(long nowMillis) {
    return new Presence(nowMillis, told, "");
  }

  /** The same, as of that instant. */
  Presence since(long millis) {
    return new Presence(millis, told, leaver);
  }

  /** The last one has none any more. */
  Presence left(String device, long nowMillis) {
    return new Presence(nowMillis, told, isToldThere() ? device : "");
  }

  /**
   * What is to be told now. Where nothing is told at all a leave is passed over, and its number is
   * missing.
   *
   * @param grace null: nothing is told
   */
  Step step(boolean there, @Nullable Duration grace, long nowMillis) {
    if (isSettled(there, grace)) {
      return new Step(this, null);
    }
    if (grace == null) {
      return new Step(next(), null);
    }
    if (there) {
      return new Step(next(), Change.JOIN);
    }
    return leaveMillis(grace) <= nowMillis ? new Step(next(), Change.LEAVE) : new Step(this, null);
  }

  /** Whether there is nothing to be told, now or later. */
  boolean isSettled(boolean there, @Nullable Duration grace) {
    return there == isToldThere() || (grace == null && there);
  }

  /** When {@link #step} is to be asked again, if nothing happens; {@link Message#NEVER}: never. */
  long dueMillis(boolean there, @Nullable Duration grace) {
    return grace == null || isSettled(there, grace) ? Message.NEVER : leaveMillis(grace);
  }

  private long leaveMillis(Duration grace) {
    return sinceMillis + grace.toMillis();
  }

  private boolean isToldThere() {
    return (told & 1) == 1;
  }

  private Presence next() {
    return new Presence(sinceMillis, told + 1, "");
  }
}
