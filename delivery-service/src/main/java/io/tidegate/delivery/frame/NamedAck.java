package io.tidegate.delivery.frame;

/**
 * Every message up to and including {@code seq} is stored by the device of that session.
 *
 * @param seq 0 or more
 */
public record NamedAck(SessionName session, long seq) {}
