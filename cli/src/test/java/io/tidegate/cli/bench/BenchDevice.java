package io.tidegate.cli.bench;

import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.WebSocket;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.TimeUnit;
import java.util.function.LongConsumer;
import org.jspecify.annotations.Nullable;

/** A device that does as little as it can: finds the instant in each message, and acks. */
final class BenchDevice implements WebSocket.Listener {
  private final StringBuilder text = new StringBuilder();
  private final CompletableFuture<Void> welcomed = new CompletableFuture<>();
  private final LongConsumer onMessage;
  private final WebSocket socket;

  BenchDevice(HttpClient http, URI connect, String user, LongConsumer onMessage) {
    this.onMessage = onMessage;
    this.socket =
        http.newWebSocketBuilder().subprotocols("tidegate.v1").buildAsync(connect, this).join();
    socket.sendText("{\"op\":\"hello\",\"user\":\"" + user + "\"}", true).join();
  }

  void awaitWelcome() {
    welcomed.orTimeout(30, TimeUnit.SECONDS).join();
  }

  void close() {
    socket.abort();
  }

  @Override
  public @Nullable CompletionStage<?> onText(WebSocket from, CharSequence data, boolean last) {
    text.append(data);
    if (last) {
      take(from, text.toString());
      text.setLength(0);
    }
    from.request(1);
    return null;
  }

  private void take(WebSocket from, String frame) {
    if (frame.startsWith("{\"op\":\"welcome\"")) {
      welcomed.complete(null);
      return;
    }
    int at = 0;
    while ((at = frame.indexOf("\"t\":", at)) >= 0) {
      at += 4;
      onMessage.accept(Long.parseLong(frame, at, frame.indexOf(',', at), 10));
    }
    int seq = frame.lastIndexOf("\"seq\":");
    if (seq >= 0) {
      int end = frame.indexOf(',', seq);
      long last = Long.parseLong(frame, seq + 6, end, 10);
      from.sendText("{\"op\":\"ack\",\"seq\":" + last + "}", true).join();
    }
  }
}
