package io.tidegate.delivery.connection;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelFutureListener;
import io.netty.channel.ChannelHandlerContext;
import io.netty.handler.codec.http.FullHttpResponse;
import io.netty.handler.codec.http.HttpContent;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpHeaderValues;
import io.netty.handler.codec.http.HttpMethod;
import io.netty.handler.codec.http.HttpRequest;
import io.netty.handler.codec.http.HttpResponseStatus;
import io.netty.handler.codec.http.HttpServerCodec;
import io.netty.handler.codec.http.HttpUtil;
import io.netty.handler.codec.http.LastHttpContent;
import io.netty.handler.codec.http.websocketx.WebSocket13FrameDecoder;
import io.netty.handler.codec.http.websocketx.WebSocketDecoderConfig;
import io.netty.util.ReferenceCountUtil;
import io.tidegate.contract.ClientProtocol;
import io.tidegate.contract.Problem;
import io.tidegate.delivery.health.Health;
import io.tidegate.delivery.metrics.DeliveryMetrics;
import java.util.ArrayDeque;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A connection before its upgrade: health, metrics, and the way to the WebSocket. After the 101 its
 * place is taken by a {@link ConnectionHandler}.
 *
 * <p>A client that asks and does not read costs one answer: while one is on its way nothing more is
 * read, and what the last read held behind it waits here, undone. Such a client does not stay,
 * since only a request for which nothing had to wait renews the deadline, and a connection has so
 * many.
 *
 * <p>Origin is not checked: hello names its user, or shows a token, and no cookie does, so a page
 * of another origin can do nothing here that any other client could not.
 */
@SuppressWarnings("FutureReturnValueIgnored") // A write that fails closes its channel.
final class HttpHandler extends Registered {
  private static final Logger LOGGER = LoggerFactory.getLogger(HttpHandler.class);
  private static final String LIVE = "/health/live";
  private static final String READY = "/health/ready";
  private static final String METRICS = "/metrics";

  /** No request here has a use for a body. */
  private static final int MAX_BODY_BYTES = 16 * 1024;

  /** The last answer says close; probes and scrapes connect anew now and then. */
  private static final int MAX_REQUESTS = 100;

  private enum Phase {
    READING,
    /** An answer is on its way. */
    ANSWERING,
    /** The last answer is on its way. */
    ENDING
  }

  private final Loop loop;
  private final Health.Source health;

  /** Set when the handler is added, before anything else can happen. */
  @SuppressWarnings("NullAway.Init")
  private ChannelHandlerContext context;

  /**
   * What came in the same read behind a request whose answer is on its way: 1 KiB at most, with TLS
   * 16.
   */
  private final ArrayDeque<Object> waiting = new ArrayDeque<>(0);

  private Phase phase = Phase.READING;
  private @Nullable HttpRequest request;
  private int requests;
  private int bodyBytes;
  private long deadline;

  HttpHandler(Loop loop, Health.Source health) {
    this.loop = loop;
    this.health = health;
  }

  @Override
  public void handlerAdded(ChannelHandlerContext added) {
    context = added;
    renewDeadline();
    loop.add(this);
  }

  @Override
  public void handlerRemoved(ChannelHandlerContext removed) {
    loop.remove(this);
    dropWaiting();
  }

  @Override
  void tick(long nowNanos) {
    if (nowNanos - deadline >= 0) {
      context.close();
    }
  }

  private void renewDeadline() {
    deadline = loop.now() + loop.settings().requestNanos();
  }

  @Override
  public void channelRead(ChannelHandlerContext ctx, Object message) {
    switch (phase) {
      case READING -> take(message, false);
      case ANSWERING -> waiting.add(message);
      case ENDING -> ReferenceCountUtil.release(message);
    }
  }

  /**
   * @param waited behind an answer
   */
  private void take(Object message, boolean waited) {
    try {
      if (message instanceof HttpRequest begun) {
        request = begun;
        bodyBytes = 0;
      }
      HttpRequest current = request;
      if (current == null || !(message instanceof HttpContent content)) {
        return;
      }
      bodyBytes += content.content().readableBytes();
      if (current.decoderResult().isFailure() || content.decoderResult().isFailure()) {
        request = null;
        refuse(Problem.Kind.INVALID_REQUEST.problem("not a legal HTTP request"), false);
      } else if (bodyBytes > MAX_BODY_BYTES) {
        request = null;
        refuse(
            Problem.Kind.TOO_LARGE.problem("a body of more than " + MAX_BODY_BYTES + " bytes"),
            false);
      } else if (message instanceof LastHttpContent) {
        request = null;
        requests++;
        if (!waited) {
          renewDeadline();
        }
        route(current, waited);
      }
    } finally {
      ReferenceCountUtil.release(message);
    }
  }

  private void route(HttpRequest whole, boolean waited) {
    String uri = whole.uri();
    int query = uri.indexOf('?');
    String path = query < 0 ? uri : uri.substring(0, query);
    boolean keepAlive = HttpUtil.isKeepAlive(whole) && requests < MAX_REQUESTS;
    boolean known =
        switch (path) {
          case ClientProtocol.CONNECT_PATH, LIVE, READY, METRICS -> true;
          default -> false;
        };
    if (!known) {
      refuse(
          Problem.Kind.NOT_FOUND.problem("nothing is here; try " + ClientProtocol.CONNECT_PATH),
          keepAlive);
      return;
    }
    if (!whole.method().equals(HttpMethod.GET)) {
      FullHttpResponse refusal =
          HttpAnswer.of(Problem.Kind.METHOD_NOT_ALLOWED.problem("only GET is"));
      refusal.headers().set(HttpHeaderNames.ALLOW, HttpMethod.GET);
      answer(refusal, keepAlive);
      return;
    }
    switch (path) {
      case LIVE -> answer(HttpAnswer.of(health.live()), keepAlive);
      case READY -> answer(HttpAnswer.of(health.ready()), keepAlive);
      case METRICS ->
          answer(
              HttpAnswer.of(
                  HttpResponseStatus.OK,
                  DeliveryMetrics.contentType(),
                  loop.metrics().scrape().getBytes(UTF_8)),
              keepAlive);
      default -> upgrade(whole, waited, keepAlive);
    }
  }

  private void upgrade(HttpRequest whole, boolean waited, boolean keepAlive) {
    Problem problem = Upgrade.check(whole.headers());
    if (problem != null) {
      loop.metrics().refused(DeliveryMetrics.Refusal.BAD_REQUEST);
      refuse(problem, keepAlive);
    } else if (waited) {
      // What came behind it was taken for HTTP already.
      loop.metrics().refused(DeliveryMetrics.Refusal.BAD_REQUEST);
      refuse(
          Problem.Kind.INVALID_REQUEST.problem("an upgrade has to wait for the answers before it"),
          false);
    } else if (!loop.isOpen()) {
      loop.metrics().refused(DeliveryMetrics.Refusal.NOT_READY);
      refuse(Problem.Kind.TEMPORARY_REDUCED_CAPACITY.problem("the worker is not ready"), false);
    } else if (!loop.admission().enterSession()) {
      loop.metrics().refused(DeliveryMetrics.Refusal.OVERLOADED);
      refuse(
          Problem.Kind.TEMPORARY_REDUCED_CAPACITY.problem(
              "the worker has its " + loop.admission().maxSessions() + " connections"),
          false);
    } else {
      become(whole);
    }
  }

  /** The WebSocket's pipeline: a decoder and one handler; frames are written as finished bytes. */
  private void become(HttpRequest whole) {
    context
        .pipeline()
        .addLast(
            new WebSocket13FrameDecoder(
                WebSocketDecoderConfig.newBuilder()
                    .maxFramePayloadLength(loop.settings().maxFrameBytes())
                    .expectMaskedFrames(true)
                    .allowExtensions(false)
                    // Our handler closes, so that each close is counted and told to the sequencer.
                    .closeOnProtocolViolation(false)
                    .build()))
        .addLast(new ConnectionHandler(loop));
    context.writeAndFlush(Upgrade.accept(whole.headers()), context.voidPromise());
    // In this order, so that what the client sent right behind its request goes to the decoder.
    context.pipeline().remove(this);
    context.pipeline().remove(HttpServerCodec.class);
  }

  private void refuse(Problem problem, boolean keepAlive) {
    answer(HttpAnswer.of(problem), keepAlive);
  }

  private void answer(FullHttpResponse response, boolean keepAlive) {
    response
        .headers()
        .set(
            HttpHeaderNames.CONNECTION,
            keepAlive ? HttpHeaderValues.KEEP_ALIVE : HttpHeaderValues.CLOSE);
    ChannelFuture written = context.writeAndFlush(response);
    if (!keepAlive) {
      phase = Phase.ENDING;
      context.channel().config().setAutoRead(false);
      dropWaiting();
      written.addListener(ChannelFutureListener.CLOSE);
    } else if (!written.isDone()) {
      phase = Phase.ANSWERING;
      context.channel().config().setAutoRead(false);
      written.addListener(ignored -> answered());
    }
  }

  /** The socket has taken the answer, or is no more. */
  private void answered() {
    phase = Phase.READING;
    Object next;
    while (phase == Phase.READING && (next = waiting.poll()) != null) {
      take(next, true);
    }
    if (phase == Phase.READING) {
      renewDeadline();
      context.channel().config().setAutoRead(true);
    }
  }

  private void dropWaiting() {
    Object dropped;
    while ((dropped = waiting.poll()) != null) {
      ReferenceCountUtil.release(dropped);
    }
  }

  @Override
  public void exceptionCaught(ChannelHandlerContext ctx, Throwable cause) {
    if (!TlsEntrance.isOfTheOtherSide(cause)) {
      loop.metrics().fault();
      LOGGER.atError().setCause(cause).log("HTTP connection closed after a fault of ours");
    }
    ctx.close();
  }
}
