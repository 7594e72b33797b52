package io.tidegate.client.link;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.tidegate.client.rule.End;
import io.tidegate.client.rule.FrameReader;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpHeaders;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.ByteBuffer;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Flow;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** Asks a worker: the hello goes as parameters, its token in a header. */
final class Requests {
  static final String PROBLEM = "application/problem+json";
  static final String JSON = "application/json";
  static final String EVENTS = "text/event-stream";

  /** Of a refusal, so much is read. Bytes. */
  private static final int MOST_PROBLEM = 4_096;

  private final HttpClient http;
  private final String base;

  /**
   * @param base http or https, without a slash at its end
   */
  Requests(HttpClient http, String base) {
    this.http = http;
    this.base = base;
  }

  /** A request that is under way: its answer, which can be taken back. */
  record Call(
      CompletableFuture<?> exchange,
      CompletableFuture<HttpResponse<Flow.Publisher<List<ByteBuffer>>>> answer) {
    void cancel() {
      exchange.cancel(true);
    }
  }

  /** The answer was another than was asked for. */
  static final class RefusedException extends RuntimeException {
    private static final long serialVersionUID = 1;
    private final transient End end;

    RefusedException(End end) {
      super(end.reason(), null, false, false);
      this.end = end;
    }
  }

  /** How a request ended that failed. */
  static End end(Throwable error) {
    Throwable cause = Reasons.cause(error);
    return cause instanceof RefusedException refused ? refused.end : End.lost(Reasons.of(cause));
  }

  /** What is asked with {@code GET}. */
  HttpRequest get(String path, Hello hello, Map<String, String> more, String type) {
    return request(path, hello, more).header("accept", type).build();
  }

  /** What is told with {@code POST}. */
  HttpRequest.Builder post(String path, Hello hello, String json) {
    return request(path, hello, Map.of())
        .header("content-type", JSON)
        .POST(HttpRequest.BodyPublishers.ofString(json));
  }

  private HttpRequest.Builder request(String path, Hello hello, Map<String, String> more) {
    Map<String, String> all = new LinkedHashMap<>(hello.parameters());
    all.putAll(more);
    String query =
        all.entrySet().stream()
            .map(each -> each.getKey() + '=' + URLEncoder.encode(each.getValue(), UTF_8))
            .collect(Collectors.joining("&"));
    HttpRequest.Builder request =
        HttpRequest.newBuilder(URI.create(base + "/v1/" + path + '?' + query));
    if (base.startsWith("http:")) {
      // Over plain HTTP the JDK would ask for an upgrade to HTTP/2.
      request.version(HttpClient.Version.HTTP_1_1);
    }
    if (hello.token() != null) {
      request.header("authorization", "Bearer " + hello.token());
    }
    return request;
  }

  /**
   * @param type of the answer; an empty one (204) will do, too
   * @return fails with a {@link RefusedException} where the answer is another
   */
  Call ask(HttpRequest request, String type) {
    CompletableFuture<HttpResponse<Flow.Publisher<List<ByteBuffer>>>> exchange =
        http.sendAsync(request, HttpResponse.BodyHandlers.ofPublisher());
    return new Call(
        exchange,
        exchange.thenCompose(
            answer -> {
              int status = answer.statusCode();
              boolean isGood = status == 204 || (status == 200 && isOf(answer.headers(), type));
              return isGood ? CompletableFuture.completedFuture(answer) : refusal(answer);
            }));
  }

  static boolean isOf(HttpHeaders headers, String type) {
    return headers
        .firstValue("content-type")
        .map(given -> given.toLowerCase(Locale.ROOT).startsWith(type))
        .orElse(false);
  }

  private static <T> CompletableFuture<T> refusal(
      HttpResponse<Flow.Publisher<List<ByteBuffer>>> answer) {
    return WholeBody.read(answer.body(), MOST_PROBLEM)
        .handle((text, error) -> text == null ? null : FrameReader.readDetail(text))
        .thenCompose(detail -> CompletableFuture.failedFuture(refused(answer, detail)));
  }

  private static RefusedException refused(HttpResponse<?> answer, @Nullable String detail) {
    int status = answer.statusCode();
    return new RefusedException(
        End.refused(
            status,
            isOf(answer.headers(), PROBLEM),
            answer.headers().firstValue("retry-after").orElse(null),
            detail == null ? "answered " + status : detail));
  }
}
