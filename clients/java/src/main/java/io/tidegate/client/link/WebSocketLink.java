package io.tidegate.client.link;

import io.tidegate.client.loop.Loop;
import io.tidegate.client.rule.End;
import java.net.http.HttpHeaders;
import java.net.http.WebSocket;
import java.net.http.WebSocketHandshakeException;
import java.nio.ByteBuffer;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import org.jspecify.annotations.Nullable;

/**
 * A connection by WebSocket: frames in both directions. The next frame is asked for when the one
 * before was taken and there is room, so that what waits stands in the network and not in memory.
 */
final class WebSocketLink implements Link, WebSocket.Listener {
  /** For the other side's answer to a close. Milliseconds. */
  private static final long CLOSING = 2_000;

  private final Loop loop;
  private final LinkListener listener;
  private final int mostChars;
  private final CompletableFuture<Void> ended = new CompletableFuture<>();

  /** What came of a frame that is not whole. Used by the socket's callbacks alone. */
  private final StringBuilder partial = new StringBuilder();

  private @Nullable WebSocket socket;
  private @Nullable String dueToken;
  private long dueAck;
  private boolean sending;
  private boolean paused;
  private boolean closing;
  private volatile boolean over;

  WebSocketLink(Loop loop, LinkListener listener, int mostChars) {
    this.loop = loop;
    this.listener = listener;
    this.mostChars = mostChars;
  }

  void opening(CompletableFuture<WebSocket> opening) {
    var unused =
        opening.whenComplete(
            (open, error) -> {
              if (open != null && over) {
                // The loop may be over, too.
                open.abort();
              } else {
                loop.execute(() -> opened(open, error));
              }
            });
  }

  private void opened(@Nullable WebSocket open, @Nullable Throwable error) {
    if (open == null) {
      listener.ended(notOpened(error));
    } else if (over || closing) {
      open.abort();
    } else {
      socket = open;
      send(open, FrameWriter.hello(listener.hello()));
      open.request(1);
    }
  }

  private static End notOpened(@Nullable Throwable error) {
    Throwable cause = Reasons.cause(error);
    if (cause instanceof WebSocketHandshakeException refused) {
      HttpHeaders headers = refused.getResponse().headers();
      return End.noUpgrade(
          refused.getResponse().statusCode(),
          Requests.isOf(headers, Requests.PROBLEM),
          headers.firstValue("retry-after").orElse(null));
    }
    return End.lost(Reasons.of(cause));
  }

  // What the client asks for, on the loop.

  @Override
  public boolean hearsPings() {
    return true;
  }

  @Override
  public boolean showsTokens() {
    return true;
  }

  @Override
  public void ack(long seq, String session) {
    dueAck = seq;
    flush();
  }

  @Override
  public void token(String token) {
    dueToken = token;
    flush();
  }

  @Override
  public void more() {
    WebSocket open = socket;
    if (paused && open != null && listener.hasRoom()) {
      paused = false;
      open.request(1);
    }
  }

  @Override
  public CompletableFuture<Void> end(boolean now) {
    WebSocket open = socket;
    if (now || open == null) {
      abort();
    } else if (!closing) {
      closing = true;
      Loop.Timer timer = loop.after(CLOSING, this::abort);
      var unused = ended.whenComplete((done, error) -> timer.cancel());
      flush();
    }
    return ended;
  }

  private void abort() {
    over = true;
    if (socket != null) {
      socket.abort();
    }
    ended.complete(null);
  }

  /** One frame at a time, of acks the newest; the close behind them. */
  private void flush() {
    WebSocket open = socket;
    if (open == null || sending || over) {
      return;
    }
    String token = dueToken;
    if (token != null) {
      dueToken = null;
      send(open, FrameWriter.token(token));
    } else if (dueAck > 0) {
      String ack = FrameWriter.ack(dueAck);
      dueAck = 0;
      send(open, ack);
    } else if (closing) {
      sending = true;
      var unused =
          open.sendClose(WebSocket.NORMAL_CLOSURE, "")
              .whenComplete((sent, error) -> ended.complete(null));
    }
  }

  private void send(WebSocket open, String frame) {
    sending = true;
    var unused =
        open.sendText(frame, true).whenComplete((sent, error) -> loop.execute(() -> sent(error)));
  }

  private void sent(@Nullable Throwable error) {
    sending = false;
    if (error == null) {
      flush();
    } else if (closing) {
      abort();
    } else {
      listener.ended(End.lost(Reasons.of(error)));
    }
  }

  // What the socket tells, on its own threads, one after the other.

  /** The first frame is asked for once the hello is said. */
  @Override
  public void onOpen(WebSocket webSocket) {}

  @Override
  public @Nullable CompletionStage<?> onText(WebSocket webSocket, CharSequence data, boolean last) {
    if (partial.length() + data.length() > mostChars) {
      loop.execute(() -> listener.ended(End.lost("a frame is too long")));
      return null;
    }
    if (!last) {
      partial.append(data);
      webSocket.request(1);
      return null;
    }
    String text = partial.append(data).toString();
    partial.setLength(0);
    if (partial.capacity() > 1 << 16) {
      partial.trimToSize();
    }
    loop.execute(() -> told(webSocket, text));
    return null;
  }

  private void told(WebSocket webSocket, String text) {
    listener.told(text);
    paused = !listener.hasRoom();
    if (!paused) {
      webSocket.request(1);
    }
  }

  @Override
  public @Nullable CompletionStage<?> onBinary(WebSocket webSocket, ByteBuffer data, boolean last) {
    loop.execute(() -> listener.ended(End.lost("a binary frame")));
    return null;
  }

  /** The socket answers it by itself. */
  @Override
  public @Nullable CompletionStage<?> onPing(WebSocket webSocket, ByteBuffer message) {
    loop.execute(listener::alive);
    webSocket.request(1);
    return null;
  }

  @Override
  public @Nullable CompletionStage<?> onClose(WebSocket webSocket, int code, String reason) {
    loop.execute(() -> listener.ended(End.closed(code, reason)));
    return null;
  }

  @Override
  public void onError(WebSocket webSocket, Throwable error) {
    loop.execute(() -> listener.ended(End.lost(Reasons.of(error))));
  }
}
