package io.tidegate.cli.simulate;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.tidegate.cli.CallerKey;
import io.tidegate.cli.OutgoingTls;
import io.tidegate.cli.Reason;
import io.tidegate.contract.StartupException;
import java.io.IOException;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** Asks a fan-out service for a simulation. */
final class SimulationClient implements AutoCloseable {
  /** A simulation takes no longer than a minute. */
  private static final Duration PATIENCE = Duration.ofSeconds(90);

  private static final JsonMapper JSON = JsonMapper.builder().build();

  /** Which option of the command a field of the request comes from. */
  private static final Map<String, String> OPTIONS =
      Map.of("from", "--from", "to", "--to", "max_messages", "--max-messages", "name", "NAME");

  private final URI fanout;
  private final CallerKey key;
  private final HttpClient http;

  SimulationClient(URI fanout, CallerKey key, OutgoingTls tls) {
    this.fanout = fanout;
    this.key = key;
    this.http =
        tls.on(HttpClient.newBuilder())
            .version(HttpClient.Version.HTTP_1_1)
            .connectTimeout(Duration.ofSeconds(5))
            .build();
  }

  /** The service refuses what an option said. */
  static final class MisusedException extends Exception {
    private static final long serialVersionUID = 1L;

    private final String option;

    private MisusedException(String option, String reason) {
      super(reason, null, false, false);
      this.option = option;
    }

    String option() {
      return option;
    }
  }

  /**
   * @param from and {@code to}: a time, or how long ago
   * @return the report
   * @throws StartupException if nobody is there, or it cannot be done there now
   */
  JsonNode simulate(
      String name, byte[] policy, String from, @Nullable String to, @Nullable Long maxMessages)
      throws StartupException, MisusedException, InterruptedException {
    String query =
        "?from="
            + encoded(from)
            + (to == null ? "" : "&to=" + encoded(to))
            + (maxMessages == null ? "" : "&max_messages=" + maxMessages);
    HttpRequest request =
        key.sign(
                HttpRequest.newBuilder(
                    fanout.resolve("/v1/policies/" + name + "/simulate" + query)))
            .header("content-type", "application/json")
            .timeout(PATIENCE)
            .POST(HttpRequest.BodyPublishers.ofByteArray(policy))
            .build();
    HttpResponse<String> response;
    try {
      response = http.send(request, HttpResponse.BodyHandlers.ofString());
    } catch (IOException e) {
      throw new StartupException("no fan-out service at " + fanout + ": " + Reason.of(e), e);
    }
    JsonNode answer = tree(response);
    if (answer.has("candidate")) {
      return answer;
    }
    String option = OPTIONS.get(answer.path("field").asString(""));
    String detail = answer.path("detail").asString(answer.path("title").asString(""));
    if (answer.path("status").asInt(0) == 400 && option != null) {
      throw new MisusedException(option, detail);
    }
    throw new StartupException("fan-out at " + fanout + " answered " + said(answer, detail));
  }

  private static String said(JsonNode answer, String detail) {
    String field = answer.path("field").asString("");
    return answer.path("status").asInt(0) + ": " + (field.isEmpty() ? "" : field + ": ") + detail;
  }

  private static String encoded(String text) {
    return URLEncoder.encode(text, UTF_8);
  }

  private JsonNode tree(HttpResponse<String> response) throws StartupException {
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

  @Override
  public void close() {
    http.shutdownNow();
  }
}
