package io.tidegate.cli.demo;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
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

  /** Waiting and released messages; 0 for a user that fan-out does not know. */
  long held(String user) throws IOException, InterruptedException {
    String path = "/v1/users/" + URLEncoder.encode(user, UTF_8).replace("+", "%20");
    HttpRequest request =
        HttpRequest.newBuilder(fanout.resolve(path)).timeout(Duration.ofSeconds(10)).build();
    HttpResponse<String> answer = http.send(request, HttpResponse.BodyHandlers.ofString());
    if (answer.statusCode() == 404) {
      return 0;
    }
    if (answer.statusCode() != 200) {
      throw new IOException("fan-out answered " + answer.statusCode() + ": " + answer.body());
    }
    JsonNode view = JSON.readTree(answer.body());
    return view.path("waiting").asLong() + view.path("released").asLong();
  }
}
