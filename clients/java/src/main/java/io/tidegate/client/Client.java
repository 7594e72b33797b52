package io.tidegate.client;

import io.tidegate.client.TidegateException.Source;
import io.tidegate.client.link.Dialer;
import io.tidegate.client.link.Hello;
import io.tidegate.client.loop.Loop;
import io.tidegate.client.protocol.Cursor;
import io.tidegate.client.protocol.Transport;
import io.tidegate.client.rule.Bounds;
import io.tidegate.client.rule.End;
import io.tidegate.client.rule.Feed;
import io.tidegate.client.rule.Frame;
import io.tidegate.client.rule.Item;
import io.tidegate.client.rule.Ladder;
import io.tidegate.client.rule.Reconnect;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Executor;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** Holds it together: one session after the other, and the waits between them. All on the loop. */
final class Client implements Session.Host, Pump.Work {
  /** A store that could not be read is asked again after so long. Milliseconds. */
  private static final long LOAD_AGAIN = 5_000;

  private final Options options;
  private final Loop loop;
  private final Dialer dialer;
  private final Application application;
  private final Tokens tokens;
  private final Ladder ladder;
  private final Reconnect reconnect;
  private final Wait wait;
  private final Climb climb;
  private final CompletableFuture<State.Closed> over = new CompletableFuture<>();
  private volatile State state;
  private volatile @Nullable Cursor cursor;
  private @Nullable Feed feed;
  private @Nullable Pump pump;
  private @Nullable Session session;
  private boolean closed;

  Client(Options options, Loop loop, Dialer dialer, Executor executor) {
    Bounds bounds = options.bounds();
    this.options = options;
    this.loop = loop;
    this.dialer = dialer;
    this.application = new Application(options, loop, executor);
    this.tokens = new Tokens(options, loop, application);
    this.ladder = new Ladder(options.transports(), bounds.climb(), loop::random);
    this.reconnect =
        new Reconnect(
            bounds.retryFirst(), bounds.retryMost(), loop::random, options.tokens() != null);
    this.wait = new Wait(loop);
    this.climb = new Climb(loop, ladder, dialer);
    this.state = new State.Connecting(ladder.transport());
  }

  // What any thread may call.

  void begin() {
    loop.execute(this::load);
  }

  State state() {
    return state;
  }

  @Nullable Cursor cursor() {
    return cursor;
  }

  CompletionStage<State.Closed> closed() {
    return over.copy();
  }

  boolean isHandler(Thread thread) {
    return application.isHandler(thread);
  }

  void retry() {
    loop.execute(() -> wait.hurry(reconnect::hurry));
  }

  void close() {
    loop.execute(
        () -> {
          if (!closed) {
            closed = true;
            wait.cancel();
            stop(true, new State.Closed("close", 0));
          }
        });
  }

  /** A fault of ours: that connection ends, or else all does. */
  void fault(Throwable error) {
    application.failed(Source.CLIENT, error);
    Session standing = session;
    if (standing != null && !closed) {
      standing.drop("a fault of the client");
    } else if (!over.isDone()) {
      closed = true;
      finish(new State.Closed("a fault of the client", 0));
    }
  }

  // From here on all is on the loop.

  /** Who has a store of its own does not begin without what it says. */
  private void load() {
    application.ask(
        options.store()::load,
        (Cursor kept, Throwable error) -> {
          if (closed) {
            return;
          }
          if (error != null) {
            application.failed(Source.STORE, error);
            wait.begin(LOAD_AGAIN, true, this::load);
            return;
          }
          cursor = kept;
          Feed made = new Feed(kept, options.window());
          feed = made;
          pump = new Pump(loop, made, this);
          connect();
        });
  }

  private void connect() {
    Transport transport = ladder.transport();
    tell(new State.Connecting(transport));
    tokens.first(
        () -> dial(transport),
        end -> {
          if (!closed) {
            next(end, null);
          }
        });
  }

  private void dial(Transport transport) {
    Feed known = feed;
    if (closed || known == null) {
      return;
    }
    Session begun = new Session(this, loop, options, known, dialer, transport);
    session = begun;
    climb.begin(
        () -> {
          var unused = begun.leave();
        });
  }

  @Override
  public void ended(Session ended, End end) {
    session = null;
    climb.end();
    if (!closed) {
      if (ended.isUnanswered() && end.code() == 0) {
        reconnect.gaveUp(loop.now());
      }
      next(end, ended);
    }
  }

  /**
   * Comes again, if that is to be.
   *
   * @param ended null: there was none, for want of a token
   */
  private void next(End end, @Nullable Session ended) {
    long now = loop.now();
    long lived = ended == null ? Reconnect.NEVER_STOOD : ended.lived();
    Reconnect.Step step = reconnect.after(end, now, lived, ended == null ? null : ended.goaway());
    if (step == null) {
      closed = true;
      State.Closed how = new State.Closed(end.reason(), end.code());
      tell(how);
      // Who took this device's place stores its cursor.
      stop(end.code() != End.REPLACED, how);
      return;
    }
    if (step.another()) {
      ladder.failed(now);
    } else if (ended != null && lived == Reconnect.NEVER_STOOD) {
      // The worker was reached and had no session to give, which may be why the better ones failed.
      ladder.restart();
    }
    if (step.renew()) {
      tokens.forget();
    }
    tell(new State.Waiting(Duration.ofMillis(step.delay()), end.reason(), end.code()));
    wait.begin(step.delay(), step.asked(), this::connect);
  }

  /**
   * Begins nothing more, and is over when what was begun is done, stored if {@code keep}, acked.
   */
  private void stop(boolean keep, State.Closed how) {
    if (pump == null) {
      finish(how);
      return;
    }
    pump.stop(
        keep,
        () -> {
          Session standing = session;
          if (standing == null) {
            finish(how);
          } else {
            var unused =
                standing.leave().whenComplete((left, error) -> loop.execute(() -> finish(how)));
          }
        });
  }

  private void finish(State.Closed how) {
    tell(how);
    over.complete(how);
    loop.close();
  }

  // What a session asks for and tells.

  @Override
  public Hello hello() {
    return new Hello(
        options.user(),
        options.device(),
        options.window(),
        options.urgency(),
        tokens.current(),
        feed == null ? null : feed.resume());
  }

  @Override
  public @Nullable String token() {
    return tokens.current();
  }

  @Override
  public void renew(Consumer<@Nullable String> then) {
    tokens.renew(then, end -> then.accept(null));
  }

  @Override
  public void welcomed(Frame.Welcome welcome) {
    reconnect.welcomed();
    ladder.welcomed();
    long backlog = Math.max(0, welcome.head() - welcome.at().seq());
    tell(new State.Open(ladder.transport(), welcome.mode(), backlog));
  }

  @Override
  public void came() {
    if (pump != null) {
      pump.run();
    }
  }

  @Override
  public void whenSettled(Runnable then) {
    if (pump != null) {
      pump.whenSettled(then);
    }
  }

  // What the pump asks for and tells.

  @Override
  public void handle(Item item, Consumer<@Nullable Throwable> done) {
    application.handle(item, done);
  }

  @Override
  public void store(Cursor next, Consumer<@Nullable Throwable> done) {
    application.ask(
        () -> {
          options.store().save(next);
          return next;
        },
        (kept, error) -> {
          cursor = error == null ? next : cursor;
          done.accept(error);
        });
  }

  @Override
  public void failed(@Nullable Item item, Throwable error) {
    Source handler = item instanceof Item.Missed ? Source.ON_MISSED : Source.ON_MESSAGE;
    application.failed(item == null ? Source.STORE : handler, error);
  }

  @Override
  public void progressed() {
    if (session != null) {
      session.progressed();
    }
  }

  private void tell(State next) {
    boolean isLast = next instanceof State.Closed;
    if (!(state instanceof State.Closed) && (!closed || isLast)) {
      state = next;
      application.tell(next);
    }
  }
}
