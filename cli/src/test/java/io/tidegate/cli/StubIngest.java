package io.tidegate.cli;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.UnaryOperator;
import java.util.stream.Collectors;

/** Answers each line of each request as it is told to, and remembers them. */
final class StubIngest implements AutoCloseable {
  /** The path, the content type and the body of each request. */
  final List<Asked> asked = new CopyOnWriteArrayList<>();

  private final HttpServer server;

  record Asked(String path, String contentType, String body) {}

  StubIngest(UnaryOperator<String> result) throws IOException {
    server = HttpServer.create(new InetSocketAddress(InetAddress.ofLiteral("127.0.0.1"), 0), 0);
    server.createContext(
        "/",
        exchange -> {
          String body = new String(exchange.getRequestBody().readAllBytes(), UTF_8);
          asked.add(
              new Asked(
                  exchange.getRequestURI().getRawPath(),
                  exchange.getRequestHeaders().getFirst("content-type"),
                  body));
          byte[] answer =
              body.lines().map(result).collect(Collectors.joining("\n", "", "\n")).getBytes(UTF_8);
          exchange.sendResponseHeaders(200, answer.length);
          exchange.getResponseBody().write(answer);
          exchange.close();
        });
    server.start();
  }

  String url() {
    return "http://127.0.0.1:" + server.getAddress().getPort();
  }

  @Override
  public void close() {
    server.stop(0);
  }
}
