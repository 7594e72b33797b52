package io.tidegate.cli.up;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.util.Objects;
import java.util.concurrent.Executors;

/** A proxy before an ingest, which does with each request what it is told to. */
final class FaultyIngest implements AutoCloseable {
  private final HttpClient http =
      HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();
  private final URI ingest;
  private final Conduct conduct;
  private final HttpServer server;

  /** What becomes of a request. */
  @FunctionalInterface
  interface Conduct {
    Answer of(Request request, Way on) throws IOException, InterruptedException;
  }

  /** The way on to ingest. */
  @FunctionalInterface
  interface Way {
    Answer pass(Request request) throws IOException, InterruptedException;
  }

  record Request(String method, String path, String contentType, String body) {
    Request with(String other) {
      return new Request(method, path, contentType, other);
    }
  }

  record Answer(int status, String body) {}

  FaultyIngest(int port, Conduct conduct) throws IOException {
    this.ingest = URI.create("http://127.0.0.1:" + port);
    this.conduct = conduct;
    server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    server.setExecutor(Executors.newVirtualThreadPerTaskExecutor());
    server.createContext("/", this::handle);
    server.start();
  }

  String url() {
    return "http://127.0.0.1:" + server.getAddress().getPort();
  }

  private void handle(HttpExchange exchange) throws IOException {
    try (exchange) {
      Request request =
          new Request(
              exchange.getRequestMethod(),
              exchange.getRequestURI().toString(),
              Objects.requireNonNullElse(
                  exchange.getRequestHeaders().getFirst("content-type"), "application/json"),
              new String(exchange.getRequestBody().readAllBytes(), UTF_8));
      Answer answer = conduct.of(request, this::pass);
      byte[] body = answer.body().getBytes(UTF_8);
      exchange.sendResponseHeaders(answer.status(), body.length == 0 ? -1 : body.length);
      if (body.length > 0) {
        exchange.getResponseBody().write(body);
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private Answer pass(Request request) throws IOException, InterruptedException {
    HttpRequest.BodyPublisher body =
        request.body().isEmpty()
            ? HttpRequest.BodyPublishers.noBody()
            : HttpRequest.BodyPublishers.ofString(request.body());
    HttpResponse<String> answer =
        http.send(
            HttpRequest.newBuilder(ingest.resolve(request.path()))
                .header("content-type", request.contentType())
                .method(request.method(), body)
                .build(),
            HttpResponse.BodyHandlers.ofString());
    return new Answer(answer.statusCode(), answer.body());
  }

  @Override
  public void close() {
    server.stop(0);
    http.shutdownNow();
  }
}
