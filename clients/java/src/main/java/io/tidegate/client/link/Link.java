package io.tidegate.client.link;

import java.util.concurrent.CompletableFuture;

/** One connection, which begins at once. Used on the loop. */
public interface Link {
  /** Whether every sign of life is heard: silence then means that the connection is dead. */
  boolean hearsPings();

  /** Whether another token can be shown within the connection. */
  boolean showsTokens();

  /**
   * Says that everything up to {@code seq} is stored.
   *
   * @param session as the welcome names it
   */
  void ack(long seq, String session);

  /** Shows another token, where {@link #showsTokens}. */
  void token(String token);

  /** There is room for more, where there was none. */
  void more();

  /**
   * Ends it. Nothing is told any more.
   *
   * @param now without a word, because the other side may be gone; else in good order
   * @return completes, always and within seconds, when what was said has left
   */
  CompletableFuture<Void> end(boolean now);
}
