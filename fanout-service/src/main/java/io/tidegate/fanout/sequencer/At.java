package io.tidegate.fanout.sequencer;

import io.tidegate.fanout.pace.Pressure;

/**
 * When and where an event is handled.
 *
 * @param nowMillis epoch milliseconds
 * @param freshEpoch the epoch of a user that this event is the first of; never the same for two
 *     lives of a store, and the same when the event is handled again
 * @param pressure how busy the system is
 */
public record At(long nowMillis, long freshEpoch, Pressure pressure) {

  /** Where nothing is busy. */
  public At(long nowMillis, long freshEpoch) {
    this(nowMillis, freshEpoch, Pressure.NONE);
  }

  public At under(Pressure other) {
    return new At(nowMillis, freshEpoch, other);
  }
}
