package io.tidegate.cli;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.UnaryOperator;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * Gives the replies that it was told of, then answers each line of each request as it is told to;
 * and remembers the requests.
 */
public final class StubIngest implements AutoCloseable {
  public final List<Asked> asked = new CopyOnWriteArrayList<>();

  private final Queue<Reply> replies = new ConcurrentLinkedQueue<>();
  private final HttpServer server;

  /**
   * A request.
   *
   * @param path as it was on the wire
   */
  public record Asked(String method, String path, @Nullable String contentType, String body) {
    /** Of lines. */
    static Asked lines(String path, String body) {
      return new Asked("POST", path, "application/x-ndjson", body);
    }
  }

  private record Reply(int status, String body) {}

  public StubIngest() throws IOException {
    this(UnaryOperator.identity());
  }

  StubIngest(UnaryOperator<String> result) throws IOException {
    server = HttpServer.create(new InetSocketAddress(InetAddress.ofLiteral("127.0.0.1"), 0), 0);
    server.createContext(
        "/",
        exchange -> {
          String body = new String(exchange.getRequestBody().readAllBytes(), UTF_8);
          asked.add(
              new Asked(
                  exchange.getRequestMethod(),
                  exchange.getRequestURI().getRawPath(),
                  exchange.getRequestHeaders().getFirst("content-type"),
                  body));
          Reply reply = replies.poll();
          if (reply == null) {
            String results = body.lines().map(result).collect(Collectors.joining("\n", "", "\n"));
            reply = new Reply(200, results);
          }
          byte[] answer = reply.body().getBytes(UTF_8);
          exchange.getResponseHeaders().set("retry-after", "0");
          exchange.sendResponseHeaders(reply.status(), answer.length == 0 ? -1 : answer.length);
          exchange.getResponseBody().write(answer);
          exchange.close();
        });
    server.start();
  }

  /** The answer to a request after those of which it was told before. */
  public StubIngest reply(int status, String body) {
    replies.add(new Reply(status, body));
    return this;
  }

  public String url() {
    return "http://127.0.0.1:" + server.getAddress().getPort();
  }

  @Override
  public void close() {
    server.stop(0);
  }
}
