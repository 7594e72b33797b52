package io.tidegate.cli.listen;

import io.tidegate.cli.Reason;
import io.tidegate.contract.ClientProtocol;
import io.tidegate.contract.CloseCode;
import io.tidegate.contract.CloseCode.Reconnect;
import io.tidegate.contract.StartupException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.WebSocketHandshakeException;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/**
 * Drives a {@link Device} over one connection after the other until it has shown as many messages
 * as wanted, is told not to come back, or is stopped.
 */
public final class Listener {
  private static final Duration PING_EVERY = Duration.ofSeconds(15);
  private static final Duration SILENCE = Duration.ofSeconds(45);
  private static final Duration CLOSING = Duration.ofSeconds(2);

  private final URI uri;
  private final Device device;
  private final Backoff backoff = new Backoff(RandomGenerator.getDefault());
  private final Watcher screen;
  private final long wanted;
  private final HttpClient http;
  private final ScheduledExecutorService timer;
  private final CountDownLatch stopped = new CountDownLatch(1);

  private final Object lock = new Object();
  private @Nullable Connection connection;
  private Device.Step.@Nullable GoAway goAway;
  private long shown;
  private long lastShown;
  private boolean gap;
  private boolean everWelcomed;

  /**
   * @param wanted how many messages to show; 0 for no end
   */
  public Listener(Clients clients, URI uri, Device device, Watcher screen, long wanted) {
    this.http = clients.http();
    this.timer = clients.timer();
    this.uri = uri;
    this.device = device;
    this.screen = screen;
    this.wanted = wanted;
  }

  /** How it ended. */
  public enum End {
    ALL_SHOWN,
    STOPPED,
    REFUSED
  }

  /**
   * @throws StartupException if the first attempt finds nobody
   */
  public End run() throws StartupException, InterruptedException {
    while (true) {
      Connection.Closed closed = connectOnce();
      Duration wait;
      synchronized (lock) {
        connection = null;
        if (wanted > 0 && shown >= wanted) {
          return End.ALL_SHOWN;
        }
        if (isStopped()) {
          return End.STOPPED;
        }
        Reconnect rule = rule(closed.code());
        if (rule == Reconnect.NEVER && !gap) {
          screen.closedForGood(closed.code(), closed.reason());
          return End.REFUSED;
        }
        wait = waitBefore(rule);
        screen.reconnecting(closed.code(), closed.reason(), wait);
        goAway = null;
        gap = false;
      }
      if (stopped.await(wait.toMillis(), TimeUnit.MILLISECONDS)) {
        return End.STOPPED;
      }
    }
  }

  /** Acks what stands out, says goodbye, and lets {@link #run} return. */
  public void stop() {
    stopped.countDown();
    CompletableFuture<Connection.Closed> closing = null;
    synchronized (lock) {
      Connection open = connection;
      if (open != null) {
        sendDueAck(open);
        open.close(CloseCode.NORMAL.code(), CloseCode.NORMAL.reason());
        closing = open.closed();
      }
    }
    if (closing != null) {
      awaitQuietly(closing);
    }
  }

  private Connection.Closed connectOnce() throws StartupException, InterruptedException {
    Connection open;
    try {
      open = Connection.open(http, uri, this::onFrame);
    } catch (ExecutionException | TimeoutException e) {
      String reason = unreachable(e);
      boolean busy =
          e.getCause() instanceof WebSocketHandshakeException refused
              && refused.getResponse().statusCode() == 503;
      if (!everWelcomed && !busy) {
        throw new StartupException("no delivery service at " + uri + ": " + reason, e);
      }
      return new Connection.Closed(Connection.ABNORMAL, reason);
    }
    ScheduledFuture<?> pings =
        timer.scheduleAtFixedRate(
            () -> keepAlive(open),
            PING_EVERY.toMillis(),
            PING_EVERY.toMillis(),
            TimeUnit.MILLISECONDS);
    synchronized (lock) {
      connection = open;
      open.send(device.hello());
    }
    try {
      return open.closed().get();
    } catch (ExecutionException e) {
      throw new IllegalStateException("closed never fails", e);
    } finally {
      pings.cancel(false);
    }
  }

  private void onFrame(JsonNode frame) {
    synchronized (lock) {
      Connection open = connection;
      if (open == null || isStopped() || gap || (wanted > 0 && shown >= wanted)) {
        return;
      }
      for (Device.Step step : device.on(frame)) {
        perform(step, open);
        if (wanted > 0 && shown >= wanted) {
          break;
        }
      }
      if (wanted > 0 && shown >= wanted) {
        // The frame may have held more, which a later run is to get.
        if (lastShown > 0) {
          sendAck(new Device.Step.Ack(lastShown), open);
        }
        close(open, CloseCode.NORMAL.reason());
      }
    }
  }

  private void perform(Device.Step step, Connection open) {
    switch (step) {
      case Device.Step.Welcomed welcome -> {
        everWelcomed = true;
        backoff.reset();
        screen.welcomed(welcome);
      }
      case Device.Step.Show show -> {
        shown++;
        lastShown = Math.max(lastShown, show.seq());
        screen.show(show);
      }
      case Device.Step.Missed missed -> screen.missed(missed.seq());
      case Device.Step.Ack ack -> sendAck(ack, open);
      case Device.Step.AckSoon _ -> ackSoon(open);
      case Device.Step.Gap found -> {
        gap = true;
        screen.gap(found);
        close(open, "a gap: saying hello again");
      }
      case Device.Step.GoAway range -> goAway = range;
      case Device.Step.NotUnderstood fault -> open.abort(fault.reason());
    }
  }

  private void ackSoon(Connection open) {
    var _ =
        timer.schedule(
            () -> {
              synchronized (lock) {
                if (connection == open) {
                  sendDueAck(open);
                }
              }
            },
            ClientProtocol.ACK_MILLIS,
            TimeUnit.MILLISECONDS);
  }

  private void sendDueAck(Connection open) {
    Device.Step.Ack due = device.ackDue();
    if (due != null) {
      sendAck(due, open);
    }
  }

  private void sendAck(Device.Step.Ack ack, Connection open) {
    Map<String, Object> frame = new LinkedHashMap<>();
    frame.put(ClientProtocol.OP, ClientProtocol.ACK);
    frame.put("seq", ack.seq());
    open.send(frame);
    screen.acked(ack.seq());
  }

  /** A server that does not answer the close must not keep us. */
  private void close(Connection open, String reason) {
    open.close(CloseCode.NORMAL.code(), reason);
    var _ =
        timer.schedule(
            () -> open.abort("no answer to close"), CLOSING.toMillis(), TimeUnit.MILLISECONDS);
  }

  private static void keepAlive(Connection open) {
    if (open.silence().compareTo(SILENCE) > 0) {
      open.abort("nothing was heard for " + SILENCE.toSeconds() + " s");
    } else {
      open.ping();
    }
  }

  private Duration waitBefore(Reconnect rule) {
    Device.Step.GoAway range = goAway;
    if (gap) {
      return Duration.ZERO;
    }
    if (range != null) {
      return backoff.within(range.minMillis(), range.maxMillis());
    }
    return rule == Reconnect.NOW ? Duration.ZERO : backoff.next();
  }

  private static Reconnect rule(int code) {
    CloseCode known = CloseCode.of(code);
    if (known != null) {
      return known.reconnect();
    }
    // 45xx are ours and final, also those that a newer server knows.
    return code >= 4500 && code < 4600 ? Reconnect.NEVER : Reconnect.BACKOFF;
  }

  private boolean isStopped() {
    return stopped.getCount() == 0;
  }

  private static void awaitQuietly(CompletableFuture<Connection.Closed> closing) {
    try {
      closing.get(CLOSING.toMillis(), TimeUnit.MILLISECONDS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    } catch (ExecutionException | TimeoutException e) {
      // It was asked to close; it may as well not answer.
      return;
    }
  }

  private static String unreachable(Exception error) {
    if (error instanceof TimeoutException) {
      return "no answer in time";
    }
    return error.getCause() instanceof WebSocketHandshakeException refused
        ? "it answers " + refused.getResponse().statusCode()
        : Reason.of(error);
  }
}
