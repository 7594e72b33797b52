package io.tidegate.delivery.outgoing;

import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.handler.codec.DecoderException;
import io.netty.handler.codec.http.HttpContent;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpObject;
import io.netty.handler.codec.http.HttpResponse;
import io.netty.handler.codec.http.HttpUtil;
import io.netty.handler.codec.http.LastHttpContent;
import io.netty.util.ReferenceCountUtil;
import io.tidegate.delivery.webhook.Result;
import io.tidegate.delivery.webhook.RetryAfter;
import java.io.IOException;
import java.net.ProtocolException;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/** Reads the answers of one connection of a {@link Line}: their heads, and past their bodies. */
@SuppressWarnings("FutureReturnValueIgnored") // Nobody waits for a close.
final class AnswerReader extends ChannelInboundHandlerAdapter {
  private static final int FIRST_FINAL = 200;
  private static final int MOST_INTERIM = 10;

  private final Line line;
  private final LongSupplier wallMillis;

  /** Of the answer that is being read; null: none is. */
  private @Nullable Answer head;

  private boolean keepAlive;
  private boolean interim;
  private int interims;
  private long received;

  AnswerReader(Line line, LongSupplier wallMillis) {
    this.line = line;
    this.wallMillis = wallMillis;
  }

  /** What the answer says of which not all has come. */
  @Nullable Answer headSoFar() {
    return head;
  }

  @Override
  public void channelRead(ChannelHandlerContext ctx, Object read) {
    try {
      if (!line.isOf(ctx.channel()) || !(read instanceof HttpObject object)) {
        return;
      }
      if (!line.isWaiting() || object.decoderResult().isFailure()) {
        ctx.close();
        fail(
            line.isWaiting()
                ? new ProtocolException("no HTTP")
                : new ProtocolException("an answer to nothing"));
        return;
      }
      if (object instanceof HttpResponse response) {
        begin(ctx, response);
      }
      if (object instanceof HttpContent content) {
        received += content.content().readableBytes();
        goOn(content instanceof LastHttpContent);
      }
    } finally {
      ReferenceCountUtil.release(read);
    }
  }

  private void begin(ChannelHandlerContext ctx, HttpResponse response) {
    int status = response.status().code();
    interim = status < FIRST_FINAL;
    if (interim) {
      if (++interims > MOST_INTERIM) {
        ctx.close();
        fail(new ProtocolException("answers without an end"));
      }
      return;
    }
    String later = response.headers().get(HttpHeaderNames.RETRY_AFTER);
    head =
        new Answer(
            Result.of(status),
            status,
            RetryAfter.nanos(later, wallMillis.getAsLong()),
            "answered " + status);
    keepAlive = HttpUtil.isKeepAlive(response);
    received = 0;
  }

  private void goOn(boolean last) {
    Answer answer = head;
    if (interim || answer == null) {
      return;
    }
    boolean tooMuch = received > line.mostAnswerBytes();
    if (last || tooMuch) {
      head = null;
      interims = 0;
      line.answered(answer, keepAlive && !tooMuch);
    }
  }

  private void fail(Throwable cause) {
    head = null;
    line.broken(cause);
  }

  @Override
  public void channelInactive(ChannelHandlerContext ctx) {
    if (!line.isOf(ctx.channel())) {
      return;
    }
    Answer answer = head;
    if (answer != null) {
      // What the head says holds, whatever became of the rest.
      head = null;
      line.answered(answer, false);
    } else {
      line.broken(new IOException("the connection was closed"));
    }
  }

  @Override
  public void exceptionCaught(ChannelHandlerContext ctx, Throwable cause) {
    boolean mine = line.isOf(ctx.channel());
    ctx.close();
    if (mine) {
      fail(
          cause instanceof DecoderException && cause.getCause() != null ? cause.getCause() : cause);
    }
  }
}
