package io.tidegate.delivery.connection;

import io.tidegate.contract.CloseCode;
import io.tidegate.contract.Urgency;
import io.tidegate.contract.webhook.EndpointStatus;
import io.tidegate.contract.webhook.EndpointUrl;
import io.tidegate.contract.webhook.Endpoints;
import io.tidegate.delivery.frame.ClientFrame;
import io.tidegate.delivery.frame.PushFrames;
import io.tidegate.delivery.inbox.InboxCommand;
import io.tidegate.delivery.metrics.DeliveryMetrics.Transport;
import io.tidegate.delivery.session.Action;
import io.tidegate.delivery.session.Action.Plain;
import io.tidegate.delivery.session.Arrivals;
import io.tidegate.delivery.session.Session;
import io.tidegate.delivery.webhook.Backlog;
import io.tidegate.delivery.webhook.Backoff;
import io.tidegate.delivery.webhook.Comeback;
import java.util.Objects;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One endpoint: a device whose socket is a request at a time, and whose ack is a 2xx. It has a
 * session as a client has, one after the other, for as long as this worker serves it; what is under
 * way when a session ends is still one request, and no other begins before it has ended.
 */
@SuppressWarnings("FutureReturnValueIgnored") // Timers end with their loop.
final class Hook implements Guest {
  private static final Logger LOGGER = LoggerFactory.getLogger(Hook.class);

  private static final Backoff COMEBACK =
      new Backoff(TimeUnit.SECONDS.toNanos(1), TimeUnit.SECONDS.toNanos(60));

  /** How long the end of a request is waited for, where another worker is to go on. */
  private static final long PATIENCE_NANOS = TimeUnit.SECONDS.toNanos(3);

  private final HookLoop host;
  private final Loop loop;
  private final Endpoints.Known known;
  private final Comeback comeback;
  private final Alarm alarm;
  private final Backlog<PushFrames.Part> backlog;
  private final Requests requests;
  private final Orders orders;

  private @Nullable Session session;
  private long helloAt;

  /** Whether its session waits for its turn to begin. */
  private boolean atDoorway;

  private @Nullable Runnable gone;
  private boolean left;

  Hook(HookLoop host, Endpoints.Known known, EndpointUrl url) {
    this.host = host;
    this.loop = host.loop();
    this.known = known;
    this.comeback = new Comeback(COMEBACK, host.chance());
    this.alarm = new Alarm(loop.thread());
    this.backlog = new Backlog<>(host.settings().courier(), host.chance(), PushFrames.Part::length);
    this.requests = new Requests(host, this, known, url, backlog, alarm);
    this.orders = new Orders(this, host, backlog, requests);
  }

  // Its sessions.

  void start() {
    if (gone != null) {
      return;
    }
    if (!loop.isOpen()) {
      alarm.set(comeback.whileClosedNanos(), this::start);
      return;
    }
    long now = loop.now();
    Session begun = loop.newSession(loop.settings().session().endless(), now);
    session = begun;
    loop.metrics().opened(Transport.WEBHOOK);
    ClientFrame.Hello hello =
        new ClientFrame.Hello(
            known.key().owner(),
            known.key().device(),
            host.settings().window(),
            null,
            Urgency.VERY_LOW);
    if (begun.onHello(hello, now) instanceof Action.Announce announce) {
      arrive(announce.hello(), now);
    }
  }

  private void arrive(ClientFrame.Hello hello, long now) {
    Arrivals.Turn turn = loop.doorway().come(this, hello, now);
    switch (turn) {
      case NOW -> begin(hello, now);
      case LATER -> atDoorway = true;
      case NEVER -> close(CloseCode.OVERLOADED, null, now);
    }
  }

  /** Its session now; null: it has none. */
  @Nullable Session current() {
    return session;
  }

  @Override
  public Session session() {
    return Objects.requireNonNull(session, "it has none now");
  }

  /** Nobody waits for it as for a client. */
  @Override
  public boolean comesAgain() {
    return false;
  }

  @Override
  public void begin(ClientFrame.Hello hello, long now) {
    atDoorway = false;
    helloAt = now;
    if (!loop.isOpen()) {
      close(CloseCode.FENCED, null, now);
    } else if (loop.announce(this, hello)) {
      session().begin(now);
    } else {
      close(CloseCode.OVERLOADED, null, now);
    }
  }

  @Override
  public void close(CloseCode code, @Nullable String detail, long now) {
    if (session != null) {
      perform(session.close(code, detail, now));
    }
  }

  /** About once a second. */
  void tick(long now) {
    Session there = session;
    if (there != null) {
      there.onTaken();
      perform(there.onTick(now, true));
    }
  }

  /** Does what its session wants. */
  void perform(Action action) {
    switch (action) {
      case Plain plain -> {
        switch (plain) {
          case ACK -> loop.acked(this);
          case DOWN -> loop.down(session());
          case NOTHING, SEND, IGNORE, PING, GOAWAY, DISCONNECT -> {}
        }
      }
      case Action.Announce _ -> throw new IllegalStateException("there was a hello before");
      case Action.Close close -> ended(close);
    }
  }

  /** There is no connection to close: the session is over at once. */
  private void ended(Action.Close close) {
    Session over = session();
    loop.metrics().close(close.code());
    loop.metrics().ended(Transport.WEBHOOK);
    if (atDoorway) {
      atDoorway = false;
      loop.doorway().left();
    }
    if (close.down()) {
      loop.down(over);
    }
    session = null;
    host.frees(backlog.clear());
    if (gone == null) {
      alarm.set(comeback.nanos(close.code()), this::start);
    }
  }

  @Override
  public void obey(InboxCommand command, long now) {
    orders.obey(command, session(), now);
  }

  /** The sequencer has its session. */
  void attached(long now) {
    loop.metrics().attached(now - helloAt);
    comeback.attached();
  }

  /** Bytes of what waits for it. */
  long held() {
    return backlog.bytes();
  }

  /** Whether more waits than what is being posted. */
  boolean mayPay() {
    return session != null && backlog.isMoreThanUnderWay();
  }

  /** It holds most where too much waits for all. */
  void crowded(long now) {
    host.metrics().crowded();
    close(CloseCode.SLOW, "too much waits for all endpoints", now);
  }

  /** It waited at the gate, and may ask again. */
  void woken() {
    requests.woken();
  }

  /**
   * It answered 410. What it was asked is not taken back, so it comes again where nobody keeps
   * that.
   */
  void disable(long now) {
    host.metrics().disabled();
    boolean kept =
        host.log()
            .status(
                known,
                new EndpointStatus(known.offset(), EndpointStatus.Reason.GONE, loop.nowMillis()));
    LOGGER
        .atInfo()
        .addKeyValue("endpoint", known.key().name())
        .addKeyValue("kept", kept)
        .log("an endpoint answered 410 and is sent nothing any more");
    comeback.disabled();
    close(CloseCode.NORMAL, null, now);
  }

  /** Of ours: it ends the session and nothing else. */
  void fault(Throwable cause, long now) {
    loop.metrics().fault();
    LOGGER.atError().setCause(cause).log("the session of an endpoint ended after a fault of ours");
    close(CloseCode.INTERNAL, null, now);
  }

  // Its end.

  /**
   * Begins nothing any more.
   *
   * @param then called once nothing is under way
   */
  void leave(Runnable then) {
    gone = then;
    alarm.cancel();
    if (!requests.isUnderWay()) {
      leaveNow(then);
    } else {
      loop.thread().schedule(() -> leaveNow(then), PATIENCE_NANOS, TimeUnit.NANOSECONDS);
    }
  }

  /** What was under way has ended. */
  void free() {
    Runnable then = gone;
    if (then != null) {
      leaveNow(then);
    } else {
      requests.proceed();
    }
  }

  /** It leaves, and waits no longer. */
  void cut() {
    Runnable then = gone;
    if (then != null) {
      leaveNow(then);
    }
  }

  private void leaveNow(Runnable then) {
    if (left) {
      return;
    }
    left = true;
    long now = loop.now();
    close(CloseCode.GOING_AWAY, null, now);
    requests.end(now);
    host.wake();
    then.run();
  }
}
