package io.tidegate.fanout.sequencer;

import io.tidegate.contract.UserKey;

/**
 * A user that asked to be woken.
 *
 * @param atMillis the instant asked for, epoch milliseconds
 */
public record DueUser(long atMillis, UserKey user) {}
