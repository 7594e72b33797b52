package io.tidegate.cli.send;

import io.tidegate.cli.CallerKey;
import io.tidegate.cli.OutgoingTls;
import io.tidegate.cli.Reason;
import io.tidegate.contract.StartupException;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpConnectTimeoutException;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublisher;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.net.http.HttpTimeoutException;
import java.time.Duration;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * Asks an ingest service for one thing at a time, such as an endpoint; and again while it has no
 * capacity for it, until {@link IngestClient#PATIENCE} is over. So it is for what may be asked
 * twice. {@link IngestClient} is for lines.
 */
public final class RestClient implements AutoCloseable {
  private static final Duration REQUEST = Duration.ofSeconds(30);

  private final CallerKey key;
  private final HttpClient http;
  private final Duration patience;

  /**
   * @param key shown with every request
   */
  public RestClient(CallerKey key, OutgoingTls tls) {
    this(key, tls, IngestClient.PATIENCE);
  }

  RestClient(CallerKey key, OutgoingTls tls, Duration patience) {
    this.key = key;
    this.patience = patience;
    this.http = tls.client().version(HttpClient.Version.HTTP_1_1).build();
  }

  /** What a request was answered. */
  public sealed interface Answer {
    int status();

    /**
     * @param status 200 to 299
     * @param body an object; empty if the answer has none
     */
    record Done(int status, JsonNode body) implements Answer {}

    /**
     * @param reason for a person, in one line
     */
    record Refused(int status, String reason) implements Answer {}
  }

  /**
   * One request, until it is answered for good.
   *
   * @param body JSON; null: none is sent
   * @throws StartupException if nobody is there, it is no ingest service, or it stays without
   *     capacity
   */
  public Answer ask(String method, URI at, byte @Nullable [] body)
      throws StartupException, InterruptedException {
    HttpRequest request = request(method, at, body);
    long deadline = System.nanoTime() + patience.toNanos();
    boolean answered = false;
    for (int attempt = 0; ; attempt++) {
      Duration wait;
      String reason;
      try {
        HttpResponse<String> response = http.send(request, BodyHandlers.ofString());
        if (!IngestAnswers.isForNow(response.statusCode())) {
          return answer(at, response);
        }
        answered = true;
        reason = IngestAnswers.reason(response.body()) + " (" + response.statusCode() + ")";
        wait = Waits.retryAfter(response, attempt);
      } catch (IOException e) {
        if (!answered && !isLate(e)) {
          throw new StartupException(
              "no ingest service at " + at + ": " + Reason.of(e) + IngestAnswers.hint(at, e), e);
        }
        reason = Reason.of(e);
        wait = Waits.backoff(attempt);
      }
      if (System.nanoTime() + wait.toNanos() > deadline) {
        throw new StartupException(
            "ingest did not do %s %s within %d s; at last: %s"
                .formatted(method, at, patience.toSeconds(), reason));
      }
      Thread.sleep(wait);
    }
  }

  private HttpRequest request(String method, URI at, byte @Nullable [] body) {
    HttpRequest.Builder request = key.sign(HttpRequest.newBuilder(at)).timeout(REQUEST);
    BodyPublisher sent = BodyPublishers.noBody();
    if (body != null) {
      request.header("content-type", "application/json");
      sent = BodyPublishers.ofByteArray(body);
    }
    return request.method(method, sent).build();
  }

  private Answer answer(URI at, HttpResponse<String> response) throws StartupException {
    int status = response.statusCode();
    if (status == 200 || status == 201 || status == 202 || status == 204) {
      return new Answer.Done(status, response.body().isEmpty() ? empty() : object(at, response));
    }
    String said = IngestAnswers.reason(object(at, response).toString());
    return new Answer.Refused(status, said + IngestAnswers.hint(status, key));
  }

  private static JsonNode object(URI at, HttpResponse<String> response) throws StartupException {
    try {
      JsonNode tree = IngestAnswers.tree(response.body());
      if (tree.isObject()) {
        return tree;
      }
    } catch (StartupException e) {
      // As below.
    }
    throw new StartupException(
        "there is no ingest service at " + at + ": it answered " + response.statusCode());
  }

  private static JsonNode empty() {
    return JsonMapper.shared().createObjectNode();
  }

  @Override
  public void close() {
    http.shutdownNow();
  }

  /** Somebody is there, and what was asked may have been done: it is asked again. */
  private static boolean isLate(IOException e) {
    return e instanceof HttpTimeoutException && !(e instanceof HttpConnectTimeoutException);
  }
}
