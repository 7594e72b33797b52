package io.tidegate.cli.presence;

import io.tidegate.cli.CallerKey;
import io.tidegate.cli.FanoutHttp;
import io.tidegate.cli.FanoutOption;
import io.tidegate.cli.OutgoingTls;
import io.tidegate.cli.Output;
import io.tidegate.contract.Rfc3339;
import io.tidegate.contract.StartupException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.stream.StreamSupport;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Parameters;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** {@code tidegate presence}: asks a fan-out service, a thousand users at a time. */
@Command(
    name = "presence",
    description = {
      "Say of users whether they are connected: with which devices and since when, or when the"
          + " last device left.",
      "Exit codes: 0 done, 1 of some nothing could be said (their lines say why), 2 wrong usage or"
          + " nobody there."
    })
public final class PresenceCommand implements Callable<Integer> {
  private static final int AT_A_TIME = 1_000;
  private static final Duration PATIENCE = Duration.ofSeconds(15);
  private static final JsonMapper JSON = JsonMapper.builder().build();

  @Parameters(arity = "1..*", paramLabel = "USER", description = "The users to ask for.")
  List<String> users = new ArrayList<>();

  @Mixin FanoutOption fanout = new FanoutOption();

  @Mixin Output output = new Output();

  @Override
  public Integer call() throws StartupException, InterruptedException {
    boolean all = true;
    try (FanoutHttp http =
        new FanoutHttp(fanout.uri(), CallerKey.fromEnvironment(), OutgoingTls.fromEnvironment())) {
      for (int from = 0; from < users.size(); from += AT_A_TIME) {
        List<String> some = users.subList(from, Math.min(users.size(), from + AT_A_TIME));
        JsonNode answer =
            http.post("/v1/presence", JSON.writeValueAsBytes(Map.of("users", some)), PATIENCE);
        if (!answer.path("users").isArray()) {
          throw http.refused(answer);
        }
        for (JsonNode user : answer.path("users")) {
          all &= !user.has("problem");
          tell(user);
        }
      }
    }
    return all ? 0 : 1;
  }

  private void tell(JsonNode user) {
    if (output.json()) {
      output.json(user);
    } else {
      output.line(user.path("user").asString("") + "  " + said(user));
    }
  }

  private static String said(JsonNode user) {
    if (user.has("problem")) {
      return "not known: " + FanoutHttp.detail(user.path("problem"));
    }
    if (user.path("connected").asBoolean(false)) {
      String devices =
          String.join(
              ", ",
              StreamSupport.stream(user.path("devices").spliterator(), false)
                  .map(device -> device.asString(""))
                  .toList());
      return "connected" + instant(user, " since ", "since_millis") + ": " + devices;
    }
    return "away" + instant(user, ", last seen ", "last_seen_millis");
  }

  private static String instant(JsonNode user, String words, String field) {
    return user.has(field) ? words + Rfc3339.format(user.path(field).asLong(0)) : "";
  }
}
