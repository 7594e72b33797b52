package io.tidegate.delivery.inbox;

/**
 * A command and the session it is for.
 *
 * @param incarnation of the slot
 * @param n the session's number within the incarnation
 * @param user as in the record, {@code tenant/user}, to report a session that is not held
 */
public record Addressed(long incarnation, long n, String user, InboxCommand command) {}
