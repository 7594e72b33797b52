package io.tidegate.client.link;

import io.tidegate.client.protocol.Transport;
import java.util.function.Consumer;

/** Makes links. */
public interface Dialer {
  /** A link that begins at once. Called on the loop. */
  Link dial(Transport transport, LinkListener listener);

  /**
   * Whether a WebSocket can be had: opens one, says nothing, and closes it.
   *
   * @param answer called on the loop, once
   */
  void reaches(Consumer<Boolean> answer);
}
