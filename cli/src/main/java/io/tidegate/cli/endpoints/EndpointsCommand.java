package io.tidegate.cli.endpoints;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.tidegate.cli.Reason;
import io.tidegate.contract.StartupException;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.util.LinkedHashMap;
import java.util.Map;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** {@code tidegate endpoints}: the URLs that messages of users and groups are posted to. */
@Command(
    name = "endpoints",
    description = "Post what a user or a group is sent to URLs, too.",
    subcommands = {
      EndpointsCommand.Put.class,
      EndpointsCommand.All.class,
      EndpointsCommand.Show.class,
      EndpointsCommand.Rotate.class,
      EndpointsCommand.Delete.class
    })
public final class EndpointsCommand {
  private static final String EXIT_CODES =
      "Exit codes: 0 done, 1 refused, 2 wrong usage or nobody there.";
  private static final String EXIT_CODES_OF_CHANGES =
      "Exit codes: 0 done, 1 refused, or for a group to be done again, 2 wrong usage or nobody"
          + " there.";

  /** With the endpoint's name. */
  abstract static class OfOne extends EndpointCommand {
    @Parameters(index = "0", paramLabel = "NAME", description = "1 to 64 of [A-Za-z0-9._~-].")
    String name = "";

    /** Of the endpoint. */
    final String path(OwnerOption.Owner of) {
      return of.path(owner.endpoint(name));
    }

    @Override
    void tell(OwnerOption.Owner of, JsonNode body) {
      tellOne(body);
    }
  }

  @Command(
      name = "put",
      description = {
        "Make an endpoint, or say where it is from now on. Prints the secret that signs what is"
            + " posted.",
        EXIT_CODES_OF_CHANGES
      })
  static final class Put extends OfOne {
    private static final String STDIN = "-";

    @Parameters(
        index = "1",
        paramLabel = "URL",
        description = "Where to post; or - for a line of stdin, where others are not to see it.")
    String target = "";

    @Override
    Request request(OwnerOption.Owner of) throws StartupException {
      String path = path(of);
      String there = target.equals(STDIN) ? line() : target;
      return new Request("PUT", path, JsonMapper.shared().writeValueAsBytes(Map.of("url", there)));
    }

    private String line() throws StartupException {
      try {
        String line = new BufferedReader(new InputStreamReader(System.in, UTF_8)).readLine();
        if (line != null && !line.isBlank()) {
          return line.strip();
        }
      } catch (IOException e) {
        throw new StartupException("stdin can't be read: " + Reason.of(e), e);
      }
      throw new CommandLine.ParameterException(
          spec.commandLine(), "URL: stdin has no line with one");
    }

    @Override
    boolean changesMember() {
      return true;
    }
  }

  @Command(
      name = "list",
      description = {"List the endpoints of a user or group, by name.", EXIT_CODES})
  static final class All extends EndpointCommand {
    @Override
    Request request(OwnerOption.Owner of) {
      return new Request("GET", of.path());
    }

    @Override
    void tell(OwnerOption.Owner of, JsonNode body) {
      JsonNode all = body.path("endpoints");
      all.forEach(this::tellOne);
      if (all.isEmpty() && !output.json()) {
        output.note(of + " has no endpoints");
      }
    }
  }

  @Command(
      name = "show",
      description = {"Show an endpoint, without its secret.", EXIT_CODES})
  static final class Show extends OfOne {
    @Override
    Request request(OwnerOption.Owner of) {
      return new Request("GET", path(of));
    }
  }

  @Command(
      name = "rotate",
      description = {
        "Sign with a new secret, which is printed, and for 24 h with that of now beside it. Within"
            + " these 24 h it changes nothing and prints the same.",
        EXIT_CODES
      })
  static final class Rotate extends OfOne {
    @Override
    Request request(OwnerOption.Owner of) {
      return new Request("POST", path(of) + "/rotate");
    }
  }

  @Command(
      name = "delete",
      description = {
        "Post nothing there any more. It is no error if there is no such endpoint.",
        EXIT_CODES_OF_CHANGES
      })
  static final class Delete extends OfOne {
    @Override
    Request request(OwnerOption.Owner of) {
      return new Request("DELETE", path(of));
    }

    @Override
    void tell(OwnerOption.Owner of, JsonNode body) {
      if (output.json()) {
        Map<String, Object> fields = new LinkedHashMap<>();
        fields.put(of.field(), of.name());
        fields.put("name", name);
        fields.put("deleted", true);
        output.json(fields);
      } else {
        output.line(of + " has no endpoint " + name + " any more");
      }
    }

    @Override
    boolean changesMember() {
      return true;
    }
  }
}
