package io.tidegate.delivery.connection;

import io.netty.channel.ChannelHandlerContext;
import io.tidegate.contract.CloseCode;
import io.tidegate.contract.token.TokenFault;
import io.tidegate.delivery.auth.Entry;
import io.tidegate.delivery.frame.ClientFrame;
import io.tidegate.delivery.frame.Frame;
import io.tidegate.delivery.frame.FrameWriter;
import io.tidegate.delivery.inbox.InboxCommand;
import io.tidegate.delivery.metrics.DeliveryMetrics;
import io.tidegate.delivery.metrics.DeliveryMetrics.Transport;
import io.tidegate.delivery.pace.Pace;
import io.tidegate.delivery.session.Action;
import io.tidegate.delivery.session.Action.Plain;
import io.tidegate.delivery.session.Progress;
import io.tidegate.delivery.session.Session;
import java.net.InetAddress;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One client's session, whatever it is reached by: translates Netty's events and inbox commands
 * into those of its {@link Session}, and does what comes back. How things are said is the
 * transport's.
 */
@SuppressWarnings("FutureReturnValueIgnored") // A write that fails closes its channel.
abstract class ConnectionHandler extends Registered implements Guest {
  private static final Logger LOGGER = LoggerFactory.getLogger(ConnectionHandler.class);

  private static final Duration AGED_MOST = Duration.ofSeconds(5);

  /** Connections grow old one by one, so the clients need not be kept apart for long. */
  private static final Frame AGED = Frame.of(new FrameWriter().goaway(Duration.ZERO, AGED_MOST));

  private final Loop loop;
  private final Session session;

  /** Set when the handler is added, before anything else can happen. */
  @SuppressWarnings("NullAway.Init")
  private ChannelHandlerContext context;

  /** Set with the context. */
  @SuppressWarnings("NullAway.Init")
  private Outlet outlet;

  private long helloAt;

  /** Null: nothing is held back. */
  private @Nullable Pacer pacer;

  /** Whether it waits for its turn. */
  private boolean queued;

  /** Where it came from, where sessions are counted by that. */
  private @Nullable InetAddress address;

  /** Whether the end of this connection has been counted. */
  private boolean ended;

  ConnectionHandler(Loop loop) {
    this.loop = loop;
    this.session = loop.newSession(loop.now());
  }

  // What a transport says, and how.

  abstract Transport transport();

  /** Tells the client what a command has for it. */
  abstract void tell(InboxCommand command);

  abstract void ping();

  /**
   * Says so, or not where it would help nobody.
   *
   * @param frame a WebSocket's
   */
  abstract boolean tellGoaway(Frame frame, Duration least, Duration most);

  /**
   * Says why this is the end; nothing is said after it.
   *
   * @param detail null: what the code stands for
   */
  abstract void tellClose(CloseCode code, @Nullable String detail);

  /** Whether sessions of this kind begin at the worker's pace. */
  boolean isPaced() {
    return true;
  }

  /** Whether what was written counts as acked. */
  boolean acksOnWrite() {
    return false;
  }

  /** All that was passed on in this turn was given to the socket. */
  final void flushed() {
    long now = loop.now();
    ackWritten(now);
    look(now);
  }

  // What is held back.

  /** The pace that there is, where the client asks for that one. */
  Pace granted(Pace asked) {
    return asked.within(loop.settings().mostDelayMillis(), loop.settings().bytesPerSecond());
  }

  final @Nullable Pacer pacer() {
    return pacer;
  }

  /** Tells the client of a push that is not held back, or not any more. */
  final void tellPush(InboxCommand.Push push) {
    loop.metrics().pushed(transport(), push.messages(), push.frame().length());
    tell(push);
  }

  /** Tells what is held and may be told now; a fault ends this connection and no other. */
  final void look(long now) {
    if (pacer == null) {
      return;
    }
    try {
      pacer.look(now);
    } catch (RuntimeException e) {
      fault(e, now);
    }
  }

  /** Bytes that wait for the client and are not on their way to the socket. */
  long heldBytes() {
    return pacer == null ? 0 : pacer.bytes();
  }

  /** Nothing of what waits is told any more. */
  final void dropWaiting() {
    if (pacer != null) {
      pacer.drop();
    }
    outlet.dropBacklog();
  }

  private void ackWritten(long now) {
    if (acksOnWrite() && outlet.isEmpty()) {
      perform(session.onWritten(now), now);
    }
  }

  final Loop loop() {
    return loop;
  }

  @Override
  public final Session session() {
    return session;
  }

  final ChannelHandlerContext context() {
    return context;
  }

  final Outlet outlet() {
    return outlet;
  }

  @Override
  public void handlerAdded(ChannelHandlerContext added) {
    context = added;
    outlet = new Outlet(added, this);
    address = loop.address(added.channel());
    loop.add(this);
    loop.metrics().opened(transport());
  }

  /** Also when the channel has closed: the one way out for every connection. */
  @Override
  public void handlerRemoved(ChannelHandlerContext removed) {
    loop.remove(this);
    loop.admission().leaveSession(address);
    loop.metrics().ended(transport());
    dropWaiting();
    if (!ended) {
      ended = true;
      loop.metrics().closeByNetwork();
    }
    leaveDoorway();
    perform(session.onGone(), loop.now());
  }

  // From the client.

  /** The client's request has come, which is its hello. */
  final void hello(Entry.Let let) {
    long now = loop.now();
    holds(let, now);
    perform(session.onHello(let.hello(), now), now);
  }

  /** The session is by that token from now on. */
  final void holds(Entry.Let let, long now) {
    session.holds(let.issuedMillis(), let.tokenId());
    if (let.lifeMillis() != Entry.FOR_EVER) {
      session.expireAt(now + TimeUnit.MILLISECONDS.toNanos(let.lifeMillis()));
    }
  }

  @Override
  public void exceptionCaught(ChannelHandlerContext ctx, Throwable cause) {
    if (TlsEntrance.isOfTheOtherSide(cause)) {
      ctx.close();
    } else {
      fault(cause, loop.now());
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

  @Override
  public final void obey(InboxCommand command, long now) {
    if (outlet.isFull() && !(command instanceof InboxCommand.Kick)) {
      Obedience.ignore(command, loop.metrics());
      return;
    }
    try {
      Action action = session.onCommand(command, now);
      if (action == Plain.SEND) {
        Obedience.send(command, this, loop.metrics(), helloAt, now);
      } else if (action == Plain.IGNORE) {
        Obedience.ignore(command, loop.metrics());
      } else {
        perform(action, now);
      }
    } catch (RuntimeException e) {
      fault(e, now);
    }
  }

  @Override
  final void recheck(long now) {
    if (session.wantsHello() || session.isClosing()) {
      return;
    }
    try {
      if (loop.door()
          .isRevoked(session.user(), session.device(), session.tokenIssued(), session.tokenId())) {
        close(CloseCode.UNAUTHORIZED, "token: " + TokenFault.REVOKED.words(), now);
      }
    } catch (RuntimeException e) {
      fault(e, now);
    }
  }

  @Override
  public final void close(CloseCode code, @Nullable String detail, long now) {
    perform(session.close(code, detail, now), now);
  }

  /**
   * Tells the client to go elsewhere after a random time between the two, where it has got as far
   * as a hello.
   *
   * @param frame a WebSocket's that says so
   */
  final void goAway(Frame frame, Duration least, Duration most, DeliveryMetrics.Departure cause) {
    if (session.isAttached() && tellGoaway(frame, least, most)) {
      loop.metrics().goaway(cause);
    }
  }

  @Override
  void tick(long now) {
    ackWritten(now);
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

  /** What has not been given to the socket is dropped at once; what has is, the next time. */
  @Override
  final void relieve(long now) {
    loop.metrics().relieved();
    if (session.isClosing()) {
      context.close();
    } else {
      close(CloseCode.SLOW, "too much waits for all clients, and most for this", now);
    }
  }

  @Override
  final boolean isLeaving() {
    return session.isClosing();
  }

  @Override
  final boolean isAttached() {
    return session.isAttached();
  }

  @Override
  final boolean isClogged() {
    return !outlet.isClear();
  }

  final void perform(Action action, long now) {
    switch (action) {
      case Plain plain -> {
        switch (plain) {
          case PING -> ping();
          case GOAWAY -> goAway(AGED, Duration.ZERO, AGED_MOST, DeliveryMetrics.Departure.MAX_AGE);
          case ACK -> loop.acked(this);
          case DOWN -> loop.down(session);
          case DISCONNECT -> context.close();
          case NOTHING, IGNORE, SEND -> {}
        }
      }
      case Action.Announce announce -> {
        if (loop.isDraining()) {
          close(CloseCode.GOING_AWAY, null, now);
        } else {
          pace(announce.hello().pace(), now);
          arrive(announce.hello(), now);
        }
      }
      case Action.Close close -> {
        leaveDoorway();
        countEnd();
        loop.metrics().close(close.code());
        dropWaiting();
        tellClose(close.code(), close.detail());
        if (close.down()) {
          loop.down(session);
        }
      }
    }
  }

  private void pace(Pace asked, long now) {
    Pace pace = granted(asked);
    if (!pace.isNone()) {
      pacer = new Pacer(this, pace, now);
      session.paced(pacer.written());
    }
  }

  private void arrive(ClientFrame.Hello hello, long now) {
    if (!isPaced()) {
      begin(hello, now);
      return;
    }
    switch (loop.doorway().come(this, hello, now)) {
      case NOW -> begin(hello, now);
      case LATER -> queued = true;
      case NEVER -> close(CloseCode.OVERLOADED, "as many clients wait to begin as may", now);
    }
  }

  @Override
  public final void begin(ClientFrame.Hello hello, long now) {
    queued = false;
    helloAt = now;
    try {
      if (loop.isDraining()) {
        close(CloseCode.GOING_AWAY, null, now);
      } else if (session.isExpired(now)) {
        close(CloseCode.TOKEN_EXPIRED, null, now);
      } else if (loop.announce(this, hello)) {
        session.begin(now);
      } else {
        close(CloseCode.OVERLOADED, null, now);
      }
    } catch (RuntimeException e) {
      fault(e, now);
    }
  }

  /** It does not wait for its turn any more, if it did. */
  private void leaveDoorway() {
    if (queued) {
      queued = false;
      loop.doorway().left();
    }
  }

  /** The end has a reason that is counted by whoever calls this. */
  void countEnd() {
    ended = true;
  }

  @Override
  final void recount() {
    outlet.count();
  }

  @Override
  public void channelWritabilityChanged(ChannelHandlerContext ctx) {
    outlet.onWritability();
    look(loop.now());
    if (outlet.isFull() && outlet.isDrained()) {
      // Not before: what waited is what the client will not have to be sent again.
      long limit = loop.settings().backlogBytes();
      close(
          CloseCode.SLOW, "more than " + limit + " bytes waited; come again for more", loop.now());
    }
  }
}
