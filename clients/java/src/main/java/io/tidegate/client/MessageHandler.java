package io.tidegate.client;

import io.tidegate.client.protocol.Message;

/** Handles messages, one after the other, in order. */
@FunctionalInterface
public interface MessageHandler {
  /**
   * The message is handled when this returns: then the cursor is stored, then the message is acked.
   * Where it throws, the same message comes again after 0.5 s at first and 30 s at most, and
   * nothing passes it.
   */
  void handle(Message message) throws Exception;
}
