package io.tidegate.delivery.connection;

import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFutureListener;
import io.netty.channel.ChannelHandlerContext;
import io.netty.handler.codec.http.DefaultHttpResponse;
import io.netty.handler.codec.http.FullHttpResponse;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpHeaderValues;
import io.netty.handler.codec.http.HttpResponse;
import io.netty.handler.codec.http.HttpResponseStatus;
import io.netty.handler.codec.http.HttpServerCodec;
import io.netty.handler.codec.http.HttpVersion;
import io.netty.handler.codec.http.LastHttpContent;
import io.netty.util.ReferenceCountUtil;
import io.tidegate.contract.ClientProtocol;
import io.tidegate.contract.CloseCode;
import io.tidegate.contract.Problem;
import io.tidegate.delivery.frame.EventFrame;
import io.tidegate.delivery.frame.Frame;
import io.tidegate.delivery.inbox.InboxCommand;
import io.tidegate.delivery.metrics.DeliveryMetrics.Transport;
import io.tidegate.delivery.session.SessionLimits;
import java.time.Duration;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * One stream of Server-Sent Events. The answer begins when the sequencer has taken the session, so
 * that one which it does not want is refused with a status, after which no browser comes again by
 * itself. From then on it is bytes until the connection's end, without chunks, or the stream's of
 * HTTP/2, so that events which many are sent need nothing of their own around them.
 */
@SuppressWarnings("FutureReturnValueIgnored") // A write that fails closes its channel.
final class EventStreamHandler extends ConnectionHandler {
  static final String MEDIA_TYPE = "text/event-stream";

  private static final byte[] COMMENT = EventFrame.comment();

  /** When clients come again that lose a connection: not all at once. */
  private static final long RETRY_LEAST_MILLIS = 1_000;

  private static final long RETRY_MOST_MILLIS = 5_000;

  private final boolean ackOnWrite;
  private final boolean comesAgain;

  /** What the answer begins with; null once it has. */
  private @Nullable Cors cors;

  /** What the client had taken at the last comment. */
  private long takenThen;

  /**
   * @param comesAgain whether a browser lost its connection a moment ago
   */
  EventStreamHandler(Loop loop, boolean ackOnWrite, boolean comesAgain, Cors cors) {
    super(loop);
    this.comesAgain = comesAgain;
    this.ackOnWrite = ackOnWrite;
    this.cors = cors;
  }

  @Override
  Transport transport() {
    return Transport.STREAM;
  }

  // To the client.

  @Override
  void tell(InboxCommand command) {
    Frame frame = command.told();
    long epoch = session().epoch();
    switch (command) {
      case InboxCommand.Attach attach -> {
        answer();
        outlet().write(EventFrame.of(ClientProtocol.WELCOME, epoch, attach.seq(), frame));
      }
      case InboxCommand.Push push ->
          outlet().write(EventFrame.of(ClientProtocol.PUSH, epoch, push.last(), frame));
      case InboxCommand.Reset reset ->
          outlet().write(EventFrame.of(ClientProtocol.RESET, epoch, reset.seq(), frame));
      case InboxCommand.Live live -> outlet().write(frame.asEvent(ClientProtocol.LIVE));
      case InboxCommand.Kick kick -> throw new IllegalStateException("a kick has no event");
    }
  }

  private void answer() {
    Cors told = cors;
    // Of a socket that was closed a moment ago the number may be another's already.
    if (told == null || !context().channel().isActive()) {
      return;
    }
    cors = null;
    HttpResponse response = new DefaultHttpResponse(HttpVersion.HTTP_1_1, HttpResponseStatus.OK);
    response
        .headers()
        .set(HttpHeaderNames.CONTENT_TYPE, MEDIA_TYPE)
        .set(HttpHeaderNames.CACHE_CONTROL, HttpHeaderValues.NO_STORE)
        .set(HttpHeaderNames.CONNECTION, HttpHeaderValues.CLOSE)
        // Proxies that would gather the answer first are known to understand this.
        .set("x-accel-buffering", "no");
    told.tell(response.headers());
    context().write(response, context().voidPromise());
    if (!StreamCodec.isOn(context().channel())) {
      context().pipeline().remove(HttpServerCodec.class);
      noticeSilence(context().channel(), loop().settings().session());
    }
    outlet().writeNow(retry(RETRY_LEAST_MILLIS, RETRY_MOST_MILLIS));
  }

  /** A client cannot answer pings here, so the kernel looks whether anyone acks their bytes. */
  static void noticeSilence(Channel channel, SessionLimits limits) {
    long nanos = limits.ping() + limits.pong();
    int millis = (int) Math.min(Integer.MAX_VALUE, TimeUnit.NANOSECONDS.toMillis(nanos));
    SocketIo.noticeSilence(channel, millis);
  }

  private static byte[] retry(long leastMillis, long mostMillis) {
    return EventFrame.retry(ThreadLocalRandom.current().nextLong(leastMillis, mostMillis + 1));
  }

  @Override
  void ping() {
    outlet().writeNow(COMMENT);
    takenThen = outlet().taken();
  }

  @Override
  boolean tellGoaway(Frame frame, Duration least, Duration most) {
    outlet().writeNow(retry(least.toMillis(), most.toMillis()));
    outlet().writeNow(frame.asEvent(ClientProtocol.GOAWAY));
    return true;
  }

  @Override
  void tellClose(CloseCode code, @Nullable String detail) {
    Cors told = cors;
    Problem problem = HttpAnswer.refusal(code, detail);
    if (told != null && problem != null) {
      FullHttpResponse response = HttpAnswer.of(problem);
      response.headers().set(HttpHeaderNames.CONNECTION, HttpHeaderValues.CLOSE);
      told.tell(response.headers());
      context().writeAndFlush(response).addListener(ChannelFutureListener.CLOSE);
      return;
    }
    answer();
    outlet().writeNow(EventFrame.close(code, detail));
    // Behind it, and with it at the end of the turn.
    boolean shared = StreamCodec.isOn(context().channel());
    Object end = shared ? LastHttpContent.EMPTY_LAST_CONTENT : Unpooled.EMPTY_BUFFER;
    context().write(end).addListener(ChannelFutureListener.CLOSE);
  }

  // From the client.

  @Override
  public void channelRead(ChannelHandlerContext ctx, Object message) {
    ReferenceCountUtil.release(message);
    close(CloseCode.BAD_FRAME, "nothing may follow the request of a stream", loop().now());
  }

  @Override
  void tick(long now) {
    // On a connection that others share it may never be all.
    boolean shared = StreamCodec.isOn(context().channel());
    if (outlet().isEmpty() || (shared && outlet().taken() > takenThen)) {
      session().onTaken();
    }
    super.tick(now);
  }

  @Override
  public boolean comesAgain() {
    return comesAgain;
  }

  @Override
  boolean acksOnWrite() {
    return ackOnWrite;
  }
}
