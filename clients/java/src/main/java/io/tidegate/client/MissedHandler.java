package io.tidegate.client;

/** Told of gaps. */
@FunctionalInterface
public interface MissedHandler {
  /**
   * Something before the messages to come was removed before it could be delivered. Called in its
   * place in their order; where it throws it is called again, as a {@link MessageHandler} is.
   */
  void missed() throws Exception;
}
