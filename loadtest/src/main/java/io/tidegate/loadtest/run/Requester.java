package io.tidegate.loadtest.run;

import io.tidegate.contract.LineText;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import javax.net.ssl.SSLContext;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.json.JsonMapper;

/** The few requests beside the load: settings, groups, metrics. */
final class Requester implements AutoCloseable {
  private static final Duration CONNECT = Duration.ofSeconds(5);
  private static final Duration ANSWER = Duration.ofSeconds(30);

  private final HttpClient http;
  private final @Nullable String bearer;

  Requester(@Nullable SSLContext tls, @Nullable String bearer) {
    HttpClient.Builder client =
        HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).connectTimeout(CONNECT);
    this.http = (tls == null ? client : client.sslContext(tls)).build();
    this.bearer = bearer;
  }

  HttpResponse<String> get(URI uri) throws LoadTestException, InterruptedException {
    return send(HttpRequest.newBuilder(uri).GET());
  }

  HttpResponse<String> delete(URI uri) throws LoadTestException, InterruptedException {
    return send(HttpRequest.newBuilder(uri).DELETE());
  }

  HttpResponse<String> put(URI uri, String json) throws LoadTestException, InterruptedException {
    return send(
        HttpRequest.newBuilder(uri)
            .header("content-type", "application/json")
            .PUT(HttpRequest.BodyPublishers.ofString(json)));
  }

  HttpResponse<String> post(URI uri, String json) throws LoadTestException, InterruptedException {
    return send(
        HttpRequest.newBuilder(uri)
            .header("content-type", "application/json")
            .POST(HttpRequest.BodyPublishers.ofString(json)));
  }

  HttpResponse<String> lines(URI uri, String lines) throws LoadTestException, InterruptedException {
    return send(
        HttpRequest.newBuilder(uri)
            .header("content-type", "application/x-ndjson")
            .POST(HttpRequest.BodyPublishers.ofString(lines)));
  }

  /**
   * @throws LoadTestException if nobody is there, or there is no answer within 30 s
   */
  private HttpResponse<String> send(HttpRequest.Builder builder)
      throws LoadTestException, InterruptedException {
    if (bearer != null) {
      builder.header("authorization", "Bearer " + bearer);
    }
    HttpRequest request = builder.timeout(ANSWER).build();
    try {
      return http.send(request, HttpResponse.BodyHandlers.ofString());
    } catch (IOException e) {
      String reason = e.getMessage() == null ? e.getClass().getSimpleName() : e.getMessage();
      throw new LoadTestException(
          "no answer from %s://%s: %s"
              .formatted(request.uri().getScheme(), request.uri().getAuthority(), reason),
          e);
    }
  }

  /**
   * @throws LoadTestException if it is no success
   */
  static void want(HttpResponse<String> answer, URI uri) throws LoadTestException {
    if (answer.statusCode() / 100 != 2) {
      throw refused(answer, uri);
    }
  }

  static LoadTestException refused(HttpResponse<String> answer, URI uri) {
    return new LoadTestException(
        "%s answered %d %s".formatted(uri, answer.statusCode(), LineText.quotable(reason(answer))));
  }

  /** What a problem says; else the answer. */
  private static String reason(HttpResponse<String> answer) {
    String body = answer.body().strip();
    try {
      return JsonMapper.shared().readTree(body).path("detail").asString(body);
    } catch (JacksonException e) {
      return body;
    }
  }

  @Override
  public void close() {
    http.shutdownNow();
  }
}
