package io.tidegate.delivery.connection;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelFutureListener;
import io.netty.channel.ChannelHandlerContext;
import io.netty.handler.codec.http.DefaultFullHttpResponse;
import io.netty.handler.codec.http.FullHttpResponse;
import io.netty.handler.codec.http.HttpContent;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpHeaderValues;
import io.netty.handler.codec.http.HttpMethod;
import io.netty.handler.codec.http.HttpRequest;
import io.netty.handler.codec.http.HttpResponseStatus;
import io.netty.handler.codec.http.HttpServerCodec;
import io.netty.handler.codec.http.HttpUtil;
import io.netty.handler.codec.http.HttpVersion;
import io.netty.handler.codec.http.LastHttpContent;
import io.netty.handler.codec.http.websocketx.WebSocket13FrameDecoder;
import io.netty.handler.codec.http.websocketx.WebSocketDecoderConfig;
import io.netty.util.ReferenceCountUtil;
import io.tidegate.contract.ClientProtocol;
import io.tidegate.contract.Problem;
import io.tidegate.delivery.health.Health;
import io.tidegate.delivery.metrics.DeliveryMetrics;
import java.io.IOException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

/**
 * A connection before its upgrade: health, metrics, and the way to the WebSocket. After the 101 its
 * place is taken by a {@link ConnectionHandler}.
 *
 * <p>Origin is not checked while authentication is off: hello names its user, no cookie does, so a
 * page of another origin can do nothing here that any other client could not.
 */
@SuppressWarnings("FutureReturnValueIgnored") // A write that fails closes its channel.
final class HttpHandler extends Registered {
  private static final Logger LOGGER = LoggerFactory.getLogger(HttpHandler.class);
  private static final JsonMapper MAPPER = new JsonMapper();
  private static final String LIVE = "/health/live";
  private static final String READY = "/health/ready";
  private static final String METRICS = "/metrics";
  private static final String JSON = "application/json";

  /** No request here has a use for a body. */
  private static final int MAX_BODY_BYTES = 16 * 1024;

  private static final int RETRY_AFTER_SECONDS = 2;

  private final Loop loop;
  private final Health.Source health;

  /** Set when the handler is added, before anything else can happen. */
  @SuppressWarnings("NullAway.Init")
  private ChannelHandlerContext context;

  private @Nullable HttpRequest request;
  private int bodyBytes;
  private long deadline;

  HttpHandler(Loop loop, Health.Source health) {
    this.loop = loop;
    this.health = health;
  }

  @Override
  public void handlerAdded(ChannelHandlerContext added) {
    context = added;
    deadline = loop.now() + loop.settings().requestNanos();
    loop.add(this);
  }

  @Override
  public void handlerRemoved(ChannelHandlerContext removed) {
    loop.remove(this);
  }

  @Override
  void tick(long nowNanos) {
    if (nowNanos - deadline >= 0) {
      context.close();
    }
  }

  @Override
  public void channelRead(ChannelHandlerContext ctx, Object message) {
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
        refuse(Problem.Kind.INVALID_REQUEST.problem("not a legal HTTP request"), null, false);
      } else if (bodyBytes > MAX_BODY_BYTES) {
        request = null;
        refuse(
            Problem.Kind.TOO_LARGE.problem("a body of more than " + MAX_BODY_BYTES + " bytes"),
            null,
            false);
      } else if (message instanceof LastHttpContent) {
        request = null;
        deadline = loop.now() + loop.settings().requestNanos();
        route(current);
      }
    } finally {
      ReferenceCountUtil.release(message);
    }
  }

  private void route(HttpRequest whole) {
    String uri = whole.uri();
    int query = uri.indexOf('?');
    String path = query < 0 ? uri : uri.substring(0, query);
    boolean keepAlive = HttpUtil.isKeepAlive(whole);
    boolean known =
        switch (path) {
          case ClientProtocol.CONNECT_PATH, LIVE, READY, METRICS -> true;
          default -> false;
        };
    if (!known) {
      refuse(
          Problem.Kind.NOT_FOUND.problem("nothing is here; try " + ClientProtocol.CONNECT_PATH),
          null,
          keepAlive);
      return;
    }
    if (!whole.method().equals(HttpMethod.GET)) {
      refuse(Problem.Kind.METHOD_NOT_ALLOWED.problem("only GET is"), "GET", keepAlive);
      return;
    }
    switch (path) {
      case LIVE -> answer(health.live(), keepAlive);
      case READY -> answer(health.ready(), keepAlive);
      case METRICS ->
          answer(
              HttpResponseStatus.OK,
              DeliveryMetrics.contentType(),
              loop.metrics().scrape().getBytes(UTF_8),
              null,
              keepAlive);
      default -> upgrade(whole, keepAlive);
    }
  }

  private void upgrade(HttpRequest whole, boolean keepAlive) {
    Problem problem = Upgrade.check(whole.headers());
    if (problem != null) {
      loop.metrics().refused(DeliveryMetrics.Refusal.BAD_REQUEST);
      refuse(problem, null, keepAlive);
    } else if (!loop.isOpen()) {
      loop.metrics().refused(DeliveryMetrics.Refusal.NOT_READY);
      refuse(
          Problem.Kind.TEMPORARY_REDUCED_CAPACITY.problem("the worker is not ready"), null, false);
    } else if (!loop.admission().enterSession()) {
      loop.metrics().refused(DeliveryMetrics.Refusal.OVERLOADED);
      refuse(
          Problem.Kind.TEMPORARY_REDUCED_CAPACITY.problem(
              "the worker has its " + loop.admission().maxSessions() + " connections"),
          null,
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

  private void answer(Health state, boolean keepAlive) {
    HttpResponseStatus status =
        state.isUp() ? HttpResponseStatus.OK : HttpResponseStatus.SERVICE_UNAVAILABLE;
    answer(status, JSON, state.toJson(), null, keepAlive);
  }

  /**
   * @param allow the methods that would do; null: that is not the problem
   */
  private void refuse(Problem problem, @Nullable String allow, boolean keepAlive) {
    ObjectNode body = MAPPER.createObjectNode();
    body.put("type", problem.type()).put("title", problem.title()).put("status", problem.status());
    if (problem.detail() != null) {
      body.put("detail", problem.detail());
    }
    if (problem.field() != null) {
      body.put("field", problem.field());
    }
    answer(
        HttpResponseStatus.valueOf(problem.status()),
        Problem.MEDIA_TYPE,
        MAPPER.writeValueAsBytes(body),
        allow,
        keepAlive);
  }

  private void answer(
      HttpResponseStatus status,
      String type,
      byte[] body,
      @Nullable String allow,
      boolean keepAlive) {
    FullHttpResponse response =
        new DefaultFullHttpResponse(HttpVersion.HTTP_1_1, status, Unpooled.wrappedBuffer(body));
    response
        .headers()
        .set(HttpHeaderNames.CONTENT_TYPE, type)
        .setInt(HttpHeaderNames.CONTENT_LENGTH, body.length)
        .set(
            HttpHeaderNames.CONNECTION,
            keepAlive ? HttpHeaderValues.KEEP_ALIVE : HttpHeaderValues.CLOSE);
    if (allow != null) {
      response.headers().set(HttpHeaderNames.ALLOW, allow);
    }
    if (status.equals(HttpResponseStatus.SERVICE_UNAVAILABLE)) {
      response.headers().setInt(HttpHeaderNames.RETRY_AFTER, RETRY_AFTER_SECONDS);
    }
    ChannelFuture written = context.writeAndFlush(response);
    if (!keepAlive) {
      written.addListener(ChannelFutureListener.CLOSE);
    }
  }

  @Override
  public void exceptionCaught(ChannelHandlerContext ctx, Throwable cause) {
    if (!(cause instanceof IOException)) {
      loop.metrics().fault();
      LOGGER.atError().setCause(cause).log("HTTP connection closed after a fault of ours");
    }
    ctx.close();
  }
}
