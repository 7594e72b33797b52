package io.tidegate.delivery.connection;

import io.tidegate.contract.webhook.EndpointUrl;
import io.tidegate.contract.webhook.Endpoints;
import io.tidegate.delivery.frame.PushFrames;
import io.tidegate.delivery.outgoing.Answer;
import io.tidegate.delivery.outgoing.Line;
import io.tidegate.delivery.session.Action;
import io.tidegate.delivery.session.Action.Plain;
import io.tidegate.delivery.session.Session;
import io.tidegate.delivery.webhook.Backlog;
import io.tidegate.delivery.webhook.Courier.End;
import io.tidegate.delivery.webhook.Courier.Item;
import io.tidegate.delivery.webhook.Courier.Step;
import io.tidegate.delivery.webhook.Gate;
import io.tidegate.delivery.webhook.Gate.Verdict;
import io.tidegate.delivery.webhook.Result;
import java.util.Objects;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * The requests to one endpoint, one at a time: when the next goes, and what follows from its
 * answer. One that is under way when a session ends is still the only one, and what it is answered
 * says nothing to the next session.
 */
final class Requests {
  private final HookLoop host;
  private final Hook hook;
  private final Loop loop;
  private final Endpoints.Known known;
  private final Backlog<PushFrames.Part> backlog;
  private final Alarm alarm;
  private final Line line;
  private final Gate.Place place;

  private @Nullable Flight flight;

  /** Whether it waits at the gate; whoever wakes it says so. */
  private boolean atGate;

  /**
   * A request under way.
   *
   * @param of the session that it is for
   * @param item null: a message that goes now or never
   */
  private record Flight(
      Session of, @Nullable Item<PushFrames.Part> item, byte[] body, long begunNanos) {}

  Requests(
      HookLoop host,
      Hook hook,
      Endpoints.Known known,
      EndpointUrl url,
      Backlog<PushFrames.Part> backlog,
      Alarm alarm) {
    this.host = host;
    this.hook = hook;
    this.loop = host.loop();
    this.known = known;
    this.backlog = backlog;
    this.alarm = alarm;
    String tenant = known.key().owner().tenant();
    this.line = new Line(host.outgoing(), tenant, url, loop.thread(), loop::now, loop::nowMillis);
    this.place = new Gate.Place(tenant, url.origin());
    host.gate().join(place);
  }

  boolean isUnderWay() {
    return flight != null;
  }

  /** Does what is next, where nothing is under way. */
  void proceed() {
    try {
      goOn();
    } catch (RuntimeException e) {
      hook.fault(e, loop.now());
    }
  }

  private void goOn() {
    Session there = hook.current();
    while (there == hook.current()
        && there != null
        && there.isAttached()
        && flight == null
        && !atGate) {
      long now = loop.now();
      switch (backlog.courier().next(now, loop.nowMillis())) {
        case Step.Post<PushFrames.Part>(Item<PushFrames.Part> item) -> {
          if (!ask(there, item, now)) {
            return;
          }
        }
        case Step.Wait<PushFrames.Part>(long until) -> {
          alarm.set(until - now, this::proceed);
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
    switch (host.gate().ask(place, hook, now)) {
      case Verdict.Go _ -> {
        backlog.courier().begun();
        post(there, item, () -> loop.cloudEvents().body(there.epoch(), item.what()), now);
        return true;
      }
      case Verdict.Queued _ -> atGate = true;
      case Verdict.Open(long until) -> alarm.set(until - now, this::proceed);
    }
    return false;
  }

  /** It waited at the gate, and may ask again. */
  void woken() {
    atGate = false;
    proceed();
  }

  /** Whether nothing waits or is under way and one may go at once; then one is to be posted. */
  boolean passes() {
    return flight == null && backlog.courier().isIdle() && host.gate().passes(place);
  }

  /** Posts what {@link #passes}, and never again. */
  void postOnce(Session there, Supplier<byte[]> text, long now) {
    post(there, null, text, now);
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
      hook.fault(e, now);
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
      hook.fault(e, now);
    }
    host.wake(); // before this one asks again, or who waits would wait for its last message
    hook.free();
  }

  private void settle(Flight over, Answer answer, long now) {
    if (answer.result() == Result.GONE) {
      hook.disable(now);
      return;
    }
    if (over.item() == null || over.of() != hook.current()) {
      // Where the session is another one, the message comes again in that, under the same id.
      return;
    }
    switch (backlog.courier().ended(answer.result(), answer.retryAfterNanos(), now)) {
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
    host.frees(backlog.done(item));
    hook.perform(there.onAck(item.seq(), now));
  }

  /** The evidence of a refusal was written, or was not; only with it the message is given up. */
  private void evident(Item<PushFrames.Part> item, Session there, boolean written) {
    if (there != hook.current()) {
      return; // it comes again in another
    }
    if (written) {
      loop.refused(there, item.seq(), told -> refused(item, there, told));
    } else {
      refused(item, there, false);
    }
  }

  private void refused(Item<PushFrames.Part> item, Session there, boolean written) {
    if (there != hook.current()) {
      return;
    }
    long now = loop.now();
    if (written) {
      host.metrics().refused();
      backlog.courier().refused();
      host.frees(backlog.done(item));
      Action action = there.onAck(item.seq(), now);
      if (action != Plain.ACK) { // which was told
        hook.perform(action);
      }
    } else {
      host.metrics().retried();
      backlog.courier().kept(now);
    }
    proceed();
  }

  /** Gives up what is under way, and is a guest of its host no more. */
  void end(long now) {
    if (flight != null) {
      flight = null;
      host.gate().gaveUp(place, now);
    }
    line.close();
    host.gate().part(place);
  }
}
