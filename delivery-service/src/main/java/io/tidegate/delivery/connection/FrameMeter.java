package io.tidegate.delivery.connection;

import io.netty.buffer.ByteBuf;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.handler.codec.http2.Http2CodecUtil;
import io.netty.handler.codec.http2.Http2Error;
import io.netty.handler.codec.http2.Http2Exception;
import io.netty.handler.codec.http2.Http2FrameTypes;
import io.netty.util.ReferenceCountUtil;
import io.tidegate.delivery.session.FrameBudget;
import java.util.function.LongSupplier;

/**
 * Counts frames of HTTP/2 before they are decoded, those too that are passed over without a word.
 * Beyond the budget the connection ends.
 */
final class FrameMeter extends ChannelInboundHandlerAdapter {
  private static final int LENGTH_BYTES = 3;

  private final FrameBudget budget;
  private final LongSupplier clock;

  /** Bytes that belong to no head: first those of the preface. */
  private int toSkip = Preface.LENGTH;

  /** Of the head that is being read, so many bytes. */
  private int read;

  private int length;
  private boolean exceeded;

  /**
   * @param clock nanoseconds
   */
  FrameMeter(FrameBudget budget, LongSupplier clock) {
    this.budget = budget;
    this.clock = clock;
  }

  @Override
  public void channelRead(ChannelHandlerContext context, Object message) {
    if (!exceeded && message instanceof ByteBuf bytes && !isWithin(bytes)) {
      exceeded = true;
      context.fireExceptionCaught(
          Http2Exception.connectionError(
              Http2Error.ENHANCE_YOUR_CALM, "more frames a second than may be"));
    }
    if (exceeded) {
      ReferenceCountUtil.release(message);
    } else {
      context.fireChannelRead(message);
    }
  }

  private boolean isWithin(ByteBuf bytes) {
    boolean within = true;
    int at = bytes.readerIndex();
    while (at < bytes.writerIndex()) {
      if (toSkip > 0) {
        int skipped = Math.min(toSkip, bytes.writerIndex() - at);
        toSkip -= skipped;
        at += skipped;
      } else {
        within &= isWithin(bytes.getByte(at));
        at++;
      }
    }
    return within;
  }

  /** The next byte of a head. */
  private boolean isWithin(byte next) {
    int place = read;
    read = (read + 1) % Http2CodecUtil.FRAME_HEADER_LENGTH;
    if (place < LENGTH_BYTES) {
      length = length << Byte.SIZE | (next & 0xFF);
      return true;
    }
    if (read == 0) {
      toSkip = length;
      length = 0;
    }
    if (place > LENGTH_BYTES) {
      return true;
    }
    long now = clock.getAsLong();
    return next == Http2FrameTypes.HEADERS ? budget.admitsRequest(now) : budget.admitsFrame(now);
  }
}
