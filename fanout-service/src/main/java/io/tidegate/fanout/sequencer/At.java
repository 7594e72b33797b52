package io.tidegate.fanout.sequencer;

/**
 * When and where an event is handled.
 *
 * @param nowMillis epoch milliseconds
 * @param freshEpoch the epoch of a user that this event is the first of; never the same for two
 *     lives of a store, and the same when the event is handled again
 */
public record At(long nowMillis, long freshEpoch) {}
