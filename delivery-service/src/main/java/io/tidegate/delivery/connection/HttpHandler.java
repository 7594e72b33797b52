package io.tidegate.delivery.connection;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.netty.buffer.ByteBufUtil;
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
import io.netty.handler.codec.http.HttpUtil;
import io.netty.handler.codec.http.HttpVersion;
import io.netty.handler.codec.http.LastHttpContent;
import io.netty.util.ReferenceCountUtil;
import io.tidegate.contract.ClientProtocol;
import io.tidegate.contract.Problem;
import io.tidegate.delivery.frame.MalformedFrameException;
import io.tidegate.delivery.frame.ReadyRequest;
import io.tidegate.delivery.metrics.DeliveryMetrics;
import io.tidegate.delivery.metrics.DeliveryMetrics.Refusal;
import io.tidegate.delivery.session.Progress;
import java.io.ByteArrayOutputStream;
import java.util.ArrayDeque;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A connection that has no session: health, metrics, acks, and the way to a WebSocket or a stream,
 * where its place is taken by a {@link ConnectionHandler}.
 *
 * <p>A client that asks and does not read costs one answer: while one is on its way nothing more is
 * read, and what the last read held behind it waits here, undone. Such a client does not stay,
 * since only a request for which nothing had to wait renews the deadline, and a connection has so
 * many.
 *
 * <p>Origin is checked where a list of them is set. Without one it need not be: hello names its
 * user, or shows a token, and no cookie does, so a page of another origin can do nothing here that
 * any other client could not.
 */
@SuppressWarnings("FutureReturnValueIgnored") // A write that fails closes its channel.
final class HttpHandler extends Registered {
  private static final Logger LOGGER = LoggerFactory.getLogger(HttpHandler.class);
  private static final String LIVE = "/health/live";
  private static final String READY = "/health/ready";
  private static final String METRICS = "/metrics";

  /** Of requests that have no use for a body. */
  private static final int MAX_BODY_BYTES = 16 * 1024;

  private static final int MAX_ACK_BYTES = 1024;

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
  private final Readiness readiness;

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

  /** The body of an ack so far. */
  private @Nullable ByteArrayOutputStream body;

  /** For the answer to the request that is being served. */
  private Cors cors = Cors.NONE;

  private int requests;
  private int bodyBytes;
  private long deadline;

  /** Bytes of an answer that the client had not taken when that was looked at. */
  private long untaken;

  HttpHandler(Loop loop, Readiness readiness) {
    this.loop = loop;
    this.readiness = readiness;
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
    count();
    if (untaken > 0 && isTaking()) {
      deadline = nowNanos + loop.settings().progress().nanos();
    }
    if (nowNanos - deadline >= 0) {
      context.close();
    }
  }

  @Override
  void relieve(long nowNanos) {
    loop.metrics().relieved();
    context.close();
  }

  @Override
  boolean isAnswering() {
    return phase != Phase.READING;
  }

  private void renewDeadline() {
    deadline = loop.now() + loop.settings().requestNanos();
  }

  @Override
  public void channelRead(ChannelHandlerContext ctx, Object message) {
    switch (phase) {
      case READING -> take(message, false);
      case ANSWERING -> {
        waiting.add(message);
        context.channel().config().setAutoRead(false);
      }
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
        body = isAck(begun) ? new ByteArrayOutputStream() : null;
        bodyBytes = 0;
        cors = cors(begun);
        if (HttpUtil.is100ContinueExpected(begun)) {
          context.writeAndFlush(
              new DefaultFullHttpResponse(
                  HttpVersion.HTTP_1_1, HttpResponseStatus.CONTINUE, Unpooled.EMPTY_BUFFER));
        }
      }
      HttpRequest current = request;
      if (current == null || !(message instanceof HttpContent content)) {
        return;
      }
      bodyBytes += content.content().readableBytes();
      int most = body == null ? MAX_BODY_BYTES : MAX_ACK_BYTES;
      if (current.decoderResult().isFailure() || content.decoderResult().isFailure()) {
        request = null;
        refuse(Problem.Kind.INVALID_REQUEST.problem("not a legal HTTP request"), false);
        return;
      }
      if (bodyBytes > most) {
        request = null;
        refuse(Problem.Kind.TOO_LARGE.problem("a body of more than " + most + " bytes"), false);
        return;
      }
      if (body != null) {
        body.writeBytes(ByteBufUtil.getBytes(content.content()));
      }
      if (message instanceof LastHttpContent) {
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

  private static String path(HttpRequest request) {
    String uri = request.uri();
    int query = uri.indexOf('?');
    return query < 0 ? uri : uri.substring(0, query);
  }

  /** What clients ask for, pages of browsers among them, an answer may be shown to them. */
  private Cors cors(HttpRequest request) {
    return switch (path(request)) {
      case ClientProtocol.CONNECT_PATH,
          ClientProtocol.STREAM_PATH,
          ClientProtocol.POLL_PATH,
          ClientProtocol.ACKS_PATH ->
          Cors.of(loop.settings().origins(), request.headers().get(HttpHeaderNames.ORIGIN));
      default -> Cors.NONE;
    };
  }

  private static boolean isAck(HttpRequest request) {
    return request.method().equals(HttpMethod.POST)
        && path(request).equals(ClientProtocol.ACKS_PATH);
  }

  private void route(HttpRequest whole, boolean waited) {
    String path = path(whole);
    boolean keepAlive = HttpUtil.isKeepAlive(whole) && requests < MAX_REQUESTS;
    switch (path) {
      case LIVE, READY, METRICS -> {
        if (isAllowed(HttpMethod.GET, whole, keepAlive)) {
          operate(path, whole, keepAlive);
        }
      }
      case ClientProtocol.CONNECT_PATH,
          ClientProtocol.STREAM_PATH,
          ClientProtocol.POLL_PATH,
          ClientProtocol.ACKS_PATH ->
          routes(whole, waited, keepAlive).serve(path, cors);
      default ->
          refuse(
              Problem.Kind.NOT_FOUND.problem("nothing is here; try " + ClientProtocol.CONNECT_PATH),
              keepAlive);
    }
  }

  private ClientRoutes routes(HttpRequest whole, boolean waited, boolean keepAlive) {
    byte[] given = body == null ? new byte[0] : body.toByteArray();
    body = null;
    return new ClientRoutes(this, loop, context, whole, given, waited, keepAlive);
  }

  /** Whether the request has that method; else it is refused. */
  boolean isAllowed(HttpMethod allowed, HttpRequest whole, boolean keepAlive) {
    if (whole.method().equals(allowed)) {
      return true;
    }
    FullHttpResponse refusal =
        HttpAnswer.of(Problem.Kind.METHOD_NOT_ALLOWED.problem("only " + allowed + " is"));
    refusal.headers().set(HttpHeaderNames.ALLOW, allowed);
    answer(refusal, keepAlive);
    return false;
  }

  private void operate(String path, HttpRequest whole, boolean keepAlive) {
    answer(
        switch (path) {
          case LIVE -> HttpAnswer.of(readiness.live());
          case READY -> ready(whole);
          default ->
              HttpAnswer.of(
                  HttpResponseStatus.OK,
                  DeliveryMetrics.contentType(),
                  loop.metrics().scrape().getBytes(UTF_8));
        },
        keepAlive);
  }

  private FullHttpResponse ready(HttpRequest whole) {
    try {
      return HttpAnswer.of(readiness.ready(ReadyRequest.parse(Entrance.query(whole))));
    } catch (MalformedFrameException e) {
      return HttpAnswer.of(Problem.Kind.INVALID_REQUEST.problem(e.detail(), e.field()));
    }
  }

  void refuse(Refusal reason, Problem problem, boolean keepAlive) {
    loop.metrics().refused(reason);
    refuse(problem, keepAlive);
  }

  private void refuse(Problem problem, boolean keepAlive) {
    answer(HttpAnswer.of(problem), keepAlive);
  }

  void answer(FullHttpResponse response, boolean keepAlive) {
    response
        .headers()
        .set(
            HttpHeaderNames.CONNECTION,
            keepAlive ? HttpHeaderValues.KEEP_ALIVE : HttpHeaderValues.CLOSE);
    if (response.headers().contains(HttpHeaderNames.UPGRADE)) {
      response.headers().add(HttpHeaderNames.CONNECTION, HttpHeaderValues.UPGRADE);
    }
    cors.tell(response.headers());
    ChannelFuture written = context.writeAndFlush(response);
    if (!keepAlive) {
      phase = Phase.ENDING;
      // Of a stream what comes is dropped: unread it would take from the window of the others.
      context.channel().config().setAutoRead(StreamCodec.isOn(context.channel()));
      dropWaiting();
      written.addListener(ChannelFutureListener.CLOSE);
    } else if (phase == Phase.ANSWERING || !written.isDone()) {
      await();
      written.addListener(ignored -> answered());
    }
  }

  /**
   * The answer comes within that time. Until then nothing is served; one more read may come, and
   * the end of a client that does not wait for it.
   */
  void suspend(long nanos) {
    phase = Phase.ANSWERING;
    deadline = loop.now() + nanos;
  }

  /**
   * Answers after a {@link #suspend}. A client takes as much of it as of a session's frames, in as
   * much time, or is closed.
   */
  void answerSlowly(FullHttpResponse response, boolean keepAlive) {
    Progress.Bounds bounds = loop.settings().progress();
    deadline = loop.now() + bounds.nanos();
    untaken = response.content().readableBytes();
    answer(response, keepAlive);
    count();
  }

  private void count() {
    loop.waits(this, Outlet.waitingIn(context.channel()));
  }

  @Override
  void recount() {
    count();
  }

  /** Whether the client has taken enough since it was looked at last. */
  private boolean isTaking() {
    long waiting = Outlet.waitingIn(context.channel());
    if (untaken - waiting < loop.settings().progress().needed()) {
      return false;
    }
    untaken = waiting;
    return true;
  }

  /** As {@link #await()}, for an answer that comes within that time. */
  void await(long nanos) {
    deadline = loop.now() + nanos;
    await();
  }

  /** Nothing is read until the answer has left. */
  void await() {
    phase = Phase.ANSWERING;
    context.channel().config().setAutoRead(false);
  }

  /** The socket has taken the answer, or is no more. */
  private void answered() {
    count();
    if (!context.channel().isActive()) {
      dropWaiting();
      return;
    }
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
