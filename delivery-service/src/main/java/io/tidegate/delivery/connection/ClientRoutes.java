package io.tidegate.delivery.connection;

import io.netty.channel.ChannelHandlerContext;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpMethod;
import io.netty.handler.codec.http.HttpRequest;
import io.netty.handler.codec.http.HttpVersion;
import io.tidegate.contract.ClientProtocol;
import io.tidegate.contract.MediaType;
import io.tidegate.contract.Problem;
import io.tidegate.delivery.auth.Origins;
import io.tidegate.delivery.frame.ClientFrame;
import io.tidegate.delivery.frame.FrameParser;
import io.tidegate.delivery.frame.MalformedFrameException;
import io.tidegate.delivery.frame.NamedAck;
import io.tidegate.delivery.metrics.DeliveryMetrics.Refusal;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** One request of a client that wants a session or acks what it has: serves or refuses it. */
record ClientRoutes(
    HttpHandler http,
    Loop loop,
    ChannelHandlerContext context,
    HttpRequest whole,
    byte[] body,
    boolean waited,
    boolean keepAlive) {
  private static final String JSON = "application/json";

  /** Longer than the worker tries to write a record. */
  private static final long ACK_NANOS = TimeUnit.SECONDS.toNanos(30);

  /** What clients ask for, pages of browsers among them. */
  void serve(String path, Cors cors) {
    Origins origins = loop.settings().origins();
    String origin = whole.headers().get(HttpHeaderNames.ORIGIN);
    HttpMethod allowed = path.equals(ClientProtocol.ACKS_PATH) ? HttpMethod.POST : HttpMethod.GET;
    if (whole.protocolVersion().equals(HttpVersion.HTTP_1_1)
        && whole.headers().getAll(HttpHeaderNames.HOST).size() != 1) {
      http.refuse(
          Refusal.BAD_REQUEST,
          Problem.Kind.INVALID_REQUEST.problem("host: want one", "host"),
          keepAlive);
    } else if (!origins.admits(origin)) {
      http.refuse(
          Refusal.ORIGIN,
          Problem.Kind.FORBIDDEN.problem("not for pages of this origin"),
          keepAlive);
    } else if (origins.isSet()
        && origin != null
        && whole.method().equals(HttpMethod.OPTIONS)
        && !path.equals(ClientProtocol.CONNECT_PATH)) {
      http.answer(Cors.preflight(allowed), keepAlive);
    } else if (!http.isAllowed(allowed, whole, keepAlive)) {
      loop.metrics().refused(Refusal.METHOD_NOT_ALLOWED);
    } else {
      switch (path) {
        case ClientProtocol.CONNECT_PATH -> upgrade();
        case ClientProtocol.STREAM_PATH -> stream(cors);
        case ClientProtocol.POLL_PATH -> poll();
        default -> ack();
      }
    }
  }

  private void upgrade() {
    Problem problem = Upgrade.check(whole);
    if (problem != null) {
      http.refuse(Refusal.BAD_REQUEST, problem, keepAlive);
    } else if (ClientProtocol.CLOUDEVENTS.equals(Upgrade.protocol(whole))) {
      Entrance.Open open = enter(false);
      if (open != null && mayBegin()) {
        boolean ackOnWrite = open.request().ackOnWrite();
        Upgrade.to(
            loop,
            whole,
            context,
            (loop, deflates) -> new CloudEventSocket(loop, deflates, ackOnWrite),
            socket -> socket.hello(open.let()));
      }
    } else if (mayBegin()) {
      Upgrade.to(loop, whole, context, TidegateSocket::new, socket -> {});
    }
  }

  private void stream(Cors cors) {
    Entrance.Open open = accept(EventStreamHandler.MEDIA_TYPE);
    if (open != null && mayBegin()) {
      EventStreamHandler stream =
          new EventStreamHandler(
              loop,
              open.request().ackOnWrite(),
              whole.headers().contains(Entrance.LAST_EVENT_ID),
              cors);
      context.pipeline().addLast(stream).remove(http);
      stream.hello(open.let());
    }
  }

  private void poll() {
    Entrance.Open open = accept(PollHandler.MEDIA_TYPE);
    if (open != null && isRoom()) {
      PollHandler poll = new PollHandler(http, loop, open.request().waitSeconds(), keepAlive);
      http.suspend(poll.mostNanos());
      context.pipeline().addLast(poll);
      poll.hello(open.let());
    }
  }

  /**
   * Null: it is refused.
   *
   * @param type of the answer
   */
  private Entrance.@Nullable Open accept(String type) {
    if (!Entrance.accepts(whole, type)) {
      http.refuse(
          Refusal.NOT_ACCEPTABLE, Problem.Kind.NOT_ACCEPTABLE.problem("it is " + type), keepAlive);
      return null;
    }
    return enter(type.equals(EventStreamHandler.MEDIA_TYPE));
  }

  /**
   * Null: it is refused.
   *
   * @param isStream of Server-Sent Events
   */
  private Entrance.@Nullable Open enter(boolean isStream) {
    return switch (Entrance.of(whole, isStream, loop)) {
      case Entrance.Shut shut -> {
        http.refuse(shut.reason(), shut.problem(), keepAlive);
        yield null;
      }
      case Entrance.Open open -> open;
    };
  }

  /** Whether the connection may become a session's; else it is refused. */
  private boolean mayBegin() {
    if (waited) {
      // What came behind it was taken for HTTP already.
      http.refuse(
          Refusal.BAD_REQUEST,
          Problem.Kind.INVALID_REQUEST.problem("it has to wait for the answers before it"),
          false);
      return false;
    }
    return isRoom();
  }

  /** Whether there is room for another session, which is then taken; else it is refused. */
  private boolean isRoom() {
    if (!loop.isOpen()) {
      http.refuse(
          Refusal.NOT_READY,
          Problem.Kind.TEMPORARY_REDUCED_CAPACITY.problem("the worker is not ready"),
          false);
      return false;
    }
    return switch (loop.admission().enterSession(loop.address(context.channel()))) {
      case IN -> true;
      case FULL -> {
        http.refuse(
            Refusal.OVERLOADED,
            Problem.Kind.TEMPORARY_REDUCED_CAPACITY.problem(
                "the worker has its " + loop.admission().maxSessions() + " connections"),
            false);
        yield false;
      }
      case CROWDED -> {
        http.refuse(
            Refusal.ADDRESS,
            Problem.Kind.QUOTA_EXCEEDED.problem(
                "its address has its " + loop.admission().perAddress() + " connections"),
            false);
        yield false;
      }
    };
  }

  private void ack() {
    String type = whole.headers().get(HttpHeaderNames.CONTENT_TYPE, "");
    if (!MediaType.essence(type).equals(JSON)) {
      http.refuse(
          Refusal.BAD_REQUEST,
          Problem.Kind.UNSUPPORTED_MEDIA_TYPE.problem("want " + JSON, "content-type"),
          keepAlive);
      return;
    }
    NamedAck ack;
    try {
      ack = FrameParser.parseAck(body);
    } catch (MalformedFrameException e) {
      Entrance.Shut shut = Entrance.malformed(e);
      http.refuse(shut.reason(), shut.problem(), keepAlive);
      return;
    }
    switch (Entrance.of(whole, false, loop)) {
      case Entrance.Shut shut -> http.refuse(shut.reason(), shut.problem(), keepAlive);
      case Entrance.Open open -> {
        http.await(ACK_NANOS);
        ClientFrame.Hello hello = open.let().hello();
        loop.ack(hello.user(), hello.device(), ack, written -> acked(written));
      }
    }
  }

  private void acked(boolean written) {
    if (!context.channel().isActive()) {
      return;
    }
    if (written) {
      loop.metrics().acked();
      http.answer(HttpAnswer.nothing(), keepAlive);
    } else {
      http.refuse(
          Refusal.NOT_WRITTEN,
          Problem.Kind.TEMPORARY_REDUCED_CAPACITY.problem("the ack could not be written"),
          keepAlive);
    }
  }
}
