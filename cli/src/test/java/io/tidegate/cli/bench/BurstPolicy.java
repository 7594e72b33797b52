package io.tidegate.cli.bench;

import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.ObjectMapper;

/** The tenant's policy {@code default} while a burst is measured; afterwards it is as it was. */
final class BurstPolicy implements AutoCloseable {
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final String NAME = "default";

  private final HttpClient http;
  private final URI policy;
  private final @Nullable String before;
  private final long version;

  BurstPolicy(HttpClient http, String ingest, BurstRule rule) {
    this.http = http;
    this.policy = URI.create(ingest + "/v1/policies/" + NAME);
    HttpResponse<String> there = send(HttpRequest.newBuilder(policy).GET());
    this.before =
        there.statusCode() == 200
            ? JSON.readTree(there.body()).required("policy").toString()
            : null;
    HttpResponse<String> answer = put(rule.policy());
    this.version = JSON.readTree(answer.body()).required("version").asLong();
  }

  /** Waits until fan-out goes by it; the user must be known there. */
  void awaitAt(String fanout, String user) throws InterruptedException {
    long deadline = System.nanoTime() + Duration.ofSeconds(30).toNanos();
    while (!holdsAt(fanout, user)) {
      if (System.nanoTime() > deadline) {
        throw new IllegalStateException(fanout + " does not go by version " + version + " yet");
      }
      Thread.sleep(50);
    }
  }

  boolean holdsAt(String fanout, String user) {
    HttpResponse<String> answer =
        send(HttpRequest.newBuilder(URI.create(fanout + "/v1/users/" + user)).GET());
    if (answer.statusCode() != 200) {
      return false;
    }
    JsonNode holds = JSON.readTree(answer.body()).required("policy");
    return holds.path("name").asString("").equals(NAME)
        && holds.path("version").asLong(-1) == version;
  }

  @Override
  public void close() {
    if (before == null) {
      send(HttpRequest.newBuilder(policy).DELETE());
    } else {
      put(before);
    }
  }

  private HttpResponse<String> put(String json) {
    HttpResponse<String> answer =
        send(
            HttpRequest.newBuilder(policy)
                .header("content-type", "application/json")
                .PUT(HttpRequest.BodyPublishers.ofString(json)));
    if (answer.statusCode() / 100 != 2) {
      throw new IllegalStateException("PUT " + policy + ": " + answer.body());
    }
    return answer;
  }

  private HttpResponse<String> send(HttpRequest.Builder request) {
    return http.sendAsync(
            request.timeout(Duration.ofSeconds(10)).build(), HttpResponse.BodyHandlers.ofString())
        .join();
  }
}
