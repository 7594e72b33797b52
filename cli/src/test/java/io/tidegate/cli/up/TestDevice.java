package io.tidegate.cli.up;

import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.WebSocket;
import java.util.Map;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** A device that does only what the test tells it to: no acks and no cursor of its own. */
final class TestDevice implements WebSocket.Listener, AutoCloseable {
  private static final JsonMapper JSON = JsonMapper.builder().build();

  private final BlockingQueue<JsonNode> frames = new LinkedBlockingQueue<>();
  private final StringBuilder text = new StringBuilder();
  private final WebSocket socket;

  TestDevice(HttpClient http, int port, Map<String, Object> hello) {
    URI uri = URI.create("ws://127.0.0.1:" + port + "/v1/connect");
    socket = http.newWebSocketBuilder().subprotocols("tidegate.v1").buildAsync(uri, this).join();
    send(hello);
  }

  void send(Map<String, Object> frame) {
    socket.sendText(JSON.writeValueAsString(frame), true).join();
  }

  /** The next frame, which must be of that op. */
  JsonNode next(String op) throws InterruptedException {
    JsonNode frame = frames.poll(30, TimeUnit.SECONDS);
    if (frame == null || !frame.path("op").asString("").equals(op)) {
      throw new AssertionError("want " + op + ", got " + frame);
    }
    return frame;
  }

  /** Ends without a close frame, as a phone in a tunnel does. */
  @Override
  public void close() {
    socket.abort();
  }

  @Override
  public @Nullable CompletionStage<?> onText(WebSocket from, CharSequence data, boolean last) {
    text.append(data);
    if (last) {
      frames.add(JSON.readTree(text.toString()));
      text.setLength(0);
    }
    from.request(1);
    return null;
  }
}
