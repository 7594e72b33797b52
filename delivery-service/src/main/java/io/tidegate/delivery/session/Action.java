package io.tidegate.delivery.session;

import io.tidegate.contract.CloseCode;
import io.tidegate.delivery.frame.ClientFrame;
import org.jspecify.annotations.Nullable;

/** What the shell does after an event of a session. */
public sealed interface Action {

  /** Actions that carry nothing, so that the hot path makes no garbage. */
  enum Plain implements Action {
    NOTHING,
    /** Write the frame of the command. */
    SEND,
    /** Do not obey the command: a repetition, or too early. */
    IGNORE,
    /** Write a ping. */
    PING,
    /** Tell the client to go, and come again. */
    GOAWAY,
    /** The session's ack rose: it is to reach the sequencer. */
    ACK,
    /** Tell the sequencer that the session is over. */
    DOWN,
    /** Cut the connection; everything was said. */
    DISCONNECT
  }

  /** Tell the sequencer that the session wants to attach. */
  record Announce(ClientFrame.Hello hello) implements Action {}

  /**
   * Write a close frame, then wait for the client's.
   *
   * @param detail what to tell the client; null: what the code stands for
   * @param down whether to tell the sequencer that the session is over
   */
  record Close(CloseCode code, @Nullable String detail, boolean down) implements Action {}
}
