package io.tidegate.delivery.slot;

/**
 * How hard a worker has it, as its heartbeat says.
 *
 * @param connections open sessions
 * @param unwritablePermille of a thousand attached connections, those whose socket takes no more
 *     now, 0 to 1,000
 * @param loopDelayMillis how late an event loop came to its timer, at the worst since this was
 *     asked for last
 * @param full whether it should have no more connections
 */
public record Load(int connections, int unwritablePermille, int loopDelayMillis, boolean full) {}
