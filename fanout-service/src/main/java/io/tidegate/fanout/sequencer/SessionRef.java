package io.tidegate.fanout.sequencer;

/**
 * One connection of one device, unique for ever.
 *
 * @param slot the worker's slot, which is its inbox partition
 * @param incarnation rises with every start of the slot's worker
 * @param n counts the worker's sessions from 1
 */
public record SessionRef(int slot, long incarnation, long n) {}
