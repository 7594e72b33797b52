package io.tidegate.fanout.sequencer;

import org.jspecify.annotations.Nullable;

/**
 * Why a message waits.
 *
 * @param sinceMillis when it arrived, epoch milliseconds
 * @param waitsFor {@code deliver_at}, {@code session} (no device is connected), {@code
 *     device_urgency} (none that is connected wants it), {@code window} (of those that do none has
 *     room), {@code limit}, {@code cap}, {@code quiet_hours}, {@code smoothing}, {@code batch},
 *     {@code pressure} (the system is busy), or {@code turn} (it goes at once, or as soon as those
 *     before it have gone)
 * @param rule of the policy, where one holds it: a limit's or cap's name
 * @param notBeforeMillis the first instant at which it may go, if those before it leave it room;
 *     null where no instant decides it
 */
public record WaitView(
    String id,
    String source,
    String urgency,
    @Nullable String category,
    long sinceMillis,
    String waitsFor,
    @Nullable String rule,
    @Nullable Long notBeforeMillis) {}
