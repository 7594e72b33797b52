package io.tidegate.delivery.connection;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import io.netty.handler.codec.http.websocketx.WebSocketFrame;
import java.io.ByteArrayOutputStream;
import org.jspecify.annotations.Nullable;

/** Puts one client's messages together from their frames, within a bound. */
final class TextMessages {
  private final int maxBytes;
  private @Nullable ByteArrayOutputStream fragments;
  private boolean packed;

  TextMessages(int maxBytes) {
    this.maxBytes = maxBytes;
  }

  /** Whether the message is within the bound with this frame. */
  boolean fits(WebSocketFrame part) {
    int before = fragments == null ? 0 : fragments.size();
    return before + part.content().readableBytes() <= maxBytes;
  }

  /**
   * A message's first frame is next.
   *
   * @param isPacked whether the message is compressed
   */
  void begin(boolean isPacked) {
    packed = isPacked;
  }

  /** Whether the message is compressed. */
  boolean isPacked() {
    return packed;
  }

  /** Takes a frame that fits; the message that ends with it, else null. */
  byte @Nullable [] add(WebSocketFrame part) {
    ByteBuf content = part.content();
    byte[] bytes = ByteBufUtil.getBytes(content);
    if (fragments == null && part.isFinalFragment()) {
      return bytes;
    }
    if (fragments == null) {
      fragments = new ByteArrayOutputStream();
    }
    fragments.writeBytes(bytes);
    if (!part.isFinalFragment()) {
      return null;
    }
    byte[] whole = fragments.toByteArray();
    fragments = null;
    return whole;
  }

  /** Forgets the fragments so far. */
  void drop() {
    fragments = null;
  }
}
