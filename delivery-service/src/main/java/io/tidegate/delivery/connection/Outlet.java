package io.tidegate.delivery.connection;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelOutboundBuffer;
import io.tidegate.delivery.frame.Frame;
import io.tidegate.delivery.session.Backlog;
import io.tidegate.delivery.session.Progress;
import org.jspecify.annotations.Nullable;

/**
 * The way to one client. Frames go out as finished bytes, past any encoder, and are flushed at the
 * end of the event loop's turn; what the socket does not take now waits in a {@link Backlog}.
 */
@SuppressWarnings("FutureReturnValueIgnored") // A write that fails closes its channel.
final class Outlet {
  /**
   * The high water mark. Without TLS a channel with so much before its flush takes no more; TLS
   * keeps what is not flushed, so that it would look writable until then.
   */
  private static final int MOST_UNFLUSHED = 32 * 1024;

  private final ChannelHandlerContext context;
  private final ConnectionHandler client;
  private @Nullable Backlog backlog;
  private @Nullable Progress progress;
  private boolean flushDue;
  private boolean full;

  /** Bytes that were passed on since the last flush. */
  private int unflushed;

  /** Bytes of all frames that were to leave. */
  private long accepted;

  Outlet(ChannelHandlerContext context, ConnectionHandler client) {
    this.context = context;
    this.client = client;
  }

  /** Whether a frame would go to the socket now. */
  boolean isClear() {
    return backlog == null && takesMore();
  }

  private boolean takesMore() {
    return unflushed < MOST_UNFLUSHED && context.channel().isWritable();
  }

  /** Whether so much waited that nothing may follow it any more. */
  boolean isFull() {
    return full;
  }

  /** Whether all that waited behind the socket's share has gone there. */
  boolean isDrained() {
    return backlog == null;
  }

  /** Whether the socket has taken everything so far. */
  boolean isEmpty() {
    Channel channel = context.channel();
    return unflushed == 0
        && channel.isActive()
        && waiting() == 0
        && !(StreamCodec.isOn(channel) && StreamCodec.isBroken(channel));
  }

  /** Bytes that a stream of HTTP/2 has taken so far; only there are they known to the byte. */
  long taken() {
    return accepted - waiting();
  }

  /** Looks at what has left; once a second. */
  void tick(long now) {
    count();
    long waiting = waiting();
    if (waiting <= 0) {
      progress = null;
      return;
    }
    if (progress == null) {
      progress = new Progress(client.loop().settings().progress(), accepted - waiting, now);
    }
    progress.look(waiting + client.heldBytes(), accepted - waiting, now);
  }

  /** Whether something waits, and the client takes of it. */
  boolean isFlowing() {
    return progress != null && progress.isMade();
  }

  boolean isTooSlow() {
    return progress != null && progress.isTooSlow();
  }

  /** What waits is counted with what waits for others. */
  void count() {
    client.loop().waits(client, waiting() + client.heldBytes());
  }

  /** Bytes that wait behind the socket's share. */
  long backlogBytes() {
    return backlog == null ? 0 : backlog.bytes();
  }

  /** Bytes that the socket has not taken yet, those of a frame that it has begun with included. */
  private long waiting() {
    return backlogBytes() + waitingIn(context.channel());
  }

  /** The same of what was given to the channel. */
  static long waitingIn(Channel channel) {
    if (StreamCodec.isOn(channel)) {
      return StreamCodec.waitingIn(channel);
    }
    ChannelOutboundBuffer buffer = channel.unsafe().outboundBuffer();
    return buffer == null ? 0 : buffer.totalPendingWriteBytes() - buffer.currentProgress();
  }

  /** Behind what waits. */
  void write(Frame frame) {
    if (isClear()) {
      writeNow(frame);
      return;
    }
    if (backlog == null) {
      backlog = new Backlog(client.loop().settings().backlogBytes());
    }
    accepted += frame.length();
    backlog.add(frame);
    full |= backlog.isFull();
    count();
  }

  /** Before what waits. */
  void writeNow(byte[] frame) {
    writeNow(Frame.of(frame));
  }

  void writeNow(Frame frame) {
    accepted += frame.length();
    pass(frame);
  }

  private void pass(Frame frame) {
    // One buffer, so that nothing comes between its parts.
    ByteBuf bytes =
        frame.tail().length() == 0
            ? Unpooled.wrappedBuffer(frame.own())
            : Unpooled.wrappedBuffer(frame.own(), frame.tail().bytes());
    context.write(bytes, context.voidPromise());
    unflushed += frame.length();
    if (!flushDue) {
      flushDue = true;
      client.loop().flushLater(this);
    }
  }

  /** The end of the event loop's turn. */
  void flush() {
    flushDue = false;
    unflushed = 0;
    context.flush();
    // What waited for this flush, and not for the socket, is told by nobody else.
    onWritability();
    client.flushed();
  }

  /** The socket takes more, or less. */
  void onWritability() {
    if (backlog != null) {
      takeOn();
    }
    count();
  }

  private void takeOn() {
    while (takesMore()) {
      Frame frame = backlog == null ? null : backlog.poll();
      if (frame == null) {
        // Most clients fall behind once and never again.
        backlog = null;
        return;
      }
      pass(frame);
    }
  }

  void dropBacklog() {
    if (backlog != null) {
      accepted -= backlog.bytes();
      backlog = null;
      count();
    }
  }
}
