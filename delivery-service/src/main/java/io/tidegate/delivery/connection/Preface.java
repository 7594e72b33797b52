package io.tidegate.delivery.connection;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import io.netty.channel.ChannelHandlerContext;
import io.netty.handler.codec.ByteToMessageDecoder;
import io.netty.handler.codec.http2.Http2CodecUtil;
import java.util.List;

/**
 * Tells HTTP/2 from HTTP/1.1 by the first bytes (RFC 9113, 3.4), with TLS too, and is gone once
 * that is known. Until then the time of the {@link HttpHandler} behind it runs.
 */
final class Preface extends ByteToMessageDecoder {
  private static final ByteBuf BYTES = Http2CodecUtil.connectionPrefaceBuf();

  static final int LENGTH = BYTES.readableBytes();

  private final Loop loop;
  private final Readiness readiness;

  Preface(Loop loop, Readiness readiness) {
    this.loop = loop;
    this.readiness = readiness;
  }

  @Override
  protected void decode(ChannelHandlerContext context, ByteBuf in, List<Object> out) {
    int known = Math.min(in.readableBytes(), LENGTH);
    if (!ByteBufUtil.equals(BYTES, BYTES.readerIndex(), in, in.readerIndex(), known)) {
      context.pipeline().remove(this);
    } else if (known == LENGTH) {
      Http2Link.to(context.pipeline(), loop, readiness);
      context.pipeline().remove(this);
    }
  }
}
