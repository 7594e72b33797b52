package io.tidegate.delivery.connection;

import io.tidegate.contract.CloseCode;
import io.tidegate.delivery.frame.ClientFrame;
import io.tidegate.delivery.inbox.InboxCommand;
import io.tidegate.delivery.session.Session;
import org.jspecify.annotations.Nullable;

/** Who has a session on a loop: a client's connection, or an endpoint that requests go to. */
interface Guest {
  Session session();

  /** Does what the sequencer wants; a fault ends this session and no other. */
  void obey(InboxCommand command, long now);

  /** Ends the session, where it has not ended. */
  void close(CloseCode code, @Nullable String detail, long now);

  /** It is the turn of the session, which waited for that. */
  void begin(ClientFrame.Hello hello, long now);

  /** Whether it says that it was here before, though not how far it had got. */
  default boolean comesAgain() {
    return false;
  }
}
