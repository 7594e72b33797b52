package io.tidegate.loadtest.offer;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.netty.buffer.ByteBuf;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.SimpleChannelInboundHandler;
import io.netty.handler.codec.http.FullHttpResponse;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpUtil;
import io.netty.handler.ssl.SslHandler;
import io.netty.handler.ssl.SslHandshakeCompletionEvent;
import io.netty.util.concurrent.ScheduledFuture;
import io.tidegate.loadtest.report.Acceptance;
import java.util.Objects;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** One connection of a door: one request, then its answer. */
@SuppressWarnings("FutureReturnValueIgnored") // What fails closes the channel, and that is seen.
final class RestConnection extends SimpleChannelInboundHandler<FullHttpResponse> {
  private static final long TIMEOUT_SECONDS = 30;
  private static final int OK = 200;
  private static final int ACCEPTED = 202;
  private static final String STATUS = "\"status\":";

  private final RestDoor door;
  private @Nullable ChannelHandlerContext context;
  private long @Nullable [] waiting;
  private @Nullable ScheduledFuture<?> timeout;
  private String fault = "broken";

  RestConnection(RestDoor door) {
    this.door = door;
  }

  boolean isOpen() {
    return context().channel().isActive();
  }

  void send(long[] messages, ByteBuf request) {
    waiting = messages;
    timeout = context().executor().schedule(this::timedOut, TIMEOUT_SECONDS, TimeUnit.SECONDS);
    context().writeAndFlush(request);
  }

  private void timedOut() {
    fault = "timeout";
    context().close();
  }

  @Override
  public void handlerAdded(ChannelHandlerContext added) {
    context = added;
  }

  @Override
  public void channelActive(ChannelHandlerContext active) {
    if (active.pipeline().get(SslHandler.class) == null) {
      door.ready(this);
    }
  }

  @Override
  public void userEventTriggered(ChannelHandlerContext happened, Object event) {
    if (event instanceof SslHandshakeCompletionEvent handshake) {
      if (handshake.isSuccess()) {
        door.ready(this);
      } else {
        door.failed(handshake.cause());
      }
    }
  }

  @Override
  protected void channelRead0(ChannelHandlerContext read, FullHttpResponse answer) {
    long[] messages = waiting;
    if (messages == null) {
      read.close();
      return;
    }
    waiting = null;
    Objects.requireNonNull(timeout).cancel(false);
    judge(messages, answer);
    if (!HttpUtil.isKeepAlive(answer)) {
      read.close();
    }
    door.ended(this);
  }

  private void judge(long[] messages, FullHttpResponse answer) {
    int status = answer.status().code();
    String retryAfter = answer.headers().get(HttpHeaderNames.RETRY_AFTER);
    if (status == ACCEPTED) {
      for (long message : messages) {
        door.accepted(message);
      }
    } else if (status == OK) {
      results(messages, answer.content().toString(UTF_8), retryAfter);
    } else {
      refused(messages, status, Integer.toString(status), retryAfter);
    }
  }

  /** A result a line, in the order of the messages. */
  private void results(long[] messages, String body, @Nullable String retryAfter) {
    int start = 0;
    for (long message : messages) {
      int end = body.indexOf('\n', start);
      String line = body.substring(Math.min(start, body.length()), end < 0 ? body.length() : end);
      start = end < 0 ? body.length() : end + 1;
      int status = line.isEmpty() ? 0 : status(line);
      if (status == ACCEPTED) {
        door.accepted(message);
      } else {
        String answer = status == 0 ? "broken" : Acceptance.inLines("" + status);
        door.refused(message, status, answer, retryAfter);
      }
    }
  }

  /** Of a result: a problem has one, what was accepted has none. */
  private static int status(String line) {
    int at = line.indexOf(STATUS);
    if (at < 0) {
      return ACCEPTED;
    }
    int from = at + STATUS.length();
    return from + 3 <= line.length() && line.substring(from, from + 3).matches("[0-9]{3}")
        ? Integer.parseInt(line.substring(from, from + 3))
        : 0;
  }

  private void refused(long[] messages, int status, String answer, @Nullable String retryAfter) {
    for (long message : messages) {
      door.refused(message, status, answer, retryAfter);
    }
  }

  @Override
  public void channelInactive(ChannelHandlerContext inactive) {
    door.gone(this);
    long[] messages = waiting;
    if (messages != null) {
      waiting = null;
      Objects.requireNonNull(timeout).cancel(false);
      refused(messages, 0, fault, null);
      door.ended(this);
    }
  }

  @Override
  public void exceptionCaught(ChannelHandlerContext caught, Throwable cause) {
    door.failed(cause);
    caught.close();
  }

  private ChannelHandlerContext context() {
    return Objects.requireNonNull(context);
  }
}
