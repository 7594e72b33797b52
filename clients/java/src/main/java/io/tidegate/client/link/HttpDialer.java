package io.tidegate.client.link;

import io.tidegate.client.loop.Loop;
import io.tidegate.client.protocol.Transport;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.WebSocket;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.function.Consumer;

/** Links by the JDK's HTTP client. */
public final class HttpDialer implements Dialer {
  private static final String SUBPROTOCOL = "tidegate.v1";

  private final Loop loop;
  private final HttpClient http;
  private final Requests requests;
  private final URI socket;
  private final int frame;
  private final Duration patience;

  /**
   * @param base of the delivery service, http or https, without a slash at its end
   * @param frame bytes or characters of a frame, or of the answer to a poll, at most
   * @param patience until a connection stands
   */
  public HttpDialer(Loop loop, HttpClient http, String base, int frame, Duration patience) {
    this.loop = loop;
    this.http = http;
    this.requests = new Requests(http, base);
    this.socket = URI.create("ws" + base.substring("http".length()) + "/v1/connect");
    this.frame = frame;
    this.patience = patience;
  }

  @Override
  public Link dial(Transport transport, LinkListener listener) {
    return switch (transport) {
      case WEBSOCKET -> {
        WebSocketLink link = new WebSocketLink(loop, listener, frame);
        link.opening(open(link));
        yield link;
      }
      case STREAM -> new StreamLink(loop, requests, listener, frame);
      case POLL -> new PollLink(loop, requests, listener, frame);
    };
  }

  @Override
  public void reaches(Consumer<Boolean> answer) {
    var unused =
        open(new WebSocket.Listener() {})
            .whenComplete(
                (open, error) -> {
                  if (open != null) {
                    // Nobody waits for the other side's answer.
                    var unusedToo =
                        open.sendClose(WebSocket.NORMAL_CLOSURE, "")
                            .whenComplete((sent, failure) -> open.abort());
                  }
                  loop.execute(() -> answer.accept(open != null));
                });
  }

  private CompletableFuture<WebSocket> open(WebSocket.Listener listener) {
    return http.newWebSocketBuilder()
        .subprotocols(SUBPROTOCOL)
        .connectTimeout(patience)
        .buildAsync(socket, listener);
  }
}
