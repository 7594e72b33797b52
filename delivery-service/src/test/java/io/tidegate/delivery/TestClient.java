package io.tidegate.delivery;

import static java.util.concurrent.TimeUnit.SECONDS;

import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.WebSocket;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.LinkedBlockingQueue;
import org.jspecify.annotations.Nullable;

/**
 * A WebSocket client that keeps what it hears: frames as they are, closes as {@code close CODE}.
 */
final class TestClient implements WebSocket.Listener, AutoCloseable {
  private final BlockingQueue<String> heard = new LinkedBlockingQueue<>();
  private volatile boolean reading = true;
  private final StringBuilder partial = new StringBuilder();
  private final HttpClient http = HttpClient.newHttpClient();
  private final WebSocket socket;

  TestClient(int port) {
    socket =
        http.newWebSocketBuilder()
            .subprotocols("tidegate.v1")
            .buildAsync(URI.create("ws://127.0.0.1:" + port + "/v1/connect"), this)
            .join();
  }

  String subprotocol() {
    return socket.getSubprotocol();
  }

  void say(String text) {
    socket.sendText(text, true).join();
  }

  /** From now on the socket fills. */
  void stopReading() {
    reading = false;
  }

  void leave() {
    socket.sendClose(WebSocket.NORMAL_CLOSURE, "").join();
  }

  String hear() throws InterruptedException {
    @Nullable String next = heard.poll(20, SECONDS);
    if (next == null) {
      throw new AssertionError("heard nothing");
    }
    return next;
  }

  @Override
  public @Nullable CompletionStage<?> onText(WebSocket from, CharSequence data, boolean last) {
    partial.append(data);
    if (last) {
      heard.add(partial.toString());
      partial.setLength(0);
    }
    if (reading) {
      from.request(1);
    }
    return null;
  }

  @Override
  public @Nullable CompletionStage<?> onClose(WebSocket from, int code, String reason) {
    heard.add("close " + code + " " + reason);
    return null;
  }

  @Override
  public void close() {
    socket.abort();
    http.close();
  }
}
