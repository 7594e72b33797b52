package io.tidegate.client;

import io.tidegate.client.link.Dialer;
import io.tidegate.client.link.Hello;
import io.tidegate.client.link.Link;
import io.tidegate.client.link.LinkListener;
import io.tidegate.client.loop.Loop;
import io.tidegate.client.protocol.Transport;
import io.tidegate.client.rule.Acks;
import io.tidegate.client.rule.Bounds;
import io.tidegate.client.rule.End;
import io.tidegate.client.rule.Feed;
import io.tidegate.client.rule.Frame;
import io.tidegate.client.rule.FrameException;
import io.tidegate.client.rule.FrameReader;
import io.tidegate.client.rule.Range;
import io.tidegate.client.rule.Reconnect;
import io.tidegate.client.rule.Renewal;
import java.util.EnumMap;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * One connection from its begin to its end, by whatever transport: its timers, acks and token. All
 * on the loop.
 */
final class Session implements LinkListener {
  /** For the answer to a token, which also tells that the other side lives. Milliseconds. */
  private static final long ANSWER = 10_000;

  /** What a session needs of its client. */
  interface Host {
    /** With the token that is shown now. */
    Hello hello();

    /** The token that is shown; null: there is none. */
    @Nullable String token();

    /**
     * Gets another one.
     *
     * @param then called on the loop, once: with the token, or null where none can be had now
     */
    void renew(Consumer<@Nullable String> then);

    void welcomed(Frame.Welcome welcome);

    /** Something came. */
    void came();

    void whenSettled(Runnable then);

    void ended(Session session, End end);
  }

  private enum Alarm {
    WELCOME,
    ACK,
    WATCH,
    ANSWER,
    RENEW
  }

  private final Host host;
  private final Loop loop;
  private final Bounds bounds;
  private final Feed feed;
  private final int window;
  private final Renewal renewal = new Renewal();
  private final Map<Alarm, Loop.Timer> alarms = new EnumMap<>(Alarm.class);
  private final Link link;
  private @Nullable Acks acks;
  private String name = "";
  private long heardAt;
  private long since = Reconnect.NEVER_STOOD;
  private boolean unanswered;
  private boolean over;
  private @Nullable Range goaway;

  Session(Host host, Loop loop, Options options, Feed feed, Dialer dialer, Transport transport) {
    this.host = host;
    this.loop = loop;
    this.bounds = options.bounds();
    this.window = options.window();
    this.feed = feed;
    this.heardAt = loop.now();
    this.link = dialer.dial(transport, this);
    set(Alarm.WELCOME, bounds.welcome(), () -> drop("no welcome"));
  }

  /** For how long it stands, milliseconds; {@link Reconnect#NEVER_STOOD}: it does not. */
  long lived() {
    return since == Reconnect.NEVER_STOOD ? since : loop.now() - since;
  }

  /** The range that a goaway asked for; null: none did. */
  @Nullable Range goaway() {
    return goaway;
  }

  /** Whether a hello was said that nothing came back for. */
  boolean isUnanswered() {
    return unanswered;
  }

  // What the link tells and asks.

  @Override
  public Hello hello() {
    unanswered = since == Reconnect.NEVER_STOOD;
    return host.hello();
  }

  @Override
  public void alive() {
    heardAt = loop.now();
  }

  @Override
  public void told(String text) {
    try {
      Frame frame = FrameReader.read(text);
      alive();
      if (frame != null) {
        heard(frame);
      }
    } catch (FrameException e) {
      drop(String.valueOf(e.getMessage()));
    }
  }

  @Override
  public void heard(Frame frame) {
    alive();
    if (over) {
      return;
    }
    if (frame instanceof Frame.GoAway asked) {
      goaway = asked.stay();
    } else if (frame instanceof Frame.Token answer) {
      clear(Alarm.ANSWER);
      renewIn(renewal.answered(answer.expires()));
    } else if (frame instanceof Frame.Close close) {
      ended(End.closed(close.code(), close.reason(), close.reconnect()));
    } else {
      take(frame);
    }
  }

  private void take(Frame frame) {
    try {
      if (!feed.take(frame)) {
        var unused = finish(End.left("a gap"), false);
        return;
      }
    } catch (FrameException e) {
      drop(String.valueOf(e.getMessage()));
      return;
    }
    if (frame instanceof Frame.Welcome welcome) {
      welcome(welcome);
    }
    host.came();
    ackDue(false);
  }

  @Override
  public void ended(End end) {
    var unused = finish(end, true);
  }

  @Override
  public boolean hasRoom() {
    return feed.hasRoom();
  }

  @Override
  public void whenSettled(Runnable then) {
    host.whenSettled(then);
  }

  // What the client asks for.

  /** Something was handled or stored. */
  void progressed() {
    if (!over) {
      link.more();
      ackDue(false);
    }
  }

  /** Acks what stands out, and leaves in good order; completes when that has left. */
  CompletableFuture<Void> leave() {
    ackDue(true);
    return finish(End.left("left"), false);
  }

  /** Gives it up at once. */
  void drop(String reason) {
    ended(End.lost(reason));
  }

  /**
   * Acks what may be acked now, and comes back for the rest.
   *
   * @param all whether it may all be
   */
  private void ackDue(boolean all) {
    Acks due = acks;
    if (over || due == null) {
      return;
    }
    long now = loop.now();
    long seq = feed.ackable();
    long wait = due.due(seq, now);
    if (wait == 0 || (all && wait > 0)) {
      due.sent(seq, now);
      link.ack(seq, name);
    } else if (wait > 0) {
      set(Alarm.ACK, wait, () -> ackDue(false));
    }
  }

  private void welcome(Frame.Welcome welcome) {
    name = welcome.session();
    acks = new Acks(welcome.at().seq(), window);
    // Each poll has one.
    if (since == Reconnect.NEVER_STOOD) {
      since = loop.now();
      unanswered = false;
      clear(Alarm.WELCOME);
      host.welcomed(welcome);
      if (link.hearsPings()) {
        watch();
      }
      // Its answer says for how long it is good, and that the worker answers tokens at all.
      show(host.token());
    }
  }

  private void watch() {
    long left = bounds.silence() - (loop.now() - heardAt);
    if (left < 0 && feed.hasRoom()) {
      drop("silence");
      return;
    }
    // What is not read, because there is no room, is not heard.
    set(Alarm.WATCH, left < 0 ? bounds.silence() : left + 1, this::watch);
  }

  /** Shows a token where that can be done, no sooner than workers take one. */
  private void show(@Nullable String token) {
    if (token != null
        && link.showsTokens()
        && since != Reconnect.NEVER_STOOD
        && !over
        && renewal.mayShow(loop.now())) {
      link.token(token);
      // A worker that asks for none answers none.
      if (renewal.isAnswered()) {
        set(Alarm.ANSWER, ANSWER, () -> drop("no answer to a token"));
      }
    }
  }

  private void renewIn(long delay) {
    if (delay != Renewal.TOO_SOON) {
      set(Alarm.RENEW, delay, this::renew);
    }
  }

  private void renew() {
    host.renew(
        token -> {
          if (token == null) {
            renewIn(renewal.again());
          } else {
            show(token);
          }
        });
  }

  private void set(Alarm alarm, long delay, Runnable call) {
    clear(alarm);
    if (!over) {
      alarms.put(alarm, loop.after(delay, call));
    }
  }

  private void clear(Alarm alarm) {
    Loop.Timer timer = alarms.remove(alarm);
    if (timer != null) {
      timer.cancel();
    }
  }

  private CompletableFuture<Void> finish(End end, boolean now) {
    if (over) {
      return CompletableFuture.completedFuture(null);
    }
    over = true;
    alarms.values().forEach(Loop.Timer::cancel);
    alarms.clear();
    feed.left();
    CompletableFuture<Void> left = link.end(now);
    host.ended(this, end);
    return left;
  }
}
