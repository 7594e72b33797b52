package io.tidegate.cli.endpoints;

import io.tidegate.cli.CallerKey;
import io.tidegate.cli.OutgoingTls;
import io.tidegate.cli.Output;
import io.tidegate.cli.send.IngestUrl;
import io.tidegate.cli.send.RestClient;
import io.tidegate.cli.send.RestClient.Answer;
import io.tidegate.contract.StartupException;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;
import tools.jackson.databind.JsonNode;

/** One request for endpoints of a user or group, and what is said of its answer. */
abstract class EndpointCommand implements Callable<Integer> {
  private static final int DONE = 0;
  private static final int NOT_ALL = 1;
  private static final int ACCEPTED = 202;

  @Spec CommandSpec spec = CommandSpec.create();

  @Mixin OwnerOption owner = new OwnerOption();

  @Mixin IngestUrl url = new IngestUrl();

  @Mixin Output output = new Output();

  /**
   * What is asked.
   *
   * @param body JSON; null: none
   */
  record Request(String method, String path, byte @Nullable [] body) {
    Request(String method, String path) {
      this(method, path, null);
    }
  }

  /** The request that the command line means. */
  abstract Request request(OwnerOption.Owner of) throws StartupException;

  /** What the answer has, where it is a good one. */
  abstract void tell(OwnerOption.Owner of, JsonNode body);

  /** Whether a group's member may be other than it is to be where the answer is 202. */
  boolean changesMember() {
    return false;
  }

  @Override
  public final Integer call() throws StartupException, InterruptedException {
    OwnerOption.Owner of = owner.owner();
    Request request = request(of);
    try (RestClient client =
        new RestClient(CallerKey.fromEnvironment(), OutgoingTls.fromEnvironment())) {
      Answer answer = client.ask(request.method(), url.resolve(request.path()), request.body());
      return switch (answer) {
        case Answer.Done done -> done(of, done);
        case Answer.Refused refused -> refused(refused);
      };
    }
  }

  private int done(OwnerOption.Owner of, Answer.Done done) {
    tell(of, done.body());
    if (done.status() != ACCEPTED) {
      return DONE;
    }
    boolean again = of.isGroup() && changesMember();
    output.note(
        "Kafka has it, but ingest does not show it yet (202)"
            + (again ? "; do it again, or the group's member may not have followed" : ""));
    return again ? NOT_ALL : DONE;
  }

  private int refused(Answer.Refused refused) {
    if (output.json()) {
      Map<String, Object> fields = new LinkedHashMap<>();
      fields.put("status", refused.status());
      fields.put("reason", refused.reason());
      output.json(fields);
    } else {
      output.note("refused (" + refused.status() + "): " + refused.reason());
    }
    return NOT_ALL;
  }

  /** An endpoint, and its secret where the answer has it. */
  void tellOne(JsonNode endpoint) {
    if (output.json()) {
      output.json(endpoint);
      return;
    }
    output.line(EndpointText.line(endpoint));
    if (endpoint.has("secret")) {
      output.line(endpoint.path("secret").asString(""));
      output.note("The last line is the secret that signs; show and list do not have it.");
    }
  }
}
