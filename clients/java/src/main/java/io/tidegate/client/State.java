package io.tidegate.client;

import io.tidegate.client.protocol.Mode;
import io.tidegate.client.protocol.Transport;
import java.time.Duration;

/** Where a client stands. */
public sealed interface State {
  /** It connects. */
  record Connecting(Transport transport) implements State {}

  /**
   * A session stands.
   *
   * @param backlog at most so many messages come at once because they waited
   */
  record Open(Transport transport, Mode mode, long backlog) implements State {}

  /**
   * It comes again.
   *
   * @param delay until the next attempt
   * @param code a close code of docs/PROTOCOL.md, or the HTTP status of a refusal; 0: there was
   *     none
   */
  record Waiting(Duration delay, String reason, int code) implements State {}

  /**
   * It does not come again.
   *
   * @param code as above; 0 also where {@link Tidegate#close} was called
   */
  record Closed(String reason, int code) implements State {}
}
