package io.tidegate.cli.demo;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.ObjectMapper;

/**
 * Posts events as NDJSON, and what was refused for want of capacity again under the same ids, which
 * is safe because a message that stands already is not taken twice.
 */
final class FeedSender {
  /** The users that one line may name. */
  static final int MAX_USERS = 1_000;

  /** (message, user) pairs in one request, about; bounds what a retry repeats. */
  static final int BATCH_PAIRS = 20_000;

  private static final int MAX_LINES = 500;
  private static final int ATTEMPTS = 60;
  private static final ObjectMapper JSON = new ObjectMapper();

  private final HttpClient http;
  private final URI messages;
  private final String run;
  private final Account account;
  private final List<Line> batch = new ArrayList<>();
  private int pairs;

  /** One message for some users. */
  private record Line(String json, int users) {}

  /**
   * @param run tells this demo's users and messages from those of others
   */
  FeedSender(HttpClient http, URI ingest, String run, Account account) {
    this.http = http;
    this.messages = ingest.resolve("/v1/messages");
    this.run = run;
    this.account = account;
  }

  static String user(String run, String who) {
    return run + "/" + who;
  }

  /** Takes an event; posts when the batch is full. */
  void add(FeedEvent event, List<String> recipients) throws IOException, InterruptedException {
    for (int from = 0; from < recipients.size(); from += MAX_USERS) {
      List<String> part = recipients.subList(from, Math.min(recipients.size(), from + MAX_USERS));
      batch.add(new Line(line(event, part), part.size()));
      pairs += part.size();
      account.offered.add(part.size());
      if (pairs >= BATCH_PAIRS || batch.size() >= MAX_LINES) {
        flush();
      }
    }
  }

  /** Posts what is there; returns when all of it was accepted or refused for good. */
  void flush() throws IOException, InterruptedException {
    List<Line> left = List.copyOf(batch);
    batch.clear();
    pairs = 0;
    for (int attempt = 0; attempt < ATTEMPTS && !left.isEmpty(); attempt++) {
      if (attempt > 0) {
        Thread.sleep(Duration.ofMillis(250));
      }
      left = post(left);
    }
    left.forEach(line -> account.refused.add(line.users()));
  }

  /** Says which lines are worth another attempt. */
  private List<Line> post(List<Line> lines) throws IOException, InterruptedException {
    StringBuilder body = new StringBuilder();
    lines.forEach(line -> body.append(line.json()).append('\n'));
    HttpRequest request =
        HttpRequest.newBuilder(messages)
            .timeout(Duration.ofMinutes(1))
            .header("content-type", "application/x-ndjson")
            .POST(HttpRequest.BodyPublishers.ofString(body.toString()))
            .build();
    HttpResponse<String> answer = http.send(request, HttpResponse.BodyHandlers.ofString());
    if (answer.statusCode() == 503) {
      return lines;
    }
    if (answer.statusCode() != 200) {
      throw new IOException("ingest answered " + answer.statusCode() + ": " + answer.body());
    }
    List<Line> again = new ArrayList<>();
    List<String> results = answer.body().lines().toList();
    for (int i = 0; i < lines.size(); i++) {
      JsonNode result = JSON.readTree(i < results.size() ? results.get(i) : "{}");
      if (result.path("accepted").asInt(0) == lines.get(i).users()) {
        account.accepted.add(lines.get(i).users());
      } else if (result.path("status").asInt(503) == 503) {
        again.add(lines.get(i));
      } else {
        account.refused.add(lines.get(i).users());
      }
    }
    return again;
  }

  private String line(FeedEvent event, List<String> recipients) {
    Map<String, Object> line = new LinkedHashMap<>();
    line.put("id", run + "-" + event.id());
    line.put("type", "io.tidegate.demo.commit");
    line.put("to", Map.of("users", recipients.stream().map(who -> user(run, who)).toList()));
    Map<String, Object> data = new LinkedHashMap<>();
    data.put("commit", event.id());
    data.put("who", event.who());
    data.put("areas", event.areas());
    data.put("files", event.files());
    data.put("time", event.time().toString());
    line.put("data", data);
    return JSON.writeValueAsString(line);
  }
}
