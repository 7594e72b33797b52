package io.tidegate.delivery.connection;

import io.netty.buffer.ByteBufUtil;
import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelFutureListener;
import io.netty.channel.ChannelHandlerContext;
import io.netty.handler.codec.http.websocketx.BinaryWebSocketFrame;
import io.netty.handler.codec.http.websocketx.CloseWebSocketFrame;
import io.netty.handler.codec.http.websocketx.ContinuationWebSocketFrame;
import io.netty.handler.codec.http.websocketx.CorruptedWebSocketFrameException;
import io.netty.handler.codec.http.websocketx.PingWebSocketFrame;
import io.netty.handler.codec.http.websocketx.TextWebSocketFrame;
import io.netty.handler.codec.http.websocketx.WebSocketFrame;
import io.netty.util.ReferenceCountUtil;
import io.tidegate.contract.CloseCode;
import io.tidegate.delivery.auth.Entry;
import io.tidegate.delivery.frame.ClientFrame;
import io.tidegate.delivery.frame.FrameParser;
import io.tidegate.delivery.frame.FrameWriter;
import io.tidegate.delivery.frame.MalformedFrameException;
import io.tidegate.delivery.frame.Utf8;
import io.tidegate.delivery.frame.WireFrame;
import io.tidegate.delivery.inbox.InboxCommand;
import io.tidegate.delivery.metrics.DeliveryMetrics;
import io.tidegate.delivery.session.Action;
import io.tidegate.delivery.session.Action.Plain;
import io.tidegate.delivery.session.Progress;
import io.tidegate.delivery.session.Session;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One WebSocket: translates Netty's events and inbox commands into those of its {@link Session},
 * and does what comes back.
 */
@SuppressWarnings("FutureReturnValueIgnored") // A write that fails closes its channel.
final class ConnectionHandler extends Registered {
  private static final Logger LOGGER = LoggerFactory.getLogger(ConnectionHandler.class);
  private static final byte[] PING = WireFrame.ping();

  /** Connections grow old one by one, so the clients need not be kept apart for long. */
  private static final byte[] AGED = new FrameWriter().goaway(Duration.ZERO, Duration.ofSeconds(5));

  private final Loop loop;
  private final Session session;
  private final TextMessages messages;

  /** Set when the handler is added, before anything else can happen. */
  @SuppressWarnings("NullAway.Init")
  private ChannelHandlerContext context;

  /** Set with the context. */
  @SuppressWarnings("NullAway.Init")
  private Outlet outlet;

  private long helloAt;

  /** Whether the end of this connection has been counted. */
  private boolean ended;

  ConnectionHandler(Loop loop) {
    this.loop = loop;
    this.session = loop.newSession(loop.now());
    this.messages = new TextMessages(loop.settings().maxFrameBytes());
  }

  Session session() {
    return session;
  }

  @Override
  public void handlerAdded(ChannelHandlerContext added) {
    context = added;
    outlet = new Outlet(loop, added);
    loop.add(this);
    loop.metrics().opened();
  }

  /** Also when the channel has closed: the one way out for every connection. */
  @Override
  public void handlerRemoved(ChannelHandlerContext removed) {
    loop.remove(this);
    loop.admission().leaveSession();
    outlet.dropBacklog();
    if (!ended) {
      ended = true;
      loop.metrics().closeByNetwork();
    }
    perform(session.onGone(), loop.now());
  }

  // From the client.

  @Override
  public void channelRead(ChannelHandlerContext ctx, Object message) {
    try {
      if (message instanceof WebSocketFrame frame) {
        onFrame(frame, loop.now());
      }
    } finally {
      ReferenceCountUtil.release(message);
    }
  }

  private void onFrame(WebSocketFrame frame, long now) {
    if (frame instanceof CloseWebSocketFrame close) {
      onClose(close);
      return;
    }
    perform(session.onAnyFrame(now), now);
    if (session.isClosing()) {
      return;
    }
    switch (frame) {
      case TextWebSocketFrame text -> onPart(text, now);
      case ContinuationWebSocketFrame part -> onPart(part, now);
      case PingWebSocketFrame ping -> {
        // RFC 6455, 5.5.3: the most recent ping is the one to answer. A client that does not read
        // gets no heap of pongs.
        if (context.channel().isWritable()) {
          outlet.writeNow(WireFrame.pong(ByteBufUtil.getBytes(ping.content())));
        }
      }
      case BinaryWebSocketFrame binary -> close(CloseCode.UNSUPPORTED_DATA, null, now);
      default -> {
        // A pong: the sign of life was noted above.
      }
    }
  }

  private void onPart(WebSocketFrame part, long now) {
    if (!messages.fits(part)) {
      close(CloseCode.TOO_BIG, "more than " + loop.settings().maxFrameBytes() + " bytes", now);
      return;
    }
    byte[] whole = messages.add(part);
    if (whole != null) {
      onText(whole, now);
    }
  }

  private void onText(byte[] text, long now) {
    if (!Utf8.isValid(text)) {
      close(CloseCode.INVALID_UTF8, null, now);
      return;
    }
    Action action;
    try {
      action =
          switch (FrameParser.parse(text)) {
            case ClientFrame.Ack ack -> session.onAck(ack.seq(), now);
            case ClientFrame.Greeting greeting -> onGreeting(greeting, now);
            case ClientFrame.Renewal renewal -> onRenewal(renewal, now);
          };
    } catch (MalformedFrameException e) {
      action = session.onMalformed(e.detail(), now);
    }
    perform(action, now);
  }

  private Action onGreeting(ClientFrame.Greeting greeting, long now) {
    if (!session.wantsHello()) {
      return session.close(CloseCode.BAD_FRAME, "op: hello was said already", now);
    }
    return switch (loop.door().enter(greeting)) {
      case Entry.Refused refused -> refused(refused, now);
      case Entry.Let let -> {
        expireIn(let.lifeMillis(), now);
        yield session.onHello(let.hello(), now);
      }
    };
  }

  private Action onRenewal(ClientFrame.Renewal renewal, long now) {
    Action early = session.onToken(now);
    if (early != Plain.NOTHING) {
      return early;
    }
    return switch (loop.door().renew(renewal.token(), session.user(), session.device())) {
      case Entry.Refused refused -> refused(refused, now);
      case Entry.Let let -> {
        if (let.lifeMillis() != Entry.FOR_EVER) {
          expireIn(let.lifeMillis(), now);
          outlet.writeNow(new FrameWriter().renewed(let.lifeMillis()));
        }
        yield Plain.NOTHING;
      }
    };
  }

  private void expireIn(long millis, long now) {
    if (millis != Entry.FOR_EVER) {
      session.expireAt(now + TimeUnit.MILLISECONDS.toNanos(millis));
    }
  }

  private Action refused(Entry.Refused refused, long now) {
    if (refused.fault() != null) {
      loop.metrics().tokenRefused(refused.fault());
    }
    return session.close(refused.code(), refused.detail(), now);
  }

  private void onClose(CloseWebSocketFrame close) {
    if (session.isClosing()) {
      context.close();
      return;
    }
    countEnd();
    loop.metrics().closeByClient();
    outlet.dropBacklog();
    perform(session.onGone(), loop.now());
    int code = close.statusCode() < 0 ? CloseCode.NORMAL.code() : close.statusCode();
    context
        .writeAndFlush(Unpooled.wrappedBuffer(WireFrame.close(code, "")))
        .addListener(ChannelFutureListener.CLOSE);
  }

  @Override
  public void exceptionCaught(ChannelHandlerContext ctx, Throwable cause) {
    long now = loop.now();
    switch (cause) {
      case CorruptedWebSocketFrameException corrupted -> {
        CloseCode code = CloseCode.of(corrupted.closeStatus().code());
        close(code == null ? CloseCode.PROTOCOL_ERROR : code, corrupted.getMessage(), now);
      }
      default -> {
        if (TlsEntrance.isOfTheOtherSide(cause)) {
          ctx.close();
        } else {
          fault(cause, now);
        }
      }
    }
  }

  private void fault(Throwable cause, long now) {
    loop.metrics().fault();
    LOGGER
        .atError()
        .addKeyValue("session", session.id().getN())
        .addKeyValue("incarnation", session.id().getIncarnation())
        .setCause(cause)
        .log("connection closed after a fault of ours");
    close(CloseCode.INTERNAL, null, now);
  }

  // From the worker.

  /** Does what the sequencer wants; a fault ends this connection and no other. */
  void obey(InboxCommand command, long now) {
    if (outlet.isFull() && !(command instanceof InboxCommand.Kick)) {
      Obedience.ignore(command, loop.metrics());
      return;
    }
    try {
      Action action = session.onCommand(command, now);
      if (action == Plain.SEND) {
        Obedience.send(command, outlet, loop.metrics(), helloAt, now);
      } else if (action == Plain.IGNORE) {
        Obedience.ignore(command, loop.metrics());
      } else {
        perform(action, now);
      }
    } catch (RuntimeException e) {
      fault(e, now);
    }
  }

  void close(CloseCode code, @Nullable String detail, long now) {
    perform(session.close(code, detail, now), now);
  }

  /** Tells the client to go elsewhere, where it has got as far as a hello. */
  void goAway(byte[] frame, DeliveryMetrics.Departure cause) {
    if (session.isAttached()) {
      loop.metrics().goaway(cause);
      outlet.writeNow(frame);
    }
  }

  @Override
  void tick(long now) {
    outlet.tick(now);
    if (outlet.isTooSlow()) {
      Progress.Bounds bounds = loop.settings().progress();
      String detail =
          "took less than "
              + bounds.needed()
              + " bytes in "
              + TimeUnit.NANOSECONDS.toSeconds(bounds.nanos())
              + " s";
      close(CloseCode.SLOW, detail, now);
    }
    perform(session.onTick(now, outlet.isFlowing()), now);
  }

  @Override
  boolean isAttached() {
    return session.isAttached();
  }

  @Override
  boolean isClogged() {
    return !outlet.isClear();
  }

  private void perform(Action action, long now) {
    switch (action) {
      case Plain plain -> {
        switch (plain) {
          case PING -> outlet.writeNow(PING);
          case GOAWAY -> goAway(AGED, DeliveryMetrics.Departure.MAX_AGE);
          case ACK -> loop.acked(this);
          case DOWN -> loop.down(session);
          case DISCONNECT -> context.close();
          case NOTHING, IGNORE, SEND -> {}
        }
      }
      case Action.Announce announce -> {
        helloAt = now;
        if (loop.isDraining()) {
          close(CloseCode.GOING_AWAY, null, now);
        } else if (!loop.announce(this, announce.hello())) {
          close(CloseCode.OVERLOADED, null, now);
        }
      }
      case Action.Close close -> {
        countEnd();
        loop.metrics().close(close.code());
        outlet.dropBacklog();
        outlet.writeNow(WireFrame.close(close.code(), close.detail()));
        if (close.down()) {
          loop.down(session);
        }
      }
    }
  }

  private void countEnd() {
    ended = true;
    messages.drop();
  }

  @Override
  public void channelWritabilityChanged(ChannelHandlerContext ctx) {
    outlet.onWritability();
    if (outlet.isFull() && outlet.isDrained()) {
      // Not before: what waited is what the client will not have to be sent again.
      long limit = loop.settings().backlogBytes();
      close(
          CloseCode.SLOW, "more than " + limit + " bytes waited; come again for more", loop.now());
    }
  }
}
