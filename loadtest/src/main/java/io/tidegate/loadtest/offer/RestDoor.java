package io.tidegate.loadtest.offer;

import io.netty.bootstrap.Bootstrap;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.ChannelOption;
import io.netty.channel.EventLoop;
import io.netty.channel.socket.SocketChannel;
import io.netty.handler.codec.http.HttpObjectAggregator;
import io.netty.handler.codec.http.HttpResponseDecoder;
import io.netty.util.concurrent.Promise;
import io.netty.util.concurrent.ScheduledFuture;
import io.tidegate.loadtest.net.Cause;
import io.tidegate.loadtest.net.Sockets;
import io.tidegate.loadtest.net.Ticks;
import io.tidegate.loadtest.net.Tls;
import io.tidegate.loadtest.schedule.Backlog;
import java.io.IOException;
import java.net.URI;
import java.util.ArrayDeque;
import java.util.Arrays;
import java.util.Objects;
import java.util.concurrent.TimeUnit;
import javax.net.ssl.SSLContext;
import org.jspecify.annotations.Nullable;

/**
 * Hands messages in over HTTP/1.1: as many connections as are needed, up to a bound, each of which
 * waits for its answer. Where all wait, what falls due waits with them, by its number only, and its
 * time runs: the rate is not slowed by the service, and the wait is part of what is measured.
 */
@SuppressWarnings("FutureReturnValueIgnored") // What fails closes its channel, and that is seen.
public final class RestDoor implements Door {
  private static final int CONNECT_MILLIS = 10_000;
  private static final int MOST_ANSWER_BYTES = 4 << 20;
  private static final int TICKS_A_LOOK = 100;
  private static final long NEVER = Long.MAX_VALUE;

  /** By so much later than it was to, and the loop looked at what is due after a pause. */
  private static final long PAUSE_NANOS = TimeUnit.MILLISECONDS.toNanos(2);

  private final EventLoop loop;
  private final URI target;
  private final @Nullable Tls tls;
  private final Requests requests;
  private final DoorRules rules;
  private final Backlog backlog;
  private final OfferEvents events;

  private final ArrayDeque<RestConnection> idle = new ArrayDeque<>();
  private final long[] batch;
  private int batched;
  private int connections;
  private int busy;

  /** Done once a connection can take a request, or the first cannot be made. */
  private final Promise<RestConnection> opening;

  /** Up to when what was due waited for a connection. */
  private long starvedUntil = -1;

  private boolean starved;

  /** Up to when what fell due was not looked at: that it waited for was the generator's doing. */
  private long pausedUntil = -1;

  private long startNanos;
  private boolean started;
  private long wakeNanos = NEVER;
  private @Nullable ScheduledFuture<?> wake;
  private @Nullable ScheduledFuture<?> ticks;
  private int ticked;
  private volatile boolean done;
  private volatile boolean closed;
  private volatile int mostInUse;
  private volatile String lastFailure = "";

  /**
   * @param target the endpoint that takes messages
   * @param tls of a target of https; null: as the JDK does
   */
  public RestDoor(
      Sockets sockets,
      URI target,
      @Nullable SSLContext tls,
      Requests requests,
      DoorRules rules,
      Backlog backlog,
      OfferEvents events) {
    this.loop = sockets.loop();
    this.opening = loop.newPromise();
    this.target = target;
    this.tls = Tls.of(target, tls);
    this.requests = requests;
    this.rules = rules;
    this.backlog = backlog;
    this.events = events;
    this.batch = new long[rules.batch()];
  }

  @Override
  public void open() throws IOException {
    loop.execute(this::connect);
    if (!opening.awaitUninterruptibly().isSuccess()) {
      throw new IOException(
          "cannot connect to %s: %s".formatted(target.getAuthority(), lastFailure),
          opening.cause());
    }
  }

  @Override
  public void start(long nanos) {
    loop.execute(
        () -> {
          startNanos = nanos;
          started = true;
          ticks = Ticks.start(loop, (_, late) -> tick(late));
          // Should it be later already, that is a pause too.
          wakeNanos = backlog.nextNanos();
          turn();
        });
  }

  @Override
  public boolean isDone() {
    return done;
  }

  @Override
  public int mostInUse() {
    return mostInUse;
  }

  @Override
  public String lastFailure() {
    return lastFailure;
  }

  @Override
  public void close() {
    closed = true;
  }

  long now() {
    return System.nanoTime() - startNanos;
  }

  /** A connection can take a request. */
  void ready(RestConnection connection) {
    opening.trySuccess(connection);
    idle.push(connection);
    turn();
  }

  /** A request was answered, or will not be. */
  void ended(RestConnection connection) {
    busy--;
    if (connection.isOpen()) {
      idle.push(connection);
    }
    turn();
  }

  /** A connection failed, or could not be made. */
  void failed(Throwable cause) {
    lastFailure = Cause.of(cause);
    opening.tryFailure(cause);
  }

  void gone(RestConnection connection) {
    connections--;
    idle.remove(connection);
    if (!closed && connections == 0) {
      loop.schedule(this::turn, 100, TimeUnit.MILLISECONDS);
    }
  }

  void accepted(long message) {
    events.accepted(message, now());
  }

  /**
   * @param status 0: none came
   */
  void refused(long message, int status, String answer, @Nullable String retryAfter) {
    long at = rules.retry().at(status, retryAfter, backlog.dueNanos(message), now());
    boolean again = at != Retry.NEVER && backlog.again(message, at);
    events.refused(message, answer, again);
  }

  private void turn() {
    if (!started || closed) {
      return;
    }
    long now = now();
    if (starved) {
      starvedUntil = now;
    } else if (wakeNanos < now - PAUSE_NANOS) {
      pausedUntil = now;
    }
    while (!idle.isEmpty() && fill(now)) {
      send(now);
    }
    giveUp(now);
    boolean due = batched > 0 ? batchNanos() <= now : backlog.nextNanos() <= now;
    starved = due && idle.isEmpty();
    if (starved && connections < rules.connections()) {
      connect();
    }
    done = backlog.isEmpty() && batched == 0 && busy == 0;
    wakeAt(
        starved
            ? NEVER
            : batched > 0 ? Math.min(batchNanos(), backlog.nextNanos()) : backlog.nextNanos());
  }

  /** What could not be handed in for so long is not: the service takes nothing, or too little. */
  private void giveUp(long now) {
    if (!idle.isEmpty()) {
      return;
    }
    long overdue = now - rules.patienceNanos();
    int kept = 0;
    for (int i = 0; i < batched; i++) {
      if (backlog.dueNanos(batch[i]) <= overdue) {
        notSent(batch[i], now);
      } else {
        batch[kept++] = batch[i];
      }
    }
    batched = kept;
    while (backlog.nextNanos() <= overdue) {
      notSent(backlog.poll(overdue), now);
    }
  }

  private void notSent(long message, long now) {
    events.sent(message, now, OfferEvents.HELD_UP);
    events.refused(message, "not sent", false);
  }

  /** Whether there is a request's worth of messages. */
  private boolean fill(long now) {
    while (batched < batch.length) {
      long message = backlog.poll(now);
      if (message == Backlog.NONE) {
        break;
      }
      batch[batched++] = message;
    }
    boolean last = batched > 0 && backlog.nextNanos() == NEVER;
    return batched == batch.length || last || (batched > 0 && batchNanos() <= now);
  }

  /** When the messages that were collected were to go. */
  private long leaveNanos() {
    boolean whole = batched == batch.length || backlog.nextNanos() == NEVER;
    long complete = whole ? backlog.dueNanos(batch[batched - 1]) : NEVER;
    return Math.min(complete, batchNanos());
  }

  /** When the messages that were collected go, full or not. */
  private long batchNanos() {
    return backlog.dueNanos(batch[0]) + rules.lingerNanos();
  }

  private void send(long now) {
    long[] messages = Arrays.copyOf(batch, batched);
    long leave = leaveNanos();
    ByteBuf request = requests.of(messages, ByteBufAllocator.DEFAULT);
    batched = 0;
    RestConnection connection = idle.pop();
    busy++;
    mostInUse = Math.max(mostInUse, busy);
    events.requestBegins();
    for (long message : messages) {
      events.sent(message, now, late(backlog.dueNanos(message), leave, now));
    }
    connection.send(messages, request);
  }

  /** What of the time after it was to leave a message waited by this loop's own doing. */
  private long late(long due, long leave, long now) {
    if (due > starvedUntil) {
      // One that is handed in again is older than those that go with it.
      return Math.max(0, now - Math.max(due, leave));
    }
    // For a connection too, but with a backlog that is there because of a pause.
    return due <= pausedUntil
        ? Math.max(0, pausedUntil - Math.max(due, leave))
        : OfferEvents.HELD_UP;
  }

  private void connect() {
    connections++;
    new Bootstrap()
        .group(loop)
        .channel(Sockets.channel())
        .option(ChannelOption.TCP_NODELAY, true)
        .option(ChannelOption.CONNECT_TIMEOUT_MILLIS, CONNECT_MILLIS)
        .handler(
            new ChannelInitializer<SocketChannel>() {
              @Override
              protected void initChannel(SocketChannel channel) {
                if (tls != null) {
                  channel.pipeline().addLast(tls.handler());
                }
                channel
                    .pipeline()
                    .addLast(
                        new HttpResponseDecoder(),
                        new HttpObjectAggregator(MOST_ANSWER_BYTES),
                        new RestConnection(RestDoor.this));
              }
            })
        .connect(target.getHost(), Sockets.port(target))
        .addListener(
            connected -> {
              if (!connected.isSuccess()) {
                failed(connected.cause());
                connections--;
                loop.schedule(this::turn, 100, TimeUnit.MILLISECONDS);
              }
            });
  }

  private void wakeAt(long nanos) {
    if (nanos == wakeNanos && wake != null) {
      return;
    }
    if (wake != null) {
      wake.cancel(false);
    }
    wakeNanos = nanos;
    if (nanos != NEVER) {
      wake = loop.schedule(this::woken, Math.max(0, nanos - now()), TimeUnit.NANOSECONDS);
    }
  }

  private void woken() {
    wake = null;
    turn();
  }

  /** Looks now and then for a way on where nothing else would. */
  private void tick(long late) {
    if (closed || done) {
      Objects.requireNonNull(ticks).cancel(false);
      return;
    }
    events.ticked(now(), late);
    ticked++;
    if (ticked % TICKS_A_LOOK == 0) {
      turn();
    }
  }
}
