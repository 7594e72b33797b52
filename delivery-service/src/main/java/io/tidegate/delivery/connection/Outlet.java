package io.tidegate.delivery.connection;

import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelHandlerContext;
import io.tidegate.delivery.session.Backlog;
import org.jspecify.annotations.Nullable;

/**
 * The way to one client. Frames go out as finished bytes, past any encoder, and are flushed at the
 * end of the event loop's turn; what the socket does not take now waits in a {@link Backlog}.
 */
@SuppressWarnings("FutureReturnValueIgnored") // A write that fails closes its channel.
final class Outlet {
  private final Loop loop;
  private final ChannelHandlerContext context;
  private @Nullable Backlog backlog;
  private boolean flushDue;

  Outlet(Loop loop, ChannelHandlerContext context) {
    this.loop = loop;
    this.context = context;
  }

  /** Whether a frame would go to the socket now. */
  boolean isClear() {
    return (backlog == null || backlog.isEmpty()) && context.channel().isWritable();
  }

  boolean isTooSlow(long now) {
    return backlog != null && backlog.isTooSlow(now);
  }

  /** Behind what waits. */
  void write(byte[] frame, long now) {
    if (isClear()) {
      writeNow(frame);
      return;
    }
    if (backlog == null) {
      backlog = new Backlog(loop.settings().backlog());
    }
    backlog.add(frame, now);
  }

  /** Before what waits. */
  void writeNow(byte[] frame) {
    context.write(Unpooled.wrappedBuffer(frame), context.voidPromise());
    if (!flushDue) {
      flushDue = true;
      loop.flushLater(this);
    }
  }

  /** The end of the event loop's turn. */
  void flush() {
    flushDue = false;
    context.flush();
  }

  /** The socket takes more, or less. */
  void onWritability() {
    if (backlog == null) {
      return;
    }
    while (context.channel().isWritable()) {
      byte[] frame = backlog.poll();
      if (frame == null) {
        // Most clients fall behind once and never again.
        backlog = null;
        return;
      }
      writeNow(frame);
    }
  }

  void dropBacklog() {
    backlog = null;
  }
}
