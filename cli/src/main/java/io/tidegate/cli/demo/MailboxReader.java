package io.tidegate.cli.demo;

import io.tidegate.cli.Reason;
import io.tidegate.contract.PathSegment;
import io.tidegate.contract.StartupException;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.ObjectMapper;

/** Asks fan-out how much a user's mailbox holds. */
final class MailboxReader {
  private static final ObjectMapper JSON = new ObjectMapper();

  private final HttpClient http;
  private final URI fanout;

  MailboxReader(HttpClient http, URI fanout) {
    this.http = http;
    this.fanout = fanout;
  }

  /** Fan-out cannot say now, as while a user goes from one instance to another. */
  static final class NotNowException extends Exception {
    private static final long serialVersionUID = 1L;

    private NotNowException(String reason) {
      super(reason, null, false, false);
    }
  }

  /**
   * Waiting and released messages; 0 for a user that fan-out does not know.
   *
   * @throws NotNowException if asking again may help
   * @throws StartupException if it will not: this is not a fan-out, or it has a fault
   */
  long held(String user) throws NotNowException, StartupException, InterruptedException {
    String path = "/v1/users/" + PathSegment.encode(user);
    HttpRequest request =
        HttpRequest.newBuilder(fanout.resolve(path)).timeout(Duration.ofSeconds(10)).build();
    HttpResponse<String> answer;
    try {
      answer = http.send(request, HttpResponse.BodyHandlers.ofString());
    } catch (IOException e) {
      throw new NotNowException(Reason.of(e));
    }
    return switch (answer.statusCode()) {
      case 200 -> held(tree(answer.body()));
      case 404 -> 0;
      case 502, 503 -> throw new NotNowException(said(answer));
      default -> throw new StartupException("fan-out at " + fanout + " " + said(answer));
    };
  }

  private static long held(JsonNode view) {
    return view.path("waiting").asLong() + view.path("released").asLong();
  }

  private static String said(HttpResponse<String> answer) {
    String firstLine = answer.body().lines().findFirst().orElse("");
    return "answered " + answer.statusCode() + (firstLine.isEmpty() ? "" : ": " + firstLine);
  }

  private JsonNode tree(String body) throws StartupException {
    try {
      return JSON.readTree(body);
    } catch (JacksonException e) {
      throw new StartupException(
          "there is no fan-out at " + fanout + ": its answer is not JSON", e);
    }
  }
}
