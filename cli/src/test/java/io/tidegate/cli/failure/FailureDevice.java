package io.tidegate.cli.failure;

import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.WebSocket;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.ObjectMapper;

/**
 * A device with a durable cursor that keeps to the client rule of docs/PROTOCOL.md, and to nothing
 * else: it goes from worker to worker for as long as it lives. Written apart from our own clients,
 * so that a mistake of theirs cannot hide one of the server's.
 */
final class FailureDevice {
  private static final ObjectMapper JSON = new ObjectMapper();

  private final HttpClient http;
  private final ScheduledExecutorService retries;
  private final List<URI> workers;
  private final String user;

  // Guarded by this.
  private final List<Integer> shown = new ArrayList<>();
  private final List<String> violations = new ArrayList<>();
  private int next;
  private @Nullable String epoch;
  private long last;
  private int resets;
  private boolean closed;
  private @Nullable WebSocket current;
  private @Nullable CompletableFuture<WebSocket> connecting;
  private java.util.concurrent.@Nullable Future<?> retry;

  FailureDevice(
      HttpClient http,
      ScheduledExecutorService retries,
      List<URI> workers,
      int firstWorker,
      String user) {
    this.http = http;
    this.retries = retries;
    this.workers = workers;
    this.next = firstWorker;
    this.user = user;
  }

  synchronized void connect() {
    if (closed) {
      return;
    }
    URI worker = workers.get(next++ % workers.size());
    connecting =
        http.newWebSocketBuilder()
            .subprotocols("tidegate.v1")
            .connectTimeout(java.time.Duration.ofSeconds(5))
            .buildAsync(worker, new Session())
            .whenComplete(
                (_, failure) -> {
                  if (failure != null) {
                    later();
                  }
                });
  }

  synchronized List<Integer> shown() {
    return List.copyOf(shown);
  }

  synchronized List<String> violations() {
    return List.copyOf(violations);
  }

  synchronized int resets() {
    return resets;
  }

  synchronized void close() {
    closed = true;
    if (connecting != null) {
      connecting.cancel(true);
    }
    if (retry != null) {
      retry.cancel(false);
    }
    if (current != null) {
      current.abort();
    }
  }

  private synchronized void later() {
    retry = retries.schedule(this::connect, 200, TimeUnit.MILLISECONDS);
  }

  private synchronized String hello() {
    String resume =
        epoch == null ? "" : ",\"resume\":{\"epoch\":\"" + epoch + "\",\"seq\":" + last + "}";
    return "{\"op\":\"hello\",\"user\":\""
        + user
        + "\",\"device\":\"d\",\"window\":16"
        + resume
        + "}";
  }

  /** Takes a frame; says the ack to send, or null. */
  private synchronized @Nullable String take(WebSocket from, String text) {
    JsonNode frame = JSON.readTree(text);
    String op = frame.path("op").asString("");
    if (op.equals("welcome") || op.equals("reset")) {
      if (!frame.path("mode").asString("reset").equals("resumed")) {
        resets += epoch == null ? 0 : 1;
        last = frame.path("seq").asLong();
      } else if (frame.path("seq").asLong() != last) {
        violations.add("resumed at " + frame.path("seq") + ", had " + last);
      }
      epoch = frame.path("epoch").asString("");
      return null;
    }
    if (!op.equals("push")) {
      return null;
    }
    if (frame.path("prev").asLong() > last) {
      violations.add("gap: prev " + frame.path("prev") + " after " + last);
      from.abort();
      return null;
    }
    for (JsonNode message : frame.path("messages")) {
      long seq = message.path("seq").asLong();
      if (seq > last) {
        last = seq;
        shown.add(message.path("data").asInt());
      }
    }
    return "{\"op\":\"ack\",\"seq\":" + last + "}";
  }

  private final class Session implements WebSocket.Listener {
    private final StringBuilder text = new StringBuilder();
    private CompletableFuture<?> sending = CompletableFuture.completedFuture(null);
    private boolean over;

    @Override
    public void onOpen(WebSocket socket) {
      synchronized (FailureDevice.this) {
        current = socket;
      }
      send(socket, hello());
      socket.request(1);
    }

    @Override
    public @Nullable CompletionStage<?> onText(WebSocket socket, CharSequence data, boolean end) {
      text.append(data);
      if (end) {
        String ack = take(socket, text.toString());
        text.setLength(0);
        if (ack != null) {
          send(socket, ack);
        }
      }
      socket.request(1);
      return null;
    }

    @Override
    public @Nullable CompletionStage<?> onClose(WebSocket socket, int code, String reason) {
      ended(socket);
      return null;
    }

    @Override
    public void onError(WebSocket socket, Throwable error) {
      ended(socket);
    }

    private synchronized void send(WebSocket socket, String frame) {
      sending = sending.thenCompose(_ -> socket.sendText(frame, true)).exceptionally(_ -> socket);
    }

    private synchronized void ended(WebSocket socket) {
      if (!over) {
        over = true;
        socket.abort();
        later();
      }
    }
  }
}
