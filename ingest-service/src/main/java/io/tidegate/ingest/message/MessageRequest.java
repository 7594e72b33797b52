package io.tidegate.ingest.message;

import io.tidegate.contract.Message;
import io.tidegate.contract.Recipient;
import java.util.List;

/**
 * A request that was found good: one message and whom it is for.
 *
 * @param to 1 to {@link MessageParser#MAX_USERS} users, distinct, in the order of the request; or
 *     one group; or everyone. One record for each
 * @param message with its payload as it stood in the request
 */
public record MessageRequest(List<Recipient> to, Message message) {}
