package io.tidegate.delivery.connection;

import io.tidegate.contract.CloseCode;
import io.tidegate.contract.Urgency;
import io.tidegate.contract.webhook.EndpointStatus;
import io.tidegate.contract.webhook.EndpointUrl;
import io.tidegate.contract.webhook.Endpoints;
import io.tidegate.delivery.frame.ClientFrame;
import io.tidegate.delivery.frame.PushFrames;
import io.tidegate.delivery.inbox.InboxCommand;
import io.tidegate.delivery.metrics.DeliveryMetrics;
import io.tidegate.delivery.metrics.DeliveryMetrics.Transport;
import io.tidegate.delivery.outgoing.Answer;
import io.tidegate.delivery.outgoing.Line;
import io.tidegate.delivery.session.Action;
import io.tidegate.delivery.session.Action.Plain;
import io.tidegate.delivery.session.Arrivals;
import io.tidegate.delivery.session.Session;
import io.tidegate.delivery.webhook.Backoff;
import io.tidegate.delivery.webhook.Comeback;
import io.tidegate.delivery.webhook.Courier;
import io.tidegate.delivery.webhook.Courier.End;
import io.tidegate.delivery.webhook.Courier.Item;
import io.tidegate.delivery.webhook.Courier.Step;
import io.tidegate.delivery.webhook.Gate;
import io.tidegate.delivery.webhook.Gate.Verdict;
import io.tidegate.delivery.webhook.Result;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
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
  private final Line line;
  private final Gate.Place place;
  private final Comeback comeback;

  private @Nullable Session session;
  private Courier<PushFrames.Part> courier;
  private @Nullable Flight flight;

  /** Of what waits in the courier. */
  private long bytes;

  private long helloAt;

  /** Whether it waits at the gate; whoever wakes it says so. */
  private boolean atGate;

  /** Whether its session waits for its turn to begin. */
  private boolean atDoorway;

  private @Nullable Future<?> timer;
  private @Nullable Runnable gone;
  private boolean left;

  /**
   * A request under way.
   *
   * @param of the session that it is for
   * @param item null: a message that goes now or never
   */
  private record Flight(
      Session of, @Nullable Item<PushFrames.Part> item, byte[] body, long begunNanos) {}

  Hook(HookLoop host, Endpoints.Known known, EndpointUrl url) {
    this.host = host;
    this.loop = host.loop();
    this.known = known;
    this.line =
        new Line(
            host.outgoing(),
            known.key().owner().tenant(),
            url,
            loop.thread(),
            loop::now,
            loop::nowMillis);
    this.comeback = new Comeback(COMEBACK, host.chance());
    this.courier = new Courier<>(host.settings().courier(), host.chance());
    this.place = new Gate.Place(known.key().owner().tenant(), url.origin());
    host.gate().join(place);
  }

  // Its sessions.

  void start() {
    timer = null;
    if (gone != null) {
      return;
    }
    if (!loop.isOpen()) {
      later(comeback.whileClosedNanos(), this::start);
      return;
    }
    long now = loop.now();
    Session begun = loop.newSession(loop.settings().session().endless(), now);
    session = begun;
    courier = new Courier<>(host.settings().courier(), host.chance());
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

  private void perform(Action action) {
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
    host.frees(bytes);
    bytes = 0;
    if (gone == null) {
      later(comeback.nanos(close.code()), this::start);
    }
  }

  // What the sequencer has for it.

  @Override
  public void obey(InboxCommand command, long now) {
    Session there = session();
    try {
      Action action = there.onCommand(command, now);
      if (action == Plain.IGNORE) {
        Obedience.ignore(command, loop.metrics());
      } else if (action != Plain.SEND) {
        perform(action);
      } else {
        take(command, there, now);
      }
    } catch (RuntimeException e) {
      fault(e, now);
    }
  }

  private void take(InboxCommand command, Session there, long now) {
    switch (command) {
      case InboxCommand.Attach _ -> {
        loop.metrics().attached(now - helloAt);
        comeback.attached();
      }
      case InboxCommand.Push push -> push(push, now);
      case InboxCommand.Live live -> live(live, there, now);
      // The sender is told what was lost, by its outcome; an endpoint has no cursor that is void.
      case InboxCommand.Reset _ -> {}
      case InboxCommand.Kick _ -> throw new IllegalStateException("a kick is not sent");
    }
  }

  private void push(InboxCommand.Push push, long now) {
    List<PushFrames.Part> parts = PushFrames.parts(push.frame());
    long more = 0;
    for (PushFrames.Part part : parts) {
      more += part.length();
    }
    loop.metrics().pushed(Transport.WEBHOOK, push.messages(), push.frame().length());
    for (int i = 0; i < parts.size(); i++) {
      PushFrames.Part part = parts.get(i);
      courier.add(new Item<>(part.seq(), push.label(i).expiryMillis(), part));
    }
    boolean first = bytes == 0;
    bytes += more;
    host.holds(more);
    proceed();
    host.pay(first ? this : null, now);
  }

  /** Bytes of what waits for it. */
  long held() {
    return bytes;
  }

  /** Whether more waits than what is being posted. */
  boolean mayPay() {
    return session != null && courier.size() > (courier.isUnderWay() ? 1 : 0);
  }

  /** It holds most where too much waits for all. */
  void crowded(long now) {
    host.metrics().crowded();
    close(CloseCode.SLOW, "too much waits for all endpoints", now);
  }

  /** Now or never: nothing of it waits. */
  private void live(InboxCommand.Live live, Session there, long now) {
    boolean clear = flight == null && courier.isIdle() && host.gate().passes(place);
    loop.metrics().live(clear ? DeliveryMetrics.Live.SENT : DeliveryMetrics.Live.SLOW, 1);
    if (clear) {
      post(there, null, () -> loop.cloudEvents().body(live.frame()), now);
    }
  }

  // Requests.

  /** Does what is next, where nothing is under way. */
  private void proceed() {
    try {
      goOn();
    } catch (RuntimeException e) {
      fault(e, loop.now());
    }
  }

  private void goOn() {
    Session there = session;
    while (there == session && there != null && there.isAttached() && flight == null && !atGate) {
      long now = loop.now();
      switch (courier.next(now, loop.nowMillis())) {
        case Step.Post<PushFrames.Part>(Item<PushFrames.Part> item) -> {
          if (!ask(there, item, now)) {
            return;
          }
        }
        case Step.Wait<PushFrames.Part>(long until) -> {
          later(until - now, this::proceed);
          return;
        }
        case Step.Skip<PushFrames.Part>(Item<PushFrames.Part> item) -> {
          host.metrics().expired();
          ack(item, there, now);
        }
        case Step.Rest<PushFrames.Part> _ -> {
          return;
        }
      }
    }
  }

  /** Whether it went. */
  private boolean ask(Session there, Item<PushFrames.Part> item, long now) {
    switch (host.gate().ask(place, this, now)) {
      case Verdict.Go _ -> {
        courier.begun();
        post(there, item, () -> loop.cloudEvents().body(there.epoch(), item.what()), now);
        return true;
      }
      case Verdict.Queued _ -> atGate = true;
      case Verdict.Open(long until) -> later(until - now, this::proceed);
    }
    return false;
  }

  /** It waited at the gate, and may ask again. */
  void woken() {
    atGate = false;
    proceed();
  }

  /** It has passed the gate; what keeps it from going is a fault, and leaves nothing behind. */
  private void post(
      Session there, @Nullable Item<PushFrames.Part> item, Supplier<byte[]> text, long now) {
    try {
      byte[] body = text.get();
      var fields = Signing.fields(known, host.settings().key(), body, loop.nowMillis());
      flight = new Flight(there, item, body, now);
      line.post(body, fields, this::answered);
    } catch (RuntimeException e) {
      flight = null;
      line.close();
      host.gate().gaveUp(place, now);
      host.wakeLater();
      fault(e, now);
    }
  }

  private void answered(Answer answer) {
    Flight over = Objects.requireNonNull(flight, "nothing was posted");
    flight = null;
    long now = loop.now();
    host.metrics().ended(answer.result(), now - over.begunNanos());
    if (host.gate().done(place, answer.result(), now)) {
      host.metrics().opened();
    }
    try {
      settle(over, answer, now);
    } catch (RuntimeException e) {
      fault(e, now);
    }
    host.wake(); // before this one asks again, or who waits would wait for its last message
    Runnable left = gone;
    if (left != null) {
      leaveNow(left);
    } else {
      proceed();
    }
  }

  private void settle(Flight over, Answer answer, long now) {
    if (answer.result() == Result.GONE) {
      disable(now);
      return;
    }
    if (over.item() == null || over.of() != session) {
      // Where the session is another one, the message comes again in that, under the same id.
      return;
    }
    switch (courier.ended(answer.result(), answer.retryAfterNanos(), now)) {
      case End.Ack<PushFrames.Part>(Item<PushFrames.Part> item) -> ack(item, over.of(), now);
      case End.Again<PushFrames.Part> _ -> host.metrics().retried();
      case End.Refuse<PushFrames.Part>(Item<PushFrames.Part> item) -> {
        boolean room =
            host.log()
                .deadLetter(
                    known,
                    answer.detail(),
                    over.body(),
                    written ->
                        Tasks.execute(loop.thread(), () -> evident(item, over.of(), written)));
        if (!room) {
          evident(item, over.of(), false);
        }
      }
      case End.Stop<PushFrames.Part> _ -> throw new IllegalStateException("it was gone");
    }
  }

  private void ack(Item<PushFrames.Part> item, Session there, long now) {
    forget(item);
    perform(there.onAck(item.seq(), now));
  }

  /** The evidence of a refusal was written, or was not; only with it the message is given up. */
  private void evident(Item<PushFrames.Part> item, Session there, boolean written) {
    if (there != session) {
      return; // it comes again in another
    }
    if (written) {
      loop.refused(there, item.seq(), told -> refused(item, there, told));
    } else {
      refused(item, there, false);
    }
  }

  private void refused(Item<PushFrames.Part> item, Session there, boolean written) {
    if (there != session) {
      return;
    }
    long now = loop.now();
    if (written) {
      host.metrics().refused();
      courier.refused();
      forget(item);
      Action action = there.onAck(item.seq(), now);
      if (action != Plain.ACK) { // which was told
        perform(action);
      }
    } else {
      host.metrics().retried();
      courier.kept(now);
    }
    proceed();
  }

  private void forget(Item<PushFrames.Part> item) {
    bytes -= item.what().length();
    host.frees(item.what().length());
  }

  /** What it was asked is not taken back, so it comes again where nobody keeps that. */
  private void disable(long now) {
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

  private void fault(Throwable cause, long now) {
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
    cancel();
    if (flight == null) {
      leaveNow(then);
    } else {
      loop.thread().schedule(() -> leaveNow(then), PATIENCE_NANOS, TimeUnit.NANOSECONDS);
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
    if (flight != null) {
      flight = null;
      host.gate().gaveUp(place, now);
    }
    line.close();
    host.gate().part(place);
    host.wake();
    then.run();
  }

  private void later(long nanos, Runnable what) {
    cancel();
    timer = loop.thread().schedule(what, Math.max(0, nanos), TimeUnit.NANOSECONDS);
  }

  private void cancel() {
    if (timer != null) {
      timer.cancel(false);
      timer = null;
    }
  }
}
