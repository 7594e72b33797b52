package io.tidegate.client.rule;

import io.tidegate.client.protocol.Cursor;
import io.tidegate.client.protocol.Message;
import org.jspecify.annotations.Nullable;

/** What is to be handled next, in the order in which it came. */
public sealed interface Item {
  /** Where the device stands once it is handled; null: it moves nothing. */
  @Nullable Cursor at();

  /** A message, a live one without a cursor. */
  record Told(Message message) implements Item {
    @Override
    public @Nullable Cursor at() {
      return message.cursor();
    }
  }

  /** Something up to there was removed before it could be delivered. */
  record Missed(Cursor at) implements Item {}

  /** Nothing for the application: the device stands there. */
  record Begin(Cursor at) implements Item {}
}
