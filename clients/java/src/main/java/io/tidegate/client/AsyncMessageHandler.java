package io.tidegate.client;

import io.tidegate.client.protocol.Message;
import java.util.concurrent.CompletionStage;

/** A {@link MessageHandler} that goes on behind its return. */
@FunctionalInterface
public interface AsyncMessageHandler {
  /**
   * The message is handled when the stage completes, and the next one is handed over then. Where it
   * completes exceptionally, or this throws, the same message comes again as it does with a {@link
   * MessageHandler}.
   */
  CompletionStage<?> handle(Message message) throws Exception;
}
