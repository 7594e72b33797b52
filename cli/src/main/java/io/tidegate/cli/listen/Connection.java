package io.tidegate.cli.listen;

import io.tidegate.contract.ClientProtocol;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.WebSocket;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** One WebSocket: frames as JSON in both directions, sent one after the other. */
final class Connection implements WebSocket.Listener {
  /** The close code of RFC 6455 for a connection that ended without one. */
  static final int ABNORMAL = 1006;

  private static final Duration CONNECT = Duration.ofSeconds(10);
  private static final int MAX_FRAME_CHARS = 16 << 20;
  private static final JsonMapper JSON = JsonMapper.builder().build();

  /** How it ended. */
  record Closed(int code, String reason) {}

  private final Consumer<JsonNode> frames;
  private final CompletableFuture<Closed> closed = new CompletableFuture<>();
  private final StringBuilder partial = new StringBuilder();
  private CompletableFuture<?> lastSend = CompletableFuture.completedFuture(null);
  private @Nullable WebSocket socket;
  private volatile long heardAt = System.nanoTime();

  private Connection(Consumer<JsonNode> frames) {
    this.frames = frames;
  }

  /**
   * @param frames called by one thread at a time
   * @throws ExecutionException if the connection is refused; the cause says why
   * @throws TimeoutException if nobody answers
   */
  static Connection open(HttpClient http, URI uri, Consumer<JsonNode> frames)
      throws ExecutionException, TimeoutException, InterruptedException {
    Connection connection = new Connection(frames);
    CompletableFuture<WebSocket> opening =
        http.newWebSocketBuilder()
            .subprotocols(ClientProtocol.SUBPROTOCOL)
            .connectTimeout(CONNECT)
            .buildAsync(uri, connection);
    WebSocket socket = opening.get(CONNECT.toMillis() + 1_000, TimeUnit.MILLISECONDS);
    synchronized (connection) {
      connection.socket = socket;
    }
    return connection;
  }

  synchronized void send(Object frame) {
    String text = JSON.writeValueAsString(frame);
    lastSend = chained(open -> open.sendText(text, true));
  }

  synchronized void ping() {
    lastSend = chained(open -> open.sendPing(ByteBuffer.allocate(0)));
  }

  /** Closes after what was sent; {@link #closed} completes when the other side answers. */
  synchronized void close(int code, String reason) {
    lastSend = chained(open -> open.sendClose(code, reason));
  }

  /** Ends it without a word. */
  synchronized void abort(String reason) {
    if (socket != null) {
      socket.abort();
    }
    closed.complete(new Closed(ABNORMAL, reason));
  }

  CompletableFuture<Closed> closed() {
    return closed;
  }

  /** How long nothing was heard from the other side, not even a ping. */
  Duration silence() {
    return Duration.ofNanos(System.nanoTime() - heardAt);
  }

  private CompletableFuture<?> chained(
      java.util.function.Function<WebSocket, CompletableFuture<?>> send) {
    WebSocket open = socket;
    if (open == null || closed.isDone()) {
      return lastSend;
    }
    return lastSend
        .thenCompose(_ -> send.apply(open))
        .exceptionally(
            error -> {
              closed.complete(new Closed(ABNORMAL, String.valueOf(error.getMessage())));
              return null;
            });
  }

  @Override
  public @Nullable CompletionStage<?> onText(WebSocket webSocket, CharSequence data, boolean end) {
    heardAt = System.nanoTime();
    partial.append(data);
    if (partial.length() > MAX_FRAME_CHARS) {
      abort("a frame of more than " + MAX_FRAME_CHARS + " characters");
      return null;
    }
    if (end) {
      String text = partial.toString();
      partial.setLength(0);
      try {
        frames.accept(JSON.readTree(text));
      } catch (JacksonException e) {
        abort("a frame that is not JSON");
        return null;
      }
    }
    webSocket.request(1);
    return null;
  }

  @Override
  public @Nullable CompletionStage<?> onPing(WebSocket webSocket, ByteBuffer message) {
    heardAt = System.nanoTime();
    webSocket.request(1);
    return null;
  }

  @Override
  public @Nullable CompletionStage<?> onPong(WebSocket webSocket, ByteBuffer message) {
    heardAt = System.nanoTime();
    webSocket.request(1);
    return null;
  }

  @Override
  public @Nullable CompletionStage<?> onClose(WebSocket webSocket, int statusCode, String reason) {
    closed.complete(new Closed(statusCode, reason));
    return null;
  }

  @Override
  public void onError(WebSocket webSocket, Throwable error) {
    closed.complete(new Closed(ABNORMAL, String.valueOf(error.getMessage())));
  }
}
