package io.tidegate.cli;

import io.tidegate.contract.StartupException;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** Posts JSON to a fan-out service, with the key and the TLS files of the environment. */
public final class FanoutHttp implements AutoCloseable {
  private static final JsonMapper JSON = JsonMapper.builder().build();

  private final URI fanout;
  private final CallerKey key;
  private final HttpClient http;

  public FanoutHttp(URI fanout, CallerKey key, OutgoingTls tls) {
    this.fanout = fanout;
    this.key = key;
    this.http = tls.client().version(HttpClient.Version.HTTP_1_1).build();
  }

  /**
   * The answer, which may be a problem.
   *
   * @throws StartupException if nobody is there, or it is no fan-out
   */
  public JsonNode post(String path, byte[] json, Duration patience)
      throws StartupException, InterruptedException {
    HttpRequest request =
        key.sign(HttpRequest.newBuilder(fanout.resolve(path)))
            .header("content-type", "application/json")
            .timeout(patience)
            .POST(HttpRequest.BodyPublishers.ofByteArray(json))
            .build();
    HttpResponse<String> response;
    try {
      response = http.send(request, HttpResponse.BodyHandlers.ofString());
    } catch (IOException e) {
      throw new StartupException("no fan-out service at " + fanout + ": " + Reason.of(e), e);
    }
    try {
      JsonNode tree = JSON.readTree(response.body());
      if (tree.isObject()) {
        return tree;
      }
    } catch (JacksonException e) {
      // As below.
    }
    throw new StartupException(
        "there is no fan-out service at " + fanout + ": it answered " + response.statusCode());
  }

  /** A problem as what keeps a command from going on. */
  public StartupException refused(JsonNode problem) {
    String field = problem.path("field").asString("");
    return new StartupException(
        "fan-out at "
            + fanout
            + " answered "
            + problem.path("status").asInt(0)
            + ": "
            + (field.isEmpty() ? "" : field + ": ")
            + detail(problem));
  }

  /** What was wrong, in words. */
  public static String detail(JsonNode problem) {
    return problem.path("detail").asString(problem.path("title").asString(""));
  }

  @Override
  public void close() {
    http.shutdownNow();
  }
}
