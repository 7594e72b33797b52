package io.tidegate.cli.send;

import io.tidegate.cli.CallerKey;
import io.tidegate.cli.OutgoingTls;
import io.tidegate.cli.Reason;
import io.tidegate.contract.StartupException;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import tools.jackson.databind.JsonNode;

/**
 * Posts lines, messages or members, to an ingest service. What it has no capacity for now is sent
 * again, with the same ids, until it is taken or {@link #PATIENCE} is over; so no line is lost and
 * none counts twice.
 */
public final class IngestClient implements AutoCloseable {
  /** For one batch, from its first attempt. */
  public static final Duration PATIENCE = Duration.ofSeconds(60);

  private static final Duration REQUEST = Duration.ofSeconds(30);

  /** Each good result has one of these; see ingest's openapi.yaml. */
  private static final List<String> GOOD = List.of("accepted", "group", "all", "member");

  private final URI endpoint;
  private final CallerKey key;
  private final HttpClient http;
  private final String unit;
  private final Duration patience;
  private boolean everAnswered;

  /** Shows no key. */
  public IngestClient(URI endpoint) {
    this(endpoint, CallerKey.NONE, OutgoingTls.NONE, "line");
  }

  /**
   * @param endpoint that takes lines
   * @param key shown with every request
   * @param unit what the numbers of the input count, such as line
   */
  public IngestClient(URI endpoint, CallerKey key, OutgoingTls tls, String unit) {
    this(endpoint, key, tls, unit, PATIENCE);
  }

  IngestClient(URI endpoint, CallerKey key, OutgoingTls tls, String unit, Duration patience) {
    this.unit = unit;
    this.patience = patience;
    this.endpoint = endpoint;
    this.key = key;
    this.http = tls.client().version(HttpClient.Version.HTTP_1_1).build();
  }

  /** What became of one line. */
  public sealed interface Answer {
    RequestLine line();

    /**
     * @param result as ingest said it
     */
    record Accepted(RequestLine line, JsonNode result) implements Answer {
      /** Of the message. */
      public String id() {
        return result.path("id").asString("");
      }

      /** How many users a message was accepted for; 0 where only fan-out knows. */
      public int users() {
        return result.path("accepted").asInt(0);
      }

      /** Whether a message is for a group or everyone. */
      public boolean isBroadcast() {
        return result.has("group") || result.has("all");
      }

      /** Whom a message is for, in words. */
      public String whom() {
        if (result.has("group")) {
          return "group " + result.path("group").asString("");
        }
        return isBroadcast() ? "everyone" : users() + (users() == 1 ? " user" : " users");
      }
    }

    record Refused(RequestLine line, int status, String reason) implements Answer {}
  }

  /**
   * One answer a line, in their order.
   *
   * @throws StartupException if nobody is there, or stays without capacity
   */
  public List<Answer> send(List<RequestLine> batch) throws StartupException, InterruptedException {
    Answer[] answers = new Answer[batch.size()];
    // Why the last attempt did not bring each through.
    String[] reasons = new String[batch.size()];
    List<Integer> open = new ArrayList<>();
    for (int i = 0; i < batch.size(); i++) {
      open.add(i);
    }
    long deadline = System.nanoTime() + patience.toNanos();
    for (int attempt = 0; !open.isEmpty(); attempt++) {
      Duration wait = attempt(batch, open, answers, reasons, attempt);
      open.removeIf(i -> answers[i] != null);
      if (open.isEmpty()) {
        break;
      }
      if (System.nanoTime() + wait.toNanos() > deadline) {
        throw new StartupException(
            "ingest at "
                + endpoint
                + " did not take "
                + unit
                + " "
                + batch.get(open.getFirst()).number()
                + " within "
                + patience.toSeconds()
                + " s; at last: "
                + reasons[open.getFirst()]);
      }
      Thread.sleep(wait);
    }
    return List.of(answers);
  }

  @Override
  public void close() {
    http.shutdownNow();
  }

  /** Fills in what was answered for good, and says how long to wait before the rest. */
  private Duration attempt(
      List<RequestLine> batch, List<Integer> open, Answer[] answers, String[] reasons, int attempt)
      throws StartupException, InterruptedException {
    List<RequestLine> lines = open.stream().map(batch::get).toList();
    HttpResponse<String> response;
    try {
      response = post(RequestLine.ndjson(lines));
      everAnswered = true;
    } catch (IOException e) {
      if (!everAnswered) {
        throw new StartupException(
            "no ingest service at "
                + endpoint
                + ": "
                + Reason.of(e)
                + IngestAnswers.hint(endpoint, e),
            e);
      }
      open.forEach(index -> reasons[index] = Reason.of(e));
      return Waits.backoff(attempt);
    }
    if (IngestAnswers.isForNow(response.statusCode())) {
      String reason = IngestAnswers.reason(response.body()) + " (" + response.statusCode() + ")";
      open.forEach(index -> reasons[index] = reason);
      return Waits.retryAfter(response, attempt);
    }
    if (response.statusCode() != 200 && response.statusCode() != 202) {
      for (int index : open) {
        answers[index] = refused(batch.get(index), response.statusCode(), response.body());
      }
      return Duration.ZERO;
    }
    open.forEach(index -> reasons[index] = "the answer has no line for it");
    read(batch, open, answers, reasons, response.body());
    return Waits.retryAfter(response, attempt);
  }

  /** One line a line, in order; a line without an answer for good stays open. */
  private static void read(
      List<RequestLine> batch, List<Integer> open, Answer[] answers, String[] reasons, String body)
      throws StartupException {
    List<String> lines = body.lines().filter(line -> !line.isBlank()).toList();
    for (int i = 0; i < Math.min(lines.size(), open.size()); i++) {
      int index = open.get(i);
      JsonNode answer = IngestAnswers.tree(lines.get(i));
      if (GOOD.stream().anyMatch(answer::has)) {
        answers[index] = new Answer.Accepted(batch.get(index), answer);
      } else {
        int status = answer.path("status").asInt(0);
        if (IngestAnswers.isForNow(status)) {
          reasons[index] = IngestAnswers.reason(lines.get(i)) + " (" + status + ")";
        } else {
          answers[index] =
              new Answer.Refused(batch.get(index), status, IngestAnswers.reason(lines.get(i)));
        }
      }
    }
  }

  /** The whole batch was refused. */
  private Answer.Refused refused(RequestLine line, int status, String problem) {
    return new Answer.Refused(
        line, status, IngestAnswers.reason(problem) + IngestAnswers.hint(status, key));
  }

  private HttpResponse<String> post(String body) throws IOException, InterruptedException {
    HttpRequest request =
        key.sign(HttpRequest.newBuilder(endpoint))
            .header("content-type", "application/x-ndjson")
            .timeout(REQUEST)
            .POST(BodyPublishers.ofString(body))
            .build();
    return http.send(request, BodyHandlers.ofString());
  }
}
