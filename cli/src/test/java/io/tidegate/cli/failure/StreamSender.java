package io.tidegate.cli.failure;

import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.WebSocket;
import java.net.http.WebSocketHandshakeException;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/**
 * Messages at a steady rate over a stream (docs/PROTOCOL.md), within its window; after each close a
 * new one is opened, and goes on with new messages.
 */
final class StreamSender implements AutoCloseable {
  private static final int OVERLOADED = 4006;
  private static final int WINDOW = 500;
  private static final Duration CONNECT = Duration.ofSeconds(20);
  private static final Set<String> OPS = Set.of("ready", "ack", "refused");
  private static final long AGAIN_MILLIS = 200;

  private final HttpClient http;
  private final URI url;
  private final Ledger ledger;
  private final Reading reading;
  private final String name;
  private final String data;
  private final ScheduledExecutorService clock = Executors.newScheduledThreadPool(1);

  // Guarded by this.
  private final ArrayDeque<Sent> unanswered = new ArrayDeque<>();
  private @Nullable WebSocket socket;
  private CompletableFuture<?> writing = CompletableFuture.completedFuture(null);
  private boolean ready;
  private boolean finishing;
  private long number;
  private long inStream;

  /**
   * @param n its number in its stream
   */
  private record Sent(long n, String id, long atNanos) {}

  /**
   * @param name that the ids begin with, so that no two of these send the same
   */
  StreamSender(String name, HttpClient http, URI ingest, int dataBytes, Ledger ledger) {
    this.name = name;
    this.http = http;
    this.url = URI.create(ingest.toString().replaceFirst("^http", "ws") + "/v1/messages/stream");
    this.data = "x".repeat(dataBytes);
    this.ledger = ledger;
    this.reading = new Reading(ledger);
  }

  /** Begins to send so many a second. */
  void start(int rate) {
    connect();
    var _ = clock.scheduleAtFixedRate(this::send, 0, 1_000_000_000L / rate, TimeUnit.NANOSECONDS);
  }

  private void connect() {
    var _ =
        http.newWebSocketBuilder()
            .subprotocols("tidegate.ingest.v1")
            .connectTimeout(CONNECT)
            .buildAsync(url, new Listener())
            .whenComplete(
                (_, failure) -> {
                  if (failure != null) {
                    refused(failure);
                    again();
                  }
                });
  }

  private void refused(Throwable failure) {
    Throwable cause = failure instanceof CompletionException ? failure.getCause() : failure;
    if (!(cause instanceof WebSocketHandshakeException handshake)
        || handshake.getResponse().statusCode() != 503
        || Reading.retryAfter(handshake.getResponse().headers()) < 1) {
      ledger.wrong("a stream was not opened: " + cause);
    }
  }

  private synchronized void again() {
    if (!finishing) {
      var _ = clock.schedule(this::connect, AGAIN_MILLIS, TimeUnit.MILLISECONDS);
    }
  }

  private synchronized void send() {
    WebSocket open = socket;
    if (open == null || !ready || finishing || unanswered.size() >= WINDOW || !writing.isDone()) {
      return;
    }
    String id = name + "-stream-" + ++number;
    ledger.attempt(id);
    unanswered.add(new Sent(++inStream, id, System.nanoTime()));
    writing =
        open.sendText(
            "{\"id\":\"" + id + "\",\"to\":{\"user\":\"u-" + id + "\"},\"data\":\"" + data + "\"}",
            true);
  }

  private synchronized void frame(String text) {
    JsonNode frame = Reading.json(text);
    String op = frame == null ? "" : frame.path("op").asString("");
    if (frame == null || !OPS.contains(op)) {
      ledger.wrong("a frame of a stream: " + text);
      return;
    }
    if (op.equals("ready")) {
      ready = true;
      return;
    }
    long n = frame.path("n").asLong(0);
    if (op.equals("ack")) {
      while (!unanswered.isEmpty() && unanswered.getFirst().n() <= n) {
        answered(Ledger.Answer.ACCEPTED);
      }
    } else if (unanswered.isEmpty() || unanswered.getFirst().n() != n) {
      ledger.wrong("out of turn: " + text);
    } else {
      answered(reading.problem(frame.path("problem"), unanswered.getFirst().id()));
    }
  }

  private void answered(Ledger.Answer answer) {
    Sent sent = unanswered.removeFirst();
    ledger.answered(sent.id(), Ledger.Way.STREAM, answer, sent.atNanos());
  }

  /**
   * @param code of the close frame; 0: there was none
   */
  private synchronized void closed(int code, String reason) {
    if (code != OVERLOADED && !finishing) {
      ledger.wrong("a stream was closed with " + code + " " + reason);
    }
    if (finishing && code == WebSocket.NORMAL_CLOSURE && !unanswered.isEmpty()) {
      ledger.wrong(unanswered.size() + " messages have no answer, although the close was good");
    }
    while (!unanswered.isEmpty()) {
      answered(Ledger.Answer.UNANSWERED);
    }
    socket = null;
    ready = false;
    writing = CompletableFuture.completedFuture(null);
    again();
  }

  /** Sends no more, and closes; {@link #isFinished} once the server has answered that. */
  synchronized void finish() {
    finishing = true;
    WebSocket open = socket;
    if (open != null) {
      writing = writing.thenCompose(_ -> open.sendClose(WebSocket.NORMAL_CLOSURE, ""));
    }
  }

  synchronized boolean isFinished() {
    return finishing && socket == null;
  }

  @Override
  public void close() {
    clock.shutdownNow();
    synchronized (this) {
      if (socket != null) {
        socket.abort();
      }
    }
  }

  private final class Listener implements WebSocket.Listener {
    private final StringBuilder text = new StringBuilder();

    @Override
    public void onOpen(WebSocket opened) {
      synchronized (StreamSender.this) {
        socket = opened;
        inStream = 0;
        if (finishing) {
          finish();
        }
      }
      opened.request(1);
    }

    @Override
    public @Nullable CompletionStage<?> onText(WebSocket from, CharSequence part, boolean last) {
      text.append(part);
      if (last) {
        frame(text.toString());
        text.setLength(0);
      }
      from.request(1);
      return null;
    }

    @Override
    public @Nullable CompletionStage<?> onClose(WebSocket from, int code, String reason) {
      closed(code, reason);
      return null;
    }

    @Override
    public void onError(WebSocket from, Throwable error) {
      closed(0, error.toString());
    }
  }
}
