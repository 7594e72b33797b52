package io.tidegate.cli.simulate;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.tidegate.cli.FanoutHttp;
import io.tidegate.contract.StartupException;
import java.net.URLEncoder;
import java.time.Duration;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/** Asks a fan-out service for a simulation. */
final class SimulationClient {
  /** A simulation takes no longer than a minute. */
  private static final Duration PATIENCE = Duration.ofSeconds(90);

  /** Which option of the command a field of the request comes from. */
  private static final Map<String, String> OPTIONS =
      Map.of("from", "--from", "to", "--to", "max_messages", "--max-messages", "name", "NAME");

  private final FanoutHttp fanout;

  SimulationClient(FanoutHttp fanout) {
    this.fanout = fanout;
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
    JsonNode answer = fanout.post("/v1/policies/" + name + "/simulate" + query, policy, PATIENCE);
    if (answer.has("candidate")) {
      return answer;
    }
    String option = OPTIONS.get(answer.path("field").asString(""));
    if (answer.path("status").asInt(0) == 400 && option != null) {
      throw new MisusedException(option, FanoutHttp.detail(answer));
    }
    throw fanout.refused(answer);
  }

  private static String encoded(String text) {
    return URLEncoder.encode(text, UTF_8);
  }
}
