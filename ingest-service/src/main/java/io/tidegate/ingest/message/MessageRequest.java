package io.tidegate.ingest.message;

import io.tidegate.contract.Message;
import io.tidegate.contract.UserKey;
import java.util.List;

/**
 * A request that was found good: one message and whom it is for.
 *
 * @param users 1 to {@link MessageParser#MAX_USERS}, distinct, in the order of the request
 * @param message with its payload as it stood in the request
 */
public record MessageRequest(List<UserKey> users, Message message) {}
