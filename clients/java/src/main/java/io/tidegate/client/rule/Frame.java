package io.tidegate.client.rule;

import io.tidegate.client.protocol.Cursor;
import io.tidegate.client.protocol.Message;
import io.tidegate.client.protocol.Mode;
import java.util.List;

/** What a worker says. */
public sealed interface Frame {
  /**
   * @param head the highest number released so far
   * @param session names it in acks that are requests
   */
  record Welcome(Cursor at, Mode mode, long head, String session) implements Frame {}

  /**
   * @param prev the number of the message that the session was sent before
   * @param messages with rising numbers
   */
  record Push(long prev, List<Message> messages) implements Frame {}

  /** Messages that are delivered now or never. */
  record Live(List<Message> messages) implements Frame {}

  /** Something up to there was removed undelivered. */
  record Reset(Cursor at) implements Frame {}

  /** The worker is about to close. */
  record GoAway(Range stay) implements Frame {}

  /**
   * @param expires for how many milliseconds the token that was shown is good
   */
  record Token(long expires) implements Frame {}

  /**
   * The last of a stream, in place of a close code.
   *
   * @param reconnect the code's rule
   */
  record Close(int code, String reason, String reconnect) implements Frame {}
}
